//! Servers whose mountpoints have texts as ids.

use janus_blocking::{
    Streaming,
    plugin::Id,
    streaming::{CreateRtp, Destroy, Info, List, error_code, viewer::Watch},
};

use super::servers::{Servers, assert_refused, audio};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn texts_are_ids_where_the_server_says_so() {
    Servers::each_with(&["string_ids = true"], |servers| {
        let desk = servers.desk::<Streaming>();
        let create = CreateRtp::new(vec![audio()]);
        let created = desk.plugin.create_rtp(&create.clone().id("gate"));
        assert_eq!(created.expect("a mountpoint").stream.id, "gate".into());
        let random = desk.plugin.create_rtp(&create).expect("a mountpoint");
        assert!(matches!(random.stream.id, Id::Text(_)), "{random:?}");
        let number = desk.plugin.info(&Info::new(1234));
        assert_refused(number, error_code::INVALID_ELEMENT);
        let info = desk.plugin.info(&Info::new("gate")).expect("it is there");
        assert_eq!(info.id, "gate".into());
        let list = desk.plugin.list(&List::new()).expect("a list").list;
        assert!(list.iter().any(|entry| entry.id == "gate".into()));
        let (viewer, _relay) = servers.watch(&Watch::new("gate"));
        let switched = viewer.plugin.switch(&random.stream.id).expect("switched");
        assert_eq!(switched.id, random.stream.id);
        let destroyed = desk.plugin.destroy(&Destroy::new("gate"));
        assert_eq!(destroyed.expect("destroyed").id, "gate".into());
    });
}

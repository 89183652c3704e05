//! Codes of refusals that no story has, and requests that Janus refuses and carries out.

use janus_blocking::{
    AudioBridge, Jsep,
    audiobridge::{
        Create, Participant, PlayFile, error_code,
        participant::{Join, PlainRtp},
    },
    raw::Body,
};
use serde_json::{Value, json};

use super::servers::{Servers, assert_refused};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn every_other_code_comes_from_a_real_server() {
    Servers::each(|servers| {
        let desk = servers.desk::<AudioBridge>();
        let ask = |body: Value| desk.plugin.handle().request(&Body(body));
        assert_refused(
            ask(json!({ "request": "nonsense" })),
            error_code::INVALID_REQUEST,
        );
        assert_refused(ask(json!({})), error_code::MISSING_ELEMENT);
        assert_refused(ask(json!({ "request": 5 })), error_code::INVALID_ELEMENT);
        let odd = Create::new().sampling_rate(44_100);
        assert_refused(desk.plugin.create(&odd), error_code::UNKNOWN_ERROR);
        let many = Create::new().groups(vec!["group".to_owned(); 6]);
        assert_refused(desk.plugin.create(&many), error_code::INVALID_ELEMENT);
        assert_refused(desk.plugin.list_participants(99), error_code::NO_SUCH_ROOM);

        let groups = ["door", "desk"].map(str::to_owned).to_vec();
        let (_desk, room) = servers.room(&Create::new().groups(groups));
        let guest = servers.desk::<Participant>();
        let join = Join::new(&room);
        assert_refused(guest.plugin.join(&join), error_code::MISSING_ELEMENT);
        let attic = join.clone().group("attic");
        assert_refused(guest.plugin.join(&attic), error_code::NO_SUCH_GROUP);
        let rtp = join
            .clone()
            .group("door")
            .rtp(PlainRtp::new("127.0.0.1", 9));
        assert_refused(guest.plugin.join(&rtp), error_code::UNAUTHORIZED);
        let play = PlayFile::new(&room, "/dev/null/gong.opus");
        assert_refused(desk.plugin.play_file(&play), error_code::MISSING_ELEMENT);
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn who_joins_with_an_unusable_offer_is_refused_and_in_the_room() {
    Servers::each(|servers| {
        let (desk, room) = servers.room(&Create::new());
        let guest = servers.desk::<Participant>();
        let mut offer = Jsep::offer(common::sdp::audio_offer());
        offer.e2ee = Some(true);
        let join = Join::new(&room).id(5);
        let refused = guest.plugin.join_with_offer(&join, &offer);
        assert_refused(refused, error_code::INVALID_ELEMENT);
        let list = desk.plugin.list_participants(&room).expect("a list");
        assert_eq!(list.participants[0].id, 5.into());
        assert_eq!(guest.plugin.leave().expect("left").id, 5.into());
    });
}

//! How requests end, and what their replies decode to.

use std::time::Duration;

use common::wire_checks::raw;
use janus_blocking::{
    Request,
    plugin::Terminal,
    streaming::{
        CreateRtp, Info, List,
        viewer::{Start, Status, Watch},
    },
};
use serde_json::json;

use super::wire;

#[test]
fn requests_end_with_their_first_answer_and_reads_may_be_repeated() {
    for (facts, case) in wire().requests() {
        assert_eq!(case.terminal, Terminal::First, "{}", case.place());
        let reads = ["list", "info"].contains(&case.name);
        assert_eq!(case.idempotent, reads, "{}", case.place());
        assert!(!case.idempotent || facts["mode"] == "sync");
    }
}

#[test]
fn secrets_of_a_mountpoint_are_read_and_not_shown() {
    let data = raw(&json!({"streaming": "info", "info": {
        "id": 7, "secret": "hush", "pin": "hush-2580", "rtsp": true,
        "url": "rtsp://me:hush@10.0.0.7/gate", "rtsp_user": "me", "rtsp_pwd": "hush",
    }}));
    let info = Info::reply(&data).expect("a reply").info;
    assert!(!format!("{info:?}").contains("hush"));
    let read = [info.secret, info.pin, info.url, info.rtsp_pwd];
    let read = read.map(|it| it.expect("it was sent").expose().to_owned());
    let expected = ["hush", "hush-2580", "rtsp://me:hush@10.0.0.7/gate", "hush"];
    assert_eq!(read, expected);
}

#[test]
fn a_mountpoint_that_says_little_is_listed_with_the_others() {
    let data = raw(&json!({"streaming": "list", "list": [
        {"id": 7, "type": "live", "media": [{"mid": "a", "age_ms": "20"}, 5]}, {"type": "live"},
        {"id": "gate", "description": null, "enabled": "yes", "media": null},
    ]}));
    let list = List::reply(&data).expect("a list").list;
    let [gate, other] = &list[..] else {
        panic!("{list:?}")
    };
    assert_eq!((&gate.id, gate.media.len()), (&7.into(), 1));
    assert_eq!(gate.media[0].age, Some(Duration::from_millis(20)));
    assert_eq!((&other.id, other.enabled), (&"gate".into(), false));
    assert!(List::reply(&raw(&json!({"streaming": "list"}))).is_err());
}

#[test]
fn an_answer_without_its_details_is_an_answer() {
    let created = CreateRtp::reply(&raw(&json!({"streaming": "created"}))).expect("a reply");
    assert!(created.stream.id.is_absent());
    for (data, status) in [
        (json!({"result": {"status": "started"}}), Status::Started),
        (
            json!({"result": {"status": "running"}}),
            Status::Other("running".into()),
        ),
        (json!({"result": null}), Status::default()),
        (json!({"result": "started"}), Status::default()),
        (json!({}), Status::default()),
    ] {
        assert_eq!(Start::reply(&raw(&data)).expect("a reply").status, status);
        assert_eq!(Watch::reply(&raw(&data)).expect("a reply").status, status);
    }
}

//! Answers of no shape, and the largest numbers.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Request, info::HandleInfo, of_key, server::whole_seconds};

#[test]
fn an_answer_that_is_no_object_lacks_the_key() {
    let request = Request::reading("get_status");
    for answer in [json!(["success", "1"]), json!("success"), json!({})] {
        let value = of_key::<Option<u64>>(&request, answer.clone(), "status");
        assert_eq!(value.ok(), Some(None), "{answer}");
    }
    let value = of_key::<Value>(&request, json!({ "status": [1] }), "status");
    assert_eq!(value.ok(), Some(json!([1])));
}

#[test]
fn a_part_of_a_second_is_a_whole_one() {
    for (duration, seconds) in [
        (Duration::ZERO, 0),
        (Duration::from_millis(1), 1),
        (Duration::from_secs(2), 2),
        // Janus would keep 0 of it, which is for ever.
        (Duration::from_secs(1 << 32), i32::MAX.into()),
        (Duration::MAX, i32::MAX.into()),
    ] {
        assert_eq!(whole_seconds(duration), seconds);
    }
}

#[test]
fn debug_gives_no_keys_of_a_peer_connection() {
    let text = r#"{"sdps":{"local":"a=ice-pwd:hush","remote":"a=ice-pwd:hush"}}"#;
    let info = HandleInfo::decode(text).expect("it is tolerant");
    let shown = format!("{info:?}");
    assert!(
        shown.contains("14 bytes") && !shown.contains("hush"),
        "{shown}"
    );
}

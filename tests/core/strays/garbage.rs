//! Messages that are no messages of Janus's, and messages in odd wrappings.

use janus_blocking::{EchoTest, Error, Event, echotest::Settings};
use serde_json::{Value, json};

use super::{SOON, next_data, open, strays};
use common::{
    scripted::{HANDLE, SESSION, Scripted, event},
    wait_until,
};

#[test]
fn garbage_is_counted_and_ends_nothing() {
    let server = Scripted::usual();
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let settings = Settings::new().audio(true);
    let texts = [
        "",
        " \r\n",
        "no JSON at all",
        "{",
        "}",
        "null",
        "17",
        "\"janus\"",
        "[]",
        "[{\"janus\":\"ack\"}]",
        "{}",
        "{\"transaction\":\"t\"}",
        "{\"janus\":null}",
        "{\"janus\":\"event\"",
        "\u{feff}{\"janus\":\"event\"}",
        "{\"janus\":\"\\ud800\"}",
        "\0",
    ];
    for text in texts {
        let before = strays(&janus)[2];
        server.push(|out| out.text(text));
        echo.configure(&settings).expect(text);
        assert_eq!(strays(&janus)[2], before + 1, "{text:?}");
    }
    assert_eq!(strays(&janus), [0, 0, texts.len() as u64]);
}

#[test]
fn a_wrong_type_in_the_envelope_loses_a_message_only_where_it_says_what_or_whose_it_is() {
    let server = Scripted::usual();
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let good = event(HANDLE, json!({"echotest": "event", "result": "ok"}));
    let wrong = [
        json!("11"),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!([]),
        json!({}),
    ];
    let mut count = 0;
    for key in [
        "janus",
        "session_id",
        "sender",
        "transaction",
        "plugindata",
        "error",
        "hint",
        "data",
    ] {
        for value in &wrong {
            let mut message = good.clone();
            message[key] = value.clone();
            server.push(|out| out.json(&message));
            count += 1;
        }
    }
    janus.ping().expect("an answer");
    let mut queued = 0;
    while let Some(event) = echo.events().try_recv().expect("an event") {
        assert!(
            matches!(event, Event::Plugin { .. } | Event::Other(_)),
            "{event:?}"
        );
        queued += 1;
    }
    // All but the text for `janus`; and all for the ids but the text that is the session's.
    let (garbage, unknown) = (5, 11);
    assert_eq!(strays(&janus), [0, unknown, garbage]);
    assert_eq!(queued, count - unknown - garbage);
    echo.configure(&Settings::new().audio(true))
        .expect("all is well");
}

#[test]
fn binary_messages_and_wrong_utf8_are_garbage_and_pings_are_answered() {
    let server = Scripted::usual();
    let janus = open(&server, 5000);
    server.push(|out| {
        out.frame(0x82, b"{\"janus\":\"ack\"}");
        out.frame(0x82, b"");
        out.frame(0x81, b"{\"janus\":\"\xff\xfe\"}");
        out.frame(0x81, b"\xed\xa0\x80");
        out.frame(0x89, b"are you there");
        out.frame(0x89, b"");
        out.frame(0x8a, b"a pong for nobody");
    });
    janus.ping().expect("an answer");
    assert_eq!(strays(&janus), [0, 0, 4]);
    let pongs = || {
        let frames = server.frames().into_iter();
        let pongs = frames.filter(|frame| frame.opcode == 10);
        pongs.map(|frame| frame.payload).collect::<Vec<_>>()
    };
    let expected = [b"are you there".to_vec(), Vec::new()];
    wait_until(SOON, "the pings are answered", || pongs() == expected);
}

#[test]
fn several_objects_in_one_message_are_all_taken() {
    let server = Scripted::usual();
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("p").expect("a handle");
    let text = |n: u64| event(HANDLE, json!({ "n": n })).to_string();
    server.push(|out| {
        out.text(format!("{}{} \n\t{}", text(0), text(1), text(2)));
        // What is whole before the garbage counts.
        out.text(format!("{} [] 5 {} {{\"janus\":", text(3), text(4)));
    });
    for n in 0..5 {
        assert_eq!(next_data(&raw), json!({ "n": n }));
    }
    janus.ping().expect("an answer");
    assert_eq!(strays(&janus), [0, 0, 3]);
}

#[test]
fn an_object_may_come_in_any_fragments() {
    let server = Scripted::usual();
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("p").expect("a handle");
    // With characters of several bytes, which fragments cut anywhere.
    let text = event(HANDLE, json!({"door": "Käthe 🚪"})).to_string();
    for size in [1, 2, 3, 7, 50, 1000] {
        server.push(|out| {
            let parts: Vec<_> = text.as_bytes().chunks(size).collect();
            for (at, part) in parts.iter().enumerate() {
                let first = if at == 0 { 0x01 } else { 0x00 };
                let last = if at + 1 == parts.len() { 0x80 } else { 0x00 };
                out.frame(first | last, part);
                if last == 0 {
                    out.frame(0x89, b"between");
                }
            }
        });
        assert_eq!(next_data(&raw), json!({"door": "Käthe 🚪"}), "{size}");
    }
    // And in any segments.
    for byte in text.as_bytes().chunks(40) {
        server.push(|out| {
            let first = if byte[0] == b'{' && text.as_bytes().starts_with(byte) {
                0x01
            } else {
                0
            };
            out.frame(first, byte);
        });
    }
    server.push(|out| out.frame(0x80, b""));
    assert_eq!(next_data(&raw), json!({"door": "Käthe 🚪"}));
    assert_eq!(strays(&janus), [0, 0, 0]);
}

#[test]
fn huge_messages_are_taken_or_counted() {
    let server = Scripted::usual();
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("p").expect("a handle");
    let long = "x".repeat(1 << 20);
    server.push(|out| {
        out.event(json!({ "long": long }));
        out.text(&long);
        out.json(&json!({"janus": "weather", "text": long}));
        out.json(&json!({"janus": long}));
    });
    assert_eq!(
        next_data(&raw)["long"].as_str().map(str::len),
        Some(1 << 20)
    );
    janus.ping().expect("an answer");
    assert_eq!(strays(&janus), [0, 2, 1]);
}

#[test]
fn deep_nesting_fails_where_it_is_decoded_and_nowhere_else() {
    let server = Scripted::usual();
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("p").expect("a handle");
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let head = format!("\"session_id\":{SESSION},\"sender\":{HANDLE}");
    for levels in [200, 100_000] {
        let deep = deep(levels);
        server.push(|out| {
            out.text(&deep);
            out.text(format!(
                "{{\"janus\":\"event\",{head},\"new\":{deep},\"plugindata\":{{\"data\":1}}}}"
            ));
            out.text(format!(
                "{{\"janus\":\"event\",{head},\"plugindata\":{{\"data\":{deep}}}}}"
            ));
            out.text(format!("{{\"janus\":\"weather\",{head},\"wind\":{deep}}}"));
            out.text(format!("{{\"janus\":{deep},{head}}}"));
        });
        assert_eq!(next_data(&raw), Value::from(1));
        for what in ["an event of ", "a core event"] {
            let error = raw.events().recv_timeout(SOON).expect_err("too deep");
            assert!(matches!(error, Error::Decode { .. }), "{error:?}");
            let text = error.to_string();
            assert!(text.starts_with(what), "{text}");
            assert!(text.len() < 300, "{text}");
        }
    }
    janus.ping().expect("an answer");
    assert_eq!(strays(&janus), [0, 0, 4]);
    raw.handle().check().expect("it lives");
}

#[test]
fn an_answer_of_ours_in_a_broken_envelope_ends_its_request_at_once() {
    let server = Scripted::start(|request, out| match request["janus"].as_str() {
        Some("create") => {
            let broken = json!({"janus": "success", "data": {"id": "not a number"}});
            out.answer(request, broken);
        }
        _ => out.usual(request),
    });
    let janus = open(&server, 5000);
    let error = janus.create_session().expect_err("no session");
    assert!(matches!(error, Error::Unexpected { .. }), "{error:?}");
    let text = error.to_string();
    assert!(
        text.starts_with("`create` expected `success` with the id of a session"),
        "{text}"
    );
    assert!(text.contains("not a number"), "{text}");
    assert_eq!(strays(&janus), [0, 0, 0]);
    janus.ping().expect("all is well");
}

//! Requests that Janus's JSON parser cannot read are refused before they are sent, and no others.

use std::{thread, time::Duration};

use janus_blocking::{
    Config, Connection, EchoTest, Error, HandleId, Raw, Request, plugin::Done, testing::FakeGateway,
};
use serde::Serialize;
use serde_json::{Value, json, value::RawValue};

use common::{Janus, Version, WsClient};

const SOON: Duration = Duration::from_secs(10);

/// EchoTest looks at `audio` only.
#[derive(Serialize)]
struct Odd {
    audio: bool,
    odd: Box<RawValue>,
}

impl Request for Odd {
    type Plugin = EchoTest;
    type Reply = Done;
    const NAME: &'static str = "odd";
}

/// Arrays inside each other around this, which are in two objects in the request.
fn nested(depth: usize, inside: &str) -> String {
    let depth = depth - 2;
    format!("{}{inside}{}", "[".repeat(depth), "]".repeat(depth))
}

fn unreadable() -> Vec<String> {
    let mut all: Vec<String> = [
        r#""\u0000""#,
        r#""a\u0000b""#,
        r#""\\\u0000""#,
        r#"{"\u0000":1}"#,
        r#""\ud800""#,
        r#""\ud800\u0041""#,
        r#""\udc00""#,
        "9223372036854775808",
        "[18446744073709551615]",
        "-9223372036854775809",
        "1e400",
        "-1.5E+999",
    ]
    .map(ToOwned::to_owned)
    .into();
    all.extend([
        nested(2049, ""),
        nested(2048, "1"),
        nested(2048, "{}"),
        nested(5000, ""),
    ]);
    all
}

fn readable() -> Vec<String> {
    let mut all: Vec<String> = [
        r#""\\u0000""#,
        r#""\\\\u0000 \u0001\u001f\u007f\uffff""#,
        r#""\ud83d\udeaa 🚪""#,
        r#"{"\\u0000":{}}"#,
        r#"[9223372036854775807, -9223372036854775808 ,0,-0]"#,
        "[1.5,1e308,5e-324,1E-400,1e19,-0.0]",
        r#"["99999999999999999999","1e400",null,true]"#,
    ]
    .map(ToOwned::to_owned)
    .into();
    all.extend([nested(2048, ""), nested(2047, "1"), nested(2047, "{}")]);
    all
}

/// Whether Janus itself can read it.
fn janus_reads(client: &mut WsClient, odd: &str) -> bool {
    let text = format!(r#"{{"janus":"ping","transaction":"t","body":{{"odd":{odd}}}}}"#);
    client.send(&text).expect("sent");
    let answer = client.recv(SOON).expect("an answer");
    let unreadable = answer.contains("454") && !answer.contains(r#""transaction""#);
    assert_ne!(unreadable, answer.contains("pong"), "{odd}: {answer}");
    !unreadable
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_janus_cannot_read_is_refused_and_nothing_else() {
    for version in Version::ALL {
        let server = Janus::builder().version(version).start();
        let mut client = WsClient::connect(&server.url()).expect("Janus answers");
        let janus = Connection::open(&server.url()).expect("Janus answers");
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        let ask = |odd: &str| {
            let odd = RawValue::from_string(odd.to_owned()).expect("JSON");
            echo.handle().request(&Odd { audio: true, odd })
        };
        for odd in unreadable() {
            assert!(!janus_reads(&mut client, &odd), "{version:?}: {odd}");
            match ask(&odd) {
                Err(Error::Config { field, .. }) => assert_eq!(field, "request"),
                other => panic!("{odd}: {other:?}"),
            }
        }
        for odd in readable() {
            assert!(janus_reads(&mut client, &odd), "{version:?}: {odd}");
            ask(&odd).unwrap_or_else(|error| panic!("{version:?}: {odd}: {error}"));
        }
    }
}

/// serde_json goes down into a value, and drops it, by calling itself.
fn with_a_large_stack(run: impl FnOnce() + Send) {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(64 << 20);
        let ran = thread.spawn_scoped(scope, run).expect("a thread").join();
        ran.expect("no panic");
    });
}

#[test]
fn what_cannot_be_read_is_not_sent() {
    let gateway = FakeGateway::start().expect("a free port");
    let janus = gateway.connect().expect("it answers");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let before = gateway.requests().len();
    let refused = |result: Result<(), Error>| {
        let error = result.expect_err("refused");
        assert!(matches!(error, Error::Config { .. }), "{error:?}");
        error.to_string()
    };
    let text = refused(session.attach_raw("janus.plugin.echo\0test").map(drop));
    assert_eq!(
        text,
        "`request` cannot be used: Janus cannot read it: a text in it holds the character NUL"
    );
    let far: Raw = session.reattach(HandleId::new(u64::MAX)).expect("unsent");
    refused(far.request(json!({})).map(drop));
    refused(far.handle().hangup());
    refused(
        echo.handle()
            .trickle(&[janus_blocking::Candidate::new("\0")]),
    );
    let raw: Raw = session.reattach(HandleId::new(7)).expect("unsent");
    with_a_large_stack(|| {
        let deep = (0..5_000).fold(json!({}), |inside, _| Value::Array(vec![inside]));
        refused(raw.request(deep).map(drop));
    });
    assert_eq!(gateway.requests().len(), before);
    for config in [
        Config::new(gateway.url()).api_secret("\0"),
        Config::new(gateway.url()).token("a\0"),
    ] {
        refused(config.open().map(drop));
    }
}

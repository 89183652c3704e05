//! The fake's Admin API against real ones: the same requests, the same answers.

use std::time::Duration;

use common::{Janus, Version, WsClient};
use janus_blocking::{
    Config, Connection, EchoTest,
    audiobridge::{Resume, Suspend},
    connection::{Backoff, ConnectionState},
    testing::{self, FakeGateway},
};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(10);

/// A server with one session and one EchoTest handle, and a link to its Admin API.
struct Side {
    admin: WsClient,
    session: u64,
    handle: u64,
    _janus: (Connection, EchoTest),
}

impl Side {
    fn new(url: &str, admin: &str) -> Self {
        let janus = Connection::open(url).expect("it is a Janus");
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        Self {
            admin: WsClient::connect_as(admin, "janus-admin-protocol").expect("the Admin API"),
            session: session.id().value(),
            handle: echo.handle().id().value(),
            _janus: (janus, echo),
        }
    }

    /// The answer, with words for the ids.
    fn ask(&mut self, request: &str) -> String {
        let ids = [("SESSION", self.session), ("HANDLE", self.handle)];
        let request = ids.iter().fold(request.to_owned(), |text, (word, id)| {
            text.replace(word, &id.to_string())
        });
        self.admin.send(&request).expect("sent");
        let answer = self.admin.recv(SOON).expect("an answer");
        ids.iter().fold(answer, |text, (word, id)| {
            text.replace(&id.to_string(), word)
        })
    }
}

const SECRET: &str = r#""transaction":"t","admin_secret":"janusoverlord""#;

/// What is asked, behind the secret.
const REQUESTS: &[&str] = &[
    r#""janus":"ping""#,
    r#""janus":"get_status""#,
    r#""janus":"list_sessions""#,
    r#""janus":"set_log_level","level":5"#,
    r#""janus":"set_log_level","level":-1"#,
    r#""janus":"set_log_level""#,
    r#""janus":"set_log_colors","colors":true"#,
    r#""janus":"set_log_colors","colors":1"#,
    r#""janus":"set_nack_optimizations","nack_optimizations":true"#,
    r#""janus":"set_min_nack_queue","min_nack_queue":300"#,
    r#""janus":"get_status""#,
    r#""janus":"set_session_timeout","timeout":70"#,
    r#""janus":"accept_new_sessions","accept":true"#,
    r#""janus":"loops_info""#,
    r#""janus":"custom_event","schema":"a","data":{}"#,
    r#""janus":"custom_event","schema":"a","data":[]"#,
    r#""janus":"custom_logline","line":"a""#,
    r#""janus":"custom_logline""#,
    r#""janus":"nonsense""#,
    r#""janus":"list_handles""#,
    r#""janus":"list_handles","session_id":4711"#,
    r#""janus":"list_handles","session_id":SESSION"#,
    r#""janus":"nonsense","session_id":SESSION"#,
    r#""janus":"handle_info","session_id":SESSION"#,
    r#""janus":"handle_info","session_id":SESSION,"handle_id":4711"#,
    r#""janus":"nonsense","session_id":SESSION,"handle_id":HANDLE"#,
    r#""janus":"message_plugin","plugin":"janus.plugin.echotest","request":{"a":1}"#,
    r#""janus":"hangup_webrtc","session_id":SESSION,"handle_id":HANDLE"#,
    r#""janus":"detach_handle","session_id":SESSION,"handle_id":HANDLE"#,
    r#""janus":"list_handles","session_id":SESSION"#,
    r#""janus":"destroy_session","session_id":SESSION"#,
    r#""janus":"list_sessions""#,
];

#[test]
#[ignore = "needs Janus: run tests/run"]
fn requests_are_answered_as_a_janus_answers_them() {
    for (version, fake) in [
        (Version::V1_1_2, testing::Version::V1_1_2),
        (Version::V1_4_1, testing::Version::V1_4_1),
    ] {
        let janus = Janus::builder().version(version).start();
        let mut real = Side::new(&janus.url(), &janus.admin_url());
        let gateway = FakeGateway::builder()
            .version(fake)
            .start()
            .expect("it starts");
        let admin = gateway.admin_url().expect("it listens");
        let mut fake = Side::new(&gateway.url(), &admin);
        for request in [
            r#"{"janus":"get_status","transaction":"t"}"#,
            r#"{"janus":"list_handles","session_id":SESSION,"transaction":"t","admin_secret":"x"}"#,
            r#"{"janus":"get_status"}"#,
            r#"{"transaction":"t"}"#,
        ] {
            assert_eq!(fake.ask(request), real.ask(request), "{version}: {request}");
        }
        for request in REQUESTS {
            let request = format!("{{{request},{SECRET}}}");
            assert_eq!(
                fake.ask(&request),
                real.ask(&request),
                "{version}: {request}"
            );
        }
    }
}

#[test]
fn what_would_crash_a_janus_is_refused() {
    let gateway = FakeGateway::start().expect("it starts");
    let admin = gateway.admin().expect("it listens");
    let before = gateway.request_count();
    let text = |verb| {
        format!(
            "Janus ends, with all calls, where `{verb}` of janus.plugin.audiobridge comes without a \
             handle; send it from one"
        )
    };
    let error = admin
        .message_plugin(&Suspend::new(1234, 7))
        .expect_err("refused");
    assert!(error.to_string().contains(&text("suspend")), "{error}");
    let error = admin
        .message_plugin(&Resume::new(1234, 7))
        .expect_err("refused");
    assert!(error.to_string().contains(&text("resume")), "{error}");
    assert_eq!(gateway.request_count(), before);
}

/// Times differ, and the fake says less of flags and plugins.
#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_the_fake_says_of_a_handle_a_janus_says_too() {
    let janus = Janus::start();
    let mut real = Side::new(&janus.url(), &janus.admin_url());
    let gateway = FakeGateway::start().expect("it starts");
    let mut fake = Side::new(&gateway.url(), &gateway.admin_url().expect("it listens"));
    for more in ["", r#","plugin_only":true"#] {
        let request = format!(
            r#"{{"janus":"handle_info","session_id":SESSION,"handle_id":HANDLE{more},{SECRET}}}"#
        );
        let [real, fake] = [&mut real, &mut fake].map(|side| {
            let answer: Value = serde_json::from_str(
                &side
                    .ask(&request)
                    .replace("SESSION", "1")
                    .replace("HANDLE", "2"),
            )
            .expect("JSON");
            answer["info"].clone()
        });
        for (key, value) in fake.as_object().expect("an object") {
            let theirs = &real[key];
            let alike = match value {
                Value::Object(inner) => inner
                    .iter()
                    .all(|(key, it)| theirs[key] == *it || key == "alert"),
                Value::Number(_) => theirs.is_number(),
                value => theirs == value,
            };
            assert!(alike, "{key}: {value} and {theirs}");
        }
        assert_eq!(fake["flags"].is_null(), real["flags"].is_null());
        assert_eq!(fake["session_timeout"], json!(60));
    }
}

#[test]
fn a_connection_to_the_admin_api_may_begin_before_its_server() {
    let gateway = FakeGateway::start().expect("a port");
    let url = gateway.admin_url().expect("a port");
    gateway.accept_links(false);
    let config = Config::new(&url).start_offline(true);
    let config = config.connect_timeout(Duration::from_millis(50));
    let backoff = Backoff::new().longest(Duration::from_millis(20));
    let config = config.reconnect(backoff).request_timeout(SOON);
    let admin = config.open_admin(FakeGateway::ADMIN_SECRET);
    let admin = admin.expect("it waits for nothing");
    let began = matches!(admin.state(), ConnectionState::Reconnecting { .. });
    assert!(began, "{:?}", admin.state());
    gateway.accept_links(true);
    assert!(admin.list_sessions().expect("a link").is_empty());
}

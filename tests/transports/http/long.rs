//! What takes its time: idle sessions, and requests that Janus gives up.

use std::{
    error::Error as _,
    fs,
    time::{Duration, Instant},
};

use common::{Janus, TempDir, Version, wait_until};
use janus_blocking::{Config, Connection, ErrorCode, Event, Raw};
use serde_json::json;

use super::{
    LIMIT,
    events::{attach, next, provoke},
    open, with_both_of,
};

#[test]
#[ignore = "needs a minute: run tests/run"]
fn long_polls_keep_an_idle_session_alive() {
    // Janus looks every 2 s; without the polls at 0, 30 and 60 s the session would end at 47 s.
    const IDLE: Duration = Duration::from_secs(64);
    with_both_of(
        |builder| builder.session_timeout(45),
        |server: &Janus| {
            let janus = open(server);
            let session = janus.create_session().expect("a session");
            let handle = attach(&session);
            let quiet = handle.events().recv_timeout(IDLE);
            assert!(quiet.expect("no end").is_none());
            provoke(&handle, 1);
            assert_eq!(next(&handle), 1);
            janus.close();
        },
    );
}

#[test]
#[ignore = "needs a minute: run tests/run"]
fn shorter_session_timeouts_get_keepalives_over_http_too() {
    const IDLE: Duration = Duration::from_secs(10);
    with_both_of(
        |builder| builder.session_timeout(4),
        |server: &Janus| {
            let janus = open(server);
            let session = janus.create_session().expect("a session");
            let handle = attach(&session);
            let quiet = handle.events().recv_timeout(IDLE);
            assert!(quiet.expect("no end").is_none());
            provoke(&handle, 1);
            assert_eq!(next(&handle), 1);
        },
    );
}

#[test]
#[ignore = "needs a minute: run tests/run"]
fn a_session_that_times_out_says_so() {
    with_both_of(
        |builder| builder,
        |server: &Janus| {
            let janus = Connection::open(&server.http_url()).expect("a link");
            // From now on long polls do not keep sessions alive.
            server.set_session_timeout(3);
            let session = janus.create_session().expect("a session");
            let handle = attach(&session);
            let end = Duration::from_secs(10);
            // Janus ends the handles from another thread: whichever is first.
            let last = handle.events().recv_timeout(end).expect("an event");
            assert!(
                matches!(last, Some(Event::Detached | Event::Timeout)),
                "{last:?}"
            );
            wait_until(LIMIT, "it has ended", || session.check().is_err());
            let error = session.check().expect_err("it has ended");
            assert!(error.is_session_gone(), "{error}");
            let error = janus.claim(session.id()).expect_err("gone");
            let gone = Some(ErrorCode::SESSION_NOT_FOUND);
            assert_eq!(error.code(), gone, "{error:?}");
        },
    );
}

/// A plugin that takes longer for its answer than Janus waits for it over HTTP.
const SLOW: &str = r#"
function init(config) end
function destroy() end
function createSession(id) end
function destroySession(id) end
function querySession(id) return '{}' end
function handleMessage(id, transaction, message, jsep)
  os.execute("sleep 11")
  return 0, '{"slow":"done"}'
end
function setupMedia(id) end
function hangupMedia(id) end
function resumeScheduler() end
"#;

#[test]
#[ignore = "needs a minute: run tests/run"]
fn a_request_that_janus_gives_up_is_a_timeout_and_the_link_stands() {
    for version in Version::ALL {
        let folder = TempDir::new("slow");
        let script = folder.path().join("slow.lua");
        fs::write(&script, SLOW).expect("a file");
        let script = script.display();
        let server = Janus::builder()
            .version(version)
            .http()
            .setting("plugins", "disable = \"libjanus_duktape.so\"")
            .setting("janus.plugin.lua.jcfg", "path = \"/usr/share/janus/lua\"")
            .setting("janus.plugin.lua.jcfg", &format!("script = \"{script}\""))
            .start();
        let janus = Config::new(server.http_url())
            .request_timeout(Duration::from_secs(20))
            .open()
            .expect("a link");
        let session = janus.create_session().expect("a session");
        let slow: Raw = session.attach_raw("janus.plugin.lua").expect("a handle");
        let begun = Instant::now();
        let error = slow.request(json!({})).expect_err("given up");
        let took = begun.elapsed();
        assert!(error.is_timeout() && error.source().is_none(), "{error:?}");
        assert!((9..19).contains(&took.as_secs()), "{took:?}");
        let handle = attach(&session);
        provoke(&handle, 1);
        assert_eq!(next(&handle), 1);
    }
}

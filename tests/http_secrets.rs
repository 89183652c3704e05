//! Secrets over HTTP: they are in bodies and in the queries of long polls, and nowhere else.

#[path = "secrets/logger.rs"]
mod logger;
#[path = "http/server.rs"]
mod server;

use std::{
    error::Error as StdError,
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use janus_blocking::{Config, Event, Plugin, Reconnect};
use logger::Log;
use serde_json::json;
use server::{ok, start, with_status};

const API_SECRET: &str = "hush-api-secret";
const TOKEN: &str = "hush-token";
const PIN: &str = "hush-pin";
const LIMIT: Duration = Duration::from_secs(5);

/// An error with all its causes, as `Display` and as `Debug`.
fn whole(error: &dyn StdError) -> String {
    let mut text = format!("{error:?}");
    let mut next = Some(error);
    while let Some(error) = next {
        text += &format!("\n{error}");
        next = error.source();
    }
    text
}

#[test]
fn neither_logs_nor_errors_nor_debug_have_them() {
    let log = Log::of_this_program();
    let polls = Arc::new(AtomicUsize::new(0));
    let count = polls.clone();
    let url = start(move |asked, stream| {
        let bytes = match asked.is_poll() {
            false => {
                let needed = !matches!(asked.verb(), "ping" | "info");
                assert_eq!(asked.message["apisecret"] == API_SECRET, needed);
                asked.answer()
            }
            true => {
                let query = format!("&apisecret={API_SECRET}&token={TOKEN} ");
                assert!(asked.line.contains(&query), "{}", asked.line);
                match count.fetch_add(1, Ordering::Relaxed) {
                    // A plugin that repeats what it was told.
                    0 => ok(&format!(
                        r#"[{{"janus":"event","session_id":5,"sender":6,
                            "plugindata":{{"plugin":"any","data":{{"pin":"{PIN}"}}}}}}]"#
                    )),
                    1 => ok("[{\"token\":\"hush-token\", this is no JSON"),
                    _ => with_status("403 Forbidden", TOKEN),
                }
            }
        };
        stream.write_all(&bytes).is_ok()
    });
    let config = Config::new(&url)
        .api_secret(API_SECRET)
        .token(TOKEN)
        .reconnect(Reconnect::Never);
    let debug = format!("{config:?}");
    let janus = config.open().expect("a link");
    let session = janus.create_session().expect("a session");
    let handle = session.attach_raw("any").expect("a handle");
    let body = json!({ "request": "any", "pin": PIN });
    handle.request(body).expect_err("not what is expected");
    let Some(Event::Plugin { event, .. }) = handle.events().recv_timeout(LIMIT).expect("no end")
    else {
        panic!("no event");
    };
    assert_eq!(event["pin"], PIN);
    let ended = loop {
        match handle.events().recv() {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    let later = janus.ping().expect_err("the link is broken");
    let shown = [
        debug,
        format!("{janus:?} {session:?} {handle:?}"),
        whole(&ended),
        whole(&later),
    ];
    drop((handle, session, janus));
    for secret in [API_SECRET, TOKEN, PIN, "hush"] {
        for text in &shown {
            assert!(!text.contains(secret), "{text}");
        }
        log.assert_hidden(secret);
    }
    log.assert_wire("->", "\"create\"");
    log.assert_wire("<-", "\"event\"");
}

/// Why the crate speaks HTTP itself: ureq shows queries and answers to whoever logs at `trace`, and
/// Janus's answers have tokens and pins in them. When this fails, that reason is gone.
#[test]
fn the_same_log_sees_queries_and_answers_of_ureq() {
    let log = Log::of_this_program();
    let url = start(|_, stream| stream.write_all(&ok(r#"{"pin":"seen-in-answer"}"#)).is_ok());
    let agent = ureq::Agent::new_with_defaults();
    let mut response = agent
        .post(&format!("{url}/janus"))
        .send("{}")
        .expect("an answer");
    response.body_mut().read_to_string().expect("text");
    agent
        .get(&format!("{url}/janus/5?apisecret=seen-in-query"))
        .call()
        .expect("an answer");
    assert!(log.has("ureq::run", "seen-in-query"));
    // Bytes are logged in rows of 16, text behind hexadecimals.
    let rows = log.rows("ureq_proto::util", 16);
    assert!(rows.contains("seen-in-answer"), "{rows}");
}

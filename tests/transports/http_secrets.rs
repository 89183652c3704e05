//! Secrets over HTTP: they are in bodies and in the queries of long polls, and nowhere else.

use std::{
    error::Error as StdError,
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use common::{
    http_server::{ok, start, with_status},
    logger::Log,
    program::in_own_process,
};
use janus_blocking::{Config, Event, connection::Reconnect};
use log::LevelFilter;
use serde_json::json;

const API_SECRET: &str = "hush-api-secret";
const TOKEN: &str = "hush-token";
const PIN: &str = "hush-pin";
/// What a server says that nobody should see. ureq logs it all the same, at `trace`.
const ANSWERED: &str = "hush-answer";
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
    if !in_own_process(
        module_path!(),
        "neither_logs_nor_errors_nor_debug_have_them",
    ) {
        return;
    }
    let log = Log::of_this_program();
    let polls = Arc::new(AtomicUsize::new(0));
    let count = polls.clone();
    let url = start(move |asked, stream| {
        let bytes = if asked.is_poll() {
            let query = format!("&apisecret={API_SECRET}&token={TOKEN} ");
            assert!(asked.line.contains(&query), "{}", asked.line);
            match count.fetch_add(1, Ordering::Relaxed) {
                // A plugin that repeats what it was told.
                0 => ok(&format!(
                    r#"[{{"janus":"event","session_id":5,"sender":6,
                            "plugindata":{{"plugin":"any","data":{{"pin":"{ANSWERED}"}}}}}}]"#
                )),
                1 => ok("[{\"token\":\"hush-answer\", this is no JSON"),
                2 => with_status("403 Forbidden", ANSWERED),
                _ => with_status("502 Bad Gateway", ANSWERED),
            }
        } else {
            let needed = !matches!(asked.verb(), "ping" | "info");
            assert_eq!(asked.message["apisecret"] == API_SECRET, needed);
            asked.answer()
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
    assert_eq!(event["pin"], ANSWERED);
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
    for text in &shown {
        assert!(!text.contains("hush"), "{text}");
    }
    for secret in [API_SECRET, TOKEN, PIN] {
        log.assert_hidden(secret);
    }
    // Bytes are logged in rows of 16, text behind hexadecimals.
    let rows = log.rows(LevelFilter::Trace, UREQ, 16);
    assert!(rows.contains(ANSWERED), "no reason to warn: {rows}");
    log.assert_hidden_but_by(UREQ, ANSWERED);
    assert_eq!(log.rows(LevelFilter::Debug, UREQ, 16), "");
    assert!(log.has("janus_blocking", "set the level of `ureq_proto` to `debug`"));
    log.assert_wire("->", "\"create\"");
    log.assert_wire("<-", "\"event\"");
}

/// Where ureq logs what it reads.
const UREQ: &str = "ureq_proto::util";

//! What is said beside Janus's own words, as they help nobody further.

use std::time::Duration;

use janus_blocking::{Error, Event, Jsep};
use serde_json::json;

use super::{Connection, ErrorCode, Janus, Settings, Version, assert_refused, attached};
use common::{
    scripted::{SESSION, Scripted, answered},
    sdp::audio_offer,
};

const IN_THE_WAY: &str = "; an earlier offer on this handle is in the way: call `Handle::hangup`, \
                          wait for the event `hangup`, then try again";
const CLEANING_UP: &str = "; the previous PeerConnection of this handle is still being cleaned \
                           up: wait for the event `hangup`, then try again";

#[test]
fn an_offer_during_the_cleaning_up_is_told_to_wait_for_the_hangup() {
    for (code, reason, advice) in [
        (490, "Error setting ICE locally", IN_THE_WAY),
        (471, "Still cleaning a previous session", CLEANING_UP),
        // Everything else that has no code of its own.
        (490, "Unknown error", ""),
    ] {
        let server = Scripted::start(move |request, out| match request["janus"].as_str() {
            Some("message") => {
                let error = json!({"janus": "error", "error": {"code": code, "reason": reason}});
                out.json(&answered(request, error));
            }
            _ => out.usual(request),
        });
        let (_janus, _session, echo) = attached(&server.url());
        let error = echo
            .offer(&Settings::new(), &Jsep::offer("v=0\r\n"))
            .expect_err("refused");
        let text = format!(
            "`settings` of janus.plugin.echotest on handle {} of session {SESSION} was refused by \
             Janus: {code} {reason}{advice}",
            echo.handle().id(),
        );
        assert_refused(&error, ErrorCode::new(code), &text);
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_is_said_of_an_offer_in_the_way_helps() {
    for version in Version::ALL {
        let server = Janus::builder().version(version).start();
        let (_janus, session, echo) = attached(&server.url());
        let offer = Jsep::offer(audio_offer());
        // The plugin refuses these settings, and the offer beside them stays behind.
        let refused = echo.offer(&Settings::new().substream(3), &offer);
        assert!(matches!(refused, Err(Error::Plugin { .. })), "{refused:?}");
        let error = echo.offer(&Settings::new(), &offer).expect_err("refused");
        let text = format!(
            "`settings` of janus.plugin.echotest on handle {} of session {} was refused by \
             Janus: 490 Error setting ICE locally{IN_THE_WAY}",
            echo.handle().id(),
            session.id()
        );
        assert_refused(&error, ErrorCode::UNKNOWN, &text);
        echo.handle().hangup().expect("success");
        let limit = Duration::from_secs(10);
        loop {
            match echo.events().recv_timeout(limit).expect("an event") {
                Some(Event::Hangup { .. }) => break,
                Some(_) => {}
                None => panic!("no `hangup` came"),
            }
        }
        server
            .log()
            .wait_freed(echo.handle().id().value(), 1, limit);
        echo.offer(&Settings::new(), &offer).expect("an answer");
    }
}

/// The Admin API answers `info` and `ping` as the Janus API does, and refuses all else.
#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_admin_api_is_named_where_no_secret_can_be_missing() {
    const ADMIN_API: &str = "; this is Janus's Admin API: use the port or socket of the Janus API";
    for version in Version::ALL {
        let server = Janus::builder().version(version).http().unix().start();
        let unix = format!("unix://{}", server.admin_unix_path().display());
        for url in [server.admin_http_url(), unix] {
            let janus = Connection::open(&url).expect("it answers `info`");
            let reason = "403 Unauthorized request (wrong or missing secret/token)";
            for (error, request) in [
                (janus.create_session().map(drop), "`create`"),
                (janus.claim(1_u64).map(drop), "`claim` on session 1"),
            ] {
                let text = format!("{request} was refused by Janus: {reason}{ADMIN_API}");
                assert_refused(&error.unwrap_err(), ErrorCode::UNAUTHORIZED, &text);
            }
        }
    }
    // One without a secret of its own answers so.
    let server = Scripted::start(|request, out| {
        let reason = "Unhandled request 'create' at this path";
        let error = json!({"janus": "error", "error": {"code": 457, "reason": reason}});
        match request["janus"].as_str() {
            Some("create") => out.json(&answered(request, error)),
            _ => out.usual(request),
        }
    });
    let janus = Connection::open(&server.url()).expect("it answers `info`");
    let text = format!(
        "`create` was refused by Janus: 457 Unhandled request 'create' at this path{ADMIN_API}"
    );
    let error = janus.create_session().unwrap_err();
    assert_refused(&error, ErrorCode::INVALID_REQUEST_PATH, &text);
}

//! A call that rings, and a link that breaks meanwhile.

use std::time::{Duration, Instant};

use common::{Janus, Kamailio, Sipp, Version, WireProxy};
use janus_blocking::{
    Config, Event, Jsep, Sip,
    sip::{self, Accept, Confirmed, Register},
};
use serde_json::Value;

use super::{
    answer::answer_to,
    world::{LIMIT, config, until_connected},
};

const USER: &str = "1000";

/// How long there is no link: nothing may depend on being quick.
const GAP: Duration = Duration::from_secs(1);

fn rings_over_a_cut(version: Version) {
    let server = Janus::builder()
        .version(version)
        .reclaim_timeout(30)
        .start();
    let kamailio = Kamailio::start();
    let proxy = WireProxy::start(&server);
    let config: Config = config(proxy.url());
    let janus = config.open().expect("Janus answers");
    let (states, session) = (janus.states(), janus.create_session().expect("a session"));
    let sip: Sip = session.attach().expect("a handle");
    let account = Register::new(kamailio.user_uri(USER))
        .secret(kamailio.secret(USER))
        .proxy(kamailio.proxy_uri());
    sip.register(&account).expect("registered");
    let caller = Sipp::call(&kamailio, USER).start();
    let offer = until(&sip, |event| match event {
        Event::Plugin {
            event: sip::Event::IncomingCall(_),
            jsep,
        } => jsep,
        _ => None,
    });
    caller.wait_code(180, LIMIT);

    let mark = proxy.mark();
    proxy.refuse(true);
    proxy.cut();
    std::thread::sleep(GAP);
    let ended = caller.codes().into_iter().find(|code| *code >= 200);
    assert_eq!(ended, None, "it does not ring any more");
    proxy.refuse(false);
    until_connected(&states);
    let gap = until(&sip, |event| match event {
        Event::Reconnected { gap } => Some(gap),
        _ => None,
    });
    assert!(gap >= GAP, "{gap:?}");

    // The same object, and nothing in between.
    let reply = Jsep::answer(answer_to(&offer.sdp).expect("an offer of audio"));
    let accepted = sip.accept(&Accept::new(), &reply).expect("it rings");
    assert_eq!(accepted.of, Confirmed::Accepted);
    let code = until(&sip, |event| match event {
        Event::Plugin {
            event: sip::Event::Hangup(hangup),
            ..
        } => Some(hangup.code),
        _ => None,
    });
    assert_eq!(code, 200);
    assert!(caller.expect_success().saw(200));
    let verbs: Vec<String> = proxy
        .sent_since(mark)
        .iter()
        .map(|text| verb(text))
        .collect();
    assert_eq!(verbs, ["info", "claim", "keepalive", "accept"]);
    sip.into_handle().detach().expect("a handle");
    session.destroy().expect("a session");
}

fn verb(text: &str) -> String {
    let message: Value = serde_json::from_str(text).expect("it is JSON");
    let name = message["body"]["request"].as_str();
    name.or(message["janus"].as_str())
        .unwrap_or_default()
        .to_owned()
}

/// Waits for the event that `wanted` makes something of.
fn until<T>(sip: &Sip, wanted: impl Fn(Event<sip::Event>) -> Option<T>) -> T {
    let (events, deadline) = (sip.events(), Instant::now() + LIMIT);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let event = events.recv_timeout(left).expect("a queue");
        if let Some(found) = wanted(event.expect("it comes in time")) {
            return found;
        }
    }
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_that_rings_survives_a_cut_and_is_answered_by_the_same_object() {
    rings_over_a_cut(Version::V1_1_2);
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_that_rings_survives_a_cut_on_the_newer_janus() {
    rings_over_a_cut(Version::V1_4_1);
}

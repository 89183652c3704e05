//! A SIP call between two peers, through Janus and Kamailio: hold at the level of media, SIP's own
//! hold, and keys.

use common::{Janus, Kamailio, Version, program::in_own_namespace, wait_until};
use janus_blocking::{
    Connection, Event as CoreEvent, Events, Jsep, Session, Sip,
    admin::{
        Admin,
        info::{CallStatus, PluginInfo},
    },
    sip::{Accept, Call, Event, Hold, Register, Unhold},
    webrtc::{Codec, Direction, Media, Peer, PeerEvent, Track},
};

use super::{pair::WAIT, renegotiation::passes};

/// A registered user.
struct Phone {
    sip: Sip,
    events: Events<Sip>,
    session: Session,
}

impl Phone {
    fn new(janus: &Connection, kamailio: &Kamailio, user: &str) -> Self {
        let session = janus.create_session().expect("a session");
        let sip: Sip = session.attach().expect("a handle");
        let account = Register::new(kamailio.user_uri(user))
            .secret(kamailio.secret(user))
            .proxy(kamailio.proxy_uri());
        sip.register(&account).expect("registered");
        let events = sip.events();
        Self {
            sip,
            events,
            session,
        }
    }

    /// Waits until no change of the call is under way: Janus acknowledges `hold` and `unhold` in
    /// between, and does nothing.
    fn settled(&self, admin: &Admin) {
        wait_until(WAIT, "the call is as it was agreed", || {
            let info = admin.handle_info(self.session.id(), self.sip.handle().id());
            let PluginInfo::Sip(info) = info.expect("it is there").plugin_specific else {
                panic!("it is SIP")
            };
            info.call_status == CallStatus::InCall
        });
    }

    /// The next event that is one of those, and its description.
    #[track_caller]
    fn wait(&self, is_it: impl Fn(&Event) -> bool) -> Option<Jsep> {
        let next = || self.events.recv_timeout(WAIT).expect("it is open");
        loop {
            match next().expect("it comes in time") {
                CoreEvent::Plugin { event, jsep } if is_it(&event) => return jsep,
                _ => {}
            }
        }
    }

    fn accepted(&self) -> Jsep {
        let jsep = self.wait(|event| matches!(event, Event::Accepted(_)));
        jsep.expect("an answer")
    }

    /// What the other party wants to change.
    fn change(&self) -> Jsep {
        let jsep = self.wait(|event| matches!(event, Event::UpdatingCall(_)));
        jsep.expect("an offer")
    }
}

fn talk(version: Version) {
    let (server, kamailio) = (Janus::builder().version(version).start(), Kamailio::start());
    let janus = Connection::open(&server.url()).expect("it runs");
    let admin = Admin::open(&server.admin_url(), server.admin_secret()).expect("it runs");
    let media = Media::start().expect("a thread");
    let caller = Phone::new(&janus, &kamailio, "1000");
    let callee = Phone::new(&janus, &kamailio, "1001");
    let codecs = [Codec::Pcma];
    let mut answered = None;
    let one = media
        .peer(caller.sip.handle())
        .audio(Direction::SendRecv, &codecs)
        .dtmf()
        .offer_by(|offer| {
            let call = Call::new(kamailio.user_uri("1001"));
            caller.sip.call(&call, offer)?;
            let offer = callee.wait(|event| matches!(event, Event::IncomingCall(_)));
            // Changes come as events.
            let accept = Accept::new().autoaccept_reinvites(false);
            let (peer, _) = media
                .peer(callee.sip.handle())
                .audio(Direction::SendRecv, &codecs)
                .dtmf()
                .answer_to(&offer.expect("an offer"), |answer| {
                    callee.sip.accept(&accept, answer)
                })?;
            answered = Some(peer);
            Ok(caller.accepted())
        })
        .expect("a call");
    let other = answered.expect("it was answered");
    for peer in [&one, &other] {
        peer.wait_connected(WAIT).expect("a connection");
    }
    let audio = |peer: &Peer| -> Track { peer.audio().expect("audio") };
    let (here, there) = (audio(&one), audio(&other));
    passes(&here, &there);
    passes(&there, &here);

    // By a new offer of the peer: all the way to the other one, which answers.
    for (direction, opposite) in [
        (Direction::SendOnly, Direction::RecvOnly),
        (Direction::SendRecv, Direction::SendRecv),
    ] {
        caller.settled(&admin);
        let change = one.renegotiate().direction(&here, direction);
        let changed = change.offer_by(|offer| {
            caller.sip.update(offer)?;
            other.accept_offer(&callee.change(), |answer| callee.sip.update(answer))?;
            Ok(caller.accepted())
        });
        changed.unwrap_or_else(|error| panic!("{version}: {error}"));
        assert_eq!(
            (here.direction(), there.direction()),
            (direction, opposite),
            "{version}"
        );
        passes(&here, &there);
    }
    passes(&there, &here);

    // By SIP's own hold, of which only the other peer hears.
    caller.settled(&admin);
    caller.sip.hold(&Hold::new()).expect("on hold");
    let accept = || other.accept_offer(&callee.change(), |answer| callee.sip.update(answer));
    accept().unwrap_or_else(|error| panic!("{version}: {error}"));
    assert_eq!(here.direction(), Direction::SendRecv, "{version}");
    assert!(!there.direction().sends(), "{version}: {there:?}");
    caller.settled(&admin);
    caller.sip.unhold(&Unhold::new()).expect("taken back");
    accept().unwrap_or_else(|error| panic!("{version}: {error}"));
    assert_eq!(there.direction(), Direction::SendRecv, "{version}");
    passes(&here, &there);
    passes(&there, &here);

    here.send_dtmf("4#", std::time::Duration::from_millis(80))
        .expect("it is sent");
    let events = other.events();
    let events = std::iter::from_fn(|| events.recv_timeout(WAIT).expect("it is open"));
    let keys = events.filter_map(|event| match event {
        PeerEvent::Dtmf { key, .. } => Some(key),
        _ => None,
    });
    assert_eq!(keys.take(2).collect::<String>(), "4#", "{version}");
    drop(one);
    callee.wait(|event| matches!(event, Event::Hangup(_)));
}

#[test]
#[ignore = "needs Janus, Kamailio and root: run tests/run"]
fn a_call_is_held_by_its_peer_and_by_sip() {
    if in_own_namespace(module_path!(), "a_call_is_held_by_its_peer_and_by_sip") {
        Version::ALL.into_iter().for_each(talk);
    }
}

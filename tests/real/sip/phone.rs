//! Real servers, and phones: SIP handles with an account.

use std::{
    cell::Cell,
    thread,
    time::{Duration, Instant},
};

use janus_blocking::{
    Connection, Error, Events, Jsep, Result, Session, Sip,
    sip::{Event, Register},
};

use common::{Janus, JanusLog, Kamailio, Version, WireProxy, sdp};

use crate::servers::observe;

/// For things that take milliseconds on an idle machine.
pub(crate) const SOON: Duration = Duration::from_secs(15);

/// One of each.
pub(crate) struct Servers {
    pub(crate) version: Version,
    pub(crate) proxy: WireProxy,
    pub(crate) kamailio: Kamailio,
    janus: Janus,
}

impl Servers {
    /// Runs a test with each version of Janus.
    pub(crate) fn each(test: impl Fn(&Self)) {
        for version in Version::ALL {
            let janus = Janus::builder().version(version).start();
            let servers = Self {
                version,
                proxy: WireProxy::start(&janus),
                kamailio: Kamailio::start(),
                janus,
            };
            test(&servers);
        }
    }

    /// Whether this Janus has what came after 1.1.2.
    pub(crate) fn is_new(&self) -> bool {
        self.version == Version::V1_4_1
    }

    /// A handle without an account.
    pub(crate) fn blank(&self) -> Phone {
        let connection = Connection::open(&self.proxy.url()).expect("Janus is there");
        let session = connection.create_session().expect("a session");
        let sip: Sip = session.attach().expect("a handle");
        Phone {
            events: sip.events(),
            sip,
            session,
            log: self.janus.log(),
            freed: Cell::new(0),
            _connection: connection,
        }
    }

    /// What a user of Kamailio registers with.
    pub(crate) fn account(&self, user: &str) -> Register {
        Register::new(self.kamailio.user_uri(user))
            .secret(self.kamailio.secret(user))
            .proxy(self.kamailio.proxy_uri())
    }

    /// A registered user.
    pub(crate) fn phone(&self, user: &str) -> Phone {
        let phone = self.blank();
        let registered = phone.sip.register(&self.account(user)).expect("registered");
        assert_eq!(registered.username, user);
        phone
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        observe(self.version, &self.proxy);
    }
}

/// A handle, with its own session and connection.
pub(crate) struct Phone {
    // Before the others, so that it is detached first.
    pub(crate) sip: Sip,
    events: Events<Sip>,
    pub(crate) session: Session,
    log: JanusLog,
    /// How many of its PeerConnections have ended.
    freed: Cell<usize>,
    _connection: Connection,
}

impl Phone {
    /// Waits for the event that `pick` takes; those before it are thrown away.
    #[track_caller]
    pub(crate) fn wait<T>(
        &self,
        what: &str,
        mut pick: impl FnMut(Event, Option<Jsep>) -> Option<T>,
    ) -> T {
        let deadline = Instant::now() + SOON;
        let mut seen = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let event = self
                .events
                .recv_timeout(left)
                .expect("an event that decodes");
            let Some(event) = event else {
                panic!("no {what} within {SOON:?}, but {seen:#?}")
            };
            seen.push(format!("{event:?}"));
            if let janus_blocking::Event::Plugin { event, jsep } = event {
                assert!(
                    !matches!(event, Event::Other(_)),
                    "an event without a type: {event:?}"
                );
                if let Some(found) = pick(event, jsep) {
                    return found;
                }
            }
        }
    }

    /// Waits for the core's event that `is_it` knows.
    #[track_caller]
    pub(crate) fn wait_core(&self, is_it: impl Fn(&janus_blocking::Event<Event>) -> bool) {
        let deadline = Instant::now() + SOON;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let event = self
                .events
                .recv_timeout(left)
                .expect("an event that decodes");
            if is_it(&event.expect("it comes in time")) {
                return;
            }
        }
    }

    /// Waits for the end of the call, and then for that of the PeerConnection: Janus calls the
    /// handle busy until then.
    #[track_caller]
    pub(crate) fn wait_end(&self) -> janus_blocking::sip::event::Hangup {
        let end = self.wait("hangup", |event, _| match event {
            Event::Hangup(hangup) => Some(hangup),
            _ => None,
        });
        self.wait_freed();
        end
    }

    /// Waits for the end of the PeerConnection, and until Janus can take the next one: it is still busy
    /// when it says that it is done.
    #[track_caller]
    fn wait_freed(&self) {
        self.wait_core(|event| matches!(event, janus_blocking::Event::Hangup { .. }));
        self.freed.set(self.freed.get() + 1);
        let handle = self.sip.handle().id().value();
        self.log.wait_freed(handle, self.freed.get(), SOON);
    }

    /// Closes the PeerConnection of an offer that was refused, and waits until Janus can take the
    /// next one.
    #[track_caller]
    pub(crate) fn clear(&self) {
        self.sip
            .handle()
            .hangup()
            .expect("the PeerConnection is closed");
        self.wait_freed();
    }

    /// Waits for a call and until Janus is ready for a response to it; returns the call with an
    /// answer to its offer.
    #[track_caller]
    pub(crate) fn wait_call(&self) -> (janus_blocking::sip::event::IncomingCall, Option<Jsep>) {
        let call = self.wait("incoming call", |event, jsep| match event {
            Event::IncomingCall(call) => Some((
                call,
                jsep.map(|offer| Jsep::answer(sdp::answer_to(&offer.sdp))),
            )),
            _ => None,
        });
        // Janus announces a call before it can respond to it, and nothing tells when it can.
        thread::sleep(Duration::from_millis(50));
        call
    }

    /// Whether the request is acknowledged and then ignored.
    #[track_caller]
    pub(crate) fn assert_ignored<T: std::fmt::Debug>(&self, request: impl Fn(&Sip) -> Result<T>) {
        let hasty = self.sip.with_timeout(Duration::from_millis(400));
        match request(&hasty) {
            Err(Error::Timeout { acked: true, .. }) => {}
            other => panic!("not ignored: {other:?}"),
        }
    }
}

/// An offer as a browser would make it.
pub(crate) fn offer() -> Jsep {
    Jsep::offer(sdp::audio_offer())
}

/// Whether the plugin refused with this code, which the core does not know.
#[track_caller]
pub(crate) fn assert_refused<T: std::fmt::Debug>(result: Result<T>, code: i32) {
    match result {
        Err(Error::Plugin {
            code: got,
            reason,
            request,
            ..
        }) => {
            assert_eq!(got.value(), code, "{request}: {reason}");
        }
        other => panic!("not refused with {code}: {other:?}"),
    }
}

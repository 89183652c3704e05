//! `sip`: one account registers, calls another one, holds the call, and hangs up.
//!
//! No sound flows: both ends describe media that is not there, and the call is over before anybody
//! misses it.

use std::{
    env, thread,
    time::{Duration, Instant},
};

use janus_blocking::{
    Event, Events, Jsep, Session, Sip,
    sip::{self, Accept, Call, Hangup, Hold, Register},
};

use super::{Lasting, Left, Place, Seat, Seats};
use crate::{
    failure::{Failure, Outcome},
    parts::Parts,
    settings::Work,
};

pub(super) const PARTS: [&str; 5] = ["register", "ring", "answer", "hold", "hang up"];

/// The password of the accounts. `{}` in it stands for the number of the account.
const SECRET: &str = "JANUS_LOAD_SIP_SECRET";

/// Janus announces a call, and brings a change of it to an end, some milliseconds before it can do
/// the next thing with it.
const SETTLES: Duration = Duration::from_millis(50);

/// And for about a second after a call it takes the handle for busy, and answers 486. No event tells
/// when that is over.
const TIDIES: Duration = Duration::from_millis(1500);

/// Two accounts.
struct Pair {
    lasting: Lasting<(Phone, Phone)>,
    accounts: [Register; 2],
    timeout: Duration,
    /// Janus still tidies up behind the last call until then.
    ready: Instant,
}

struct Phone {
    sip: Sip,
    events: Events<Sip>,
}

pub(super) fn seats(place: &Place<'_>) -> Outcome<Seats> {
    let mut seats: Seats = Vec::new();
    let pairs = u32::try_from(place.work.pairs()).unwrap_or(u32::MAX);
    for number in 0..pairs {
        let first = place.work.sip_account() + 2 * number;
        let connection = place.connection(seats.len());
        let mut pair = Pair {
            timeout: connection.config().request_timeout,
            lasting: Lasting::new(connection),
            accounts: [account(place.work, first), account(place.work, first + 1)],
            ready: Instant::now(),
        };
        let accounts = &pair.accounts;
        pair.lasting.kept(|session| phones(session, accounts))?;
        seats.push(Box::new(pair));
    }
    Ok(seats)
}

fn account(work: &Work, number: u32) -> Register {
    let proxy = work.sip_proxy.clone().unwrap_or_default();
    let host = proxy.strip_prefix("sip:").unwrap_or(&proxy);
    let account = Register::new(format!("sip:{number}@{host}")).proxy(&*proxy);
    match env::var(SECRET) {
        Ok(secret) => account.secret(secret.replace("{}", &number.to_string())),
        Err(_) => account,
    }
}

fn phones(session: &Session, accounts: &[Register; 2]) -> Outcome<(Phone, Phone)> {
    let [caller, callee] = accounts;
    Ok((Phone::new(session, caller)?, Phone::new(session, callee)?))
}

impl Phone {
    fn new(session: &Session, account: &Register) -> Outcome<Self> {
        let sip: Sip = session.attach()?;
        let events = sip.events();
        sip.register(account)?;
        Ok(Self { sip, events })
    }

    /// Waits for the event that `pick` takes; those before it are thrown away.
    fn wait<T>(
        &self,
        what: &'static str,
        limit: Duration,
        mut pick: impl FnMut(Event<sip::Event>) -> Option<T>,
    ) -> Outcome<T> {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let event = self.events.recv_timeout(left)?;
            if let Some(found) = pick(event.ok_or(Failure::Missing(what))?) {
                return Ok(found);
            }
        }
    }

    /// Waits for the end of the call and of its PeerConnection.
    fn wait_end(&self, limit: Duration) -> Outcome<()> {
        self.wait("hangup", limit, |event| {
            matches!(event, Event::Hangup { .. }).then_some(())
        })
    }
}

impl Pair {
    fn call(&mut self, parts: &mut Parts) -> Outcome<()> {
        let (limit, accounts) = (self.timeout, &self.accounts);
        let (_, (caller, callee)) = self.lasting.kept(|session| phones(session, accounts))?;
        thread::sleep(self.ready.saturating_duration_since(Instant::now()));
        // What is left of a call that failed.
        while caller.events.try_recv()?.is_some() {}
        while callee.events.try_recv()?.is_some() {}
        let renewal = accounts[0].clone().refresh(true);
        parts.time(0, || caller.sip.register(&renewal))?;
        let call = Call::new(&*accounts[1].username);
        let offer = parts.time(1, || {
            caller
                .sip
                .call(&call, &Jsep::offer(description("actpass", "0")))?;
            callee.wait("incoming call", limit, |event| match event {
                Event::Plugin {
                    event: sip::Event::IncomingCall(_),
                    jsep,
                } => Some(Ok(jsep)),
                Event::Plugin {
                    event: sip::Event::MissedCall(_),
                    ..
                } => Some(Err(Failure::Missing("callee that is free"))),
                _ => None,
            })?
        })?;
        thread::sleep(SETTLES);
        let mid = offer.as_ref().and_then(|offer| mid(&offer.sdp));
        let answer = Jsep::answer(description("active", mid.unwrap_or("0")));
        parts.time(2, || {
            callee.sip.accept(&Accept::new(), &answer)?;
            caller.wait("answer to the call", limit, |event| match event {
                Event::Plugin {
                    event: sip::Event::Accepted(_),
                    ..
                } => Some(()),
                _ => None,
            })
        })?;
        thread::sleep(SETTLES);
        parts.time(3, || caller.sip.hold(&Hold::new()))?;
        thread::sleep(SETTLES);
        parts.time(4, || {
            caller.sip.hangup(&Hangup::new())?;
            caller.wait_end(limit)?;
            callee.wait_end(limit)
        })
    }
}

impl Seat for Pair {
    fn act(&mut self, parts: &mut Parts) -> Outcome<()> {
        let called = self.call(parts);
        self.ready = Instant::now() + TIDIES;
        if called.is_err() {
            // A call may still be under way. The end of its session is its end too.
            self.lasting.kept = None;
        }
        called
    }

    fn end(self: Box<Self>) -> Left {
        self.lasting.end()
    }
}

/// One line of audio in PCMA, of nobody.
fn description(setup: &str, mid: &str) -> String {
    let fingerprint = vec!["0F"; 32].join(":");
    format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {mid}\r\n\
         m=audio 9 UDP/TLS/RTP/SAVPF 8\r\nc=IN IP4 127.0.0.1\r\na=mid:{mid}\r\n\
         a=ice-ufrag:load\r\na=ice-pwd:loadloadloadloadloadload\r\n\
         a=fingerprint:sha-256 {fingerprint}\r\na=setup:{setup}\r\na=rtcp-mux\r\n\
         a=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n"
    )
}

fn mid(offer: &str) -> Option<&str> {
    offer.lines().find_map(|line| line.strip_prefix("a=mid:"))
}

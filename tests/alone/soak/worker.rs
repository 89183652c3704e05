//! A program: it opens connections, uses sessions, loses links, claims what it had, and goes on.

use std::time::{Duration, Instant};

use common::random::Random;
use janus_blocking::{
    Config, Connection, EchoTest, Error, Plugin, Raw, Result, Session, SessionTicket,
    connection::{AttachOptions, Backoff, Reconnect},
    testing::FakeGateway,
};

use super::{
    audit::{Audit, Watch},
    tokens::{self, Tokens},
};

/// How long requests wait; some messages are delayed for twice as long.
pub const REQUEST: Duration = Duration::from_millis(200);
const CONNECT: Duration = Duration::from_secs(1);
const CLOSE: Duration = Duration::from_millis(300);
const LINK: Duration = Duration::from_millis(900);
pub const QUEUE: usize = 64;

pub struct Worker<'a> {
    pub gateway: &'a FakeGateway,
    watch: &'a Watch,
    pub number: u64,
    pub random: Random,
    pub tokens: Tokens,
    pub audit: Audit,
    /// The session that it had when its link broke, or that it abandoned.
    ticket: Option<SessionTicket>,
}

/// A session in use.
pub struct Setup {
    pub session: Session,
    pub echo: EchoTest,
    pub sync: Raw,
    pub later: Raw,
}

impl<'a> Worker<'a> {
    pub fn new(gateway: &'a FakeGateway, watch: &'a Watch, seed: u64, number: u64) -> Self {
        Self {
            gateway,
            watch,
            number,
            random: Random::new(seed ^ (number + 1) << 32),
            tokens: Tokens::new(number, 0),
            audit: Audit::default(),
            ticket: None,
        }
    }

    pub fn run(mut self, until: Instant) -> Audit {
        while Instant::now() < until {
            let Ok(janus) = self.open() else { continue };
            while Instant::now() < until && self.on(&janus).is_some() {}
            match self.random.below(3) {
                0 => self.end("drop link", || drop(janus)),
                1 => self.end("abandon link", || drop(janus.abandon())),
                _ => self.end("close", || janus.close()),
            }
        }
        self.audit
    }

    pub fn call<T>(
        &mut self,
        name: &'static str,
        allowed: Duration,
        call: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let begun = Instant::now();
        self.watch.begin(self.number, name, begun + allowed);
        let result = call();
        self.watch.end(self.number);
        self.audit.enter(name, &result, begun.elapsed(), allowed);
        result
    }

    /// The end of a link, which cannot fail.
    fn end(&mut self, name: &'static str, end: impl FnOnce()) {
        let ended = self.call(name, CLOSE, || {
            end();
            Ok(())
        });
        ended.expect("it cannot fail");
    }

    /// A request, which waits for [`REQUEST`].
    pub fn ask<T>(&mut self, name: &'static str, call: impl FnOnce() -> Result<T>) -> Result<T> {
        self.call(name, REQUEST, call)
    }

    fn open(&mut self) -> Result<Connection> {
        let gateway = self.gateway;
        // Some see every broken link themselves, others leave it to the library.
        let backoff = Backoff::new()
            .first(Duration::from_millis(5))
            .longest(Duration::from_millis(100));
        let reconnect = match self.number % 3 {
            2 => Reconnect::Always(backoff),
            _ => Reconnect::Never,
        };
        let config = Config::new(gateway.url())
            .reconnect(reconnect)
            .connect_timeout(CONNECT)
            .request_timeout(REQUEST)
            .close_timeout(CLOSE)
            .link_timeout(LINK)
            .event_queue(QUEUE);
        // In memory or over a socket, always the same for one worker: a session belongs to one
        // address here.
        let memory = self.number % 2 == 0;
        self.call("open", CONNECT, || {
            if memory {
                gateway.connect_with(config)
            } else {
                config.open()
            }
        })
    }

    /// Uses one session on that link for a while; `None` when the link is over.
    fn on(&mut self, janus: &Connection) -> Option<()> {
        let ping = self.ask("ping", || janus.ping().map(drop));
        ping.or_else(alive).ok()?;
        let mut setup = self.setup(janus)?;
        for _ in 0..5 + self.random.below(40) {
            let done = match self.random.below(12) {
                0 => self.ask("info", || janus.info()).map(drop),
                1 => self.unknown_names(janus, &setup.session),
                2 | 3 => self.configure(&setup.echo),
                4 => self.event(&setup.echo),
                5 => self.trickle(&setup.echo),
                6 => self.ask("hangup", || setup.echo.handle().hangup()),
                7 => self.token("answer", &setup.sync),
                8 => self.token("answer later", &setup.later),
                9 => self.burst(janus, &setup),
                10 => self.own_events(&setup.sync),
                _ => {
                    self.drain(&setup);
                    self.ask("check", || setup.session.check())
                }
            };
            let lost = done.or_else(alive).is_err();
            if lost || setup.session.check().is_err() {
                // Gone with the server, or with its link: then there is something to claim.
                self.ticket = Some(setup.session.ticket());
                return (!lost).then_some(());
            }
            if self.random.one_in(60) {
                setup = self.steal(janus, setup)?;
            }
        }
        self.leave(setup)
    }

    /// A new session, or the one that it had.
    fn setup(&mut self, janus: &Connection) -> Option<Setup> {
        if let Some(ticket) = self.ticket.take() {
            match self.ask("claim", || janus.resume(&ticket)) {
                Ok(resumed) => return self.furnish(resumed.session, &ticket),
                Err(error) if error.is_session_gone() => {}
                Err(error) => {
                    self.ticket = Some(ticket);
                    return alive(error).ok().and(None);
                }
            }
        }
        let session = self.ask("create", || janus.create_session()).ok()?;
        let ticket = session.ticket();
        self.furnish(session, &ticket)
    }

    /// Its three handles: those of the ticket as far as it has them, else new ones.
    fn furnish(&mut self, session: Session, ticket: &SessionTicket) -> Option<Setup> {
        let echo = self.handle(&session, ticket, EchoTest::PACKAGE)?;
        let sync = self.handle(&session, ticket, tokens::SYNC)?;
        let later = self.handle(&session, ticket, tokens::ASYNC)?;
        Some(Setup {
            session,
            echo,
            sync,
            later,
        })
    }

    fn handle<P: Plugin>(
        &mut self,
        session: &Session,
        ticket: &SessionTicket,
        package: &str,
    ) -> Option<P> {
        let old = ticket
            .handles
            .iter()
            .find(|handle| handle.plugin == package);
        if let Some(old) = old {
            let verify = self.random.one_in(2);
            let options = AttachOptions::new().existing_handle(old.id).verify(verify);
            let options = options.package(package);
            let bound = self.ask("reattach", || session.attach_with(options));
            if bound.is_ok() {
                return bound.ok();
            }
        }
        let options = || AttachOptions::new().package(package);
        for _ in 0..3 {
            match self.ask("attach", || session.attach_with(options())) {
                Ok(handle) => return Some(handle),
                Err(error) => alive(error).ok()?,
            }
        }
        None
    }

    /// Takes the session over to the same link, or by another one and back.
    fn steal(&mut self, janus: &Connection, setup: Setup) -> Option<Setup> {
        let ticket = setup.session.ticket();
        self.ticket = Some(ticket.clone());
        if self.random.one_in(2) {
            let thief = self.open().ok()?;
            let stolen = self.ask("claim", || thief.resume(&ticket));
            if let Ok(stolen) = stolen {
                let handles = self.furnish(stolen.session, &ticket);
                self.ticket = Some(ticket.clone());
                if let Some(Setup { session, .. }) = handles {
                    let _ = session.abandon();
                }
            }
            self.end("close", || thief.close());
        }
        let abandoned = self.random.one_in(2);
        // The old objects end by being abandoned, or by being claimed away while they are held.
        let old = if abandoned {
            let _ = setup.session.abandon();
            None
        } else {
            Some(setup)
        };
        let again = self.setup(janus);
        drop(old);
        again
    }

    /// Ends a session in one of the ways that there are.
    fn leave(&mut self, setup: Setup) -> Option<()> {
        let id = setup.session.id();
        match self.random.below(4) {
            0 => self.ticket = Some(setup.session.abandon()),
            1 => drop(setup),
            2 => {
                let handle = setup.echo.handle().id();
                let detached = self.ask("detach", || setup.echo.into_handle().detach());
                if detached.is_ok() && self.gateway.handle(handle).exists() {
                    self.audit.leaked.push(format!("handle {handle}"));
                }
                detached.or_else(alive).ok()?;
            }
            _ => {
                let destroyed = self.ask("destroy", || setup.session.destroy());
                if destroyed.is_ok() && self.gateway.sessions().contains(&id) {
                    self.audit.leaked.push(format!("session {id}"));
                }
                destroyed.or_else(alive).ok()?;
            }
        }
        Some(())
    }
}

/// An error after which the link can still be used.
pub fn alive(error: Error) -> Result<()> {
    match error {
        Error::Transport {
            reconnects: true, ..
        } => Ok(()),
        Error::Transport { .. } | Error::Closed { .. } | Error::Connect { .. } => Err(error),
        _ => Ok(()),
    }
}

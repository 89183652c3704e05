//! What a program does with a session that it has.

use std::{
    thread,
    time::{Duration, Instant},
};

use janus_blocking::{
    Candidate, Connection, EchoTest, Error, Event, HandleId, Raw, Result, Session, SessionId,
    connection::AttachOptions, echotest::Settings,
};
use serde_json::{Value, json};

use super::{
    audit::Audit,
    tokens::{self, Tokens},
    worker::{QUEUE, REQUEST, Setup, Worker, alive},
};

impl Worker<'_> {
    pub fn configure(&mut self, echo: &EchoTest) -> Result<()> {
        let audio = self.random.one_in(2);
        self.ask("configure", || {
            echo.configure(&Settings::new().audio(audio))
        })
    }

    /// Sends, and waits a moment for the event.
    pub fn event(&mut self, echo: &EchoTest) -> Result<()> {
        let settings = Settings::new().video(true);
        self.ask("send", || echo.handle().send(&settings))?;
        let wait = Duration::from_millis(50);
        let event = self.call("wait event", wait, || echo.events().recv_timeout(wait));
        event.map(drop)
    }

    pub fn trickle(&mut self, echo: &EchoTest) -> Result<()> {
        let mut candidate = Candidate::new("candidate:1 1 udp 1 192.0.2.1 9 typ host");
        candidate.sdp_mid = Some("0".to_owned());
        self.ask("trickle", || echo.handle().trickle(&[candidate]))?;
        self.ask("trickle done", || echo.handle().trickle_done())
    }

    pub fn token(&mut self, name: &'static str, raw: &Raw) -> Result<()> {
        let token = self.tokens.next();
        let answer = self.ask(name, || tokens::ask(raw, &token))?;
        if let Err(answer) = answer {
            self.audit.crossed.push(format!("{token}: {answer}"));
        }
        Ok(())
    }

    /// Refusals of the core name what was asked for.
    pub fn unknown_names(&mut self, janus: &Connection, session: &Session) -> Result<()> {
        let unknown = (1 << 60) + self.random.below(1 << 60);
        let (what, refusal) = match self.random.below(3) {
            0 => {
                let id = SessionId::new(unknown);
                ("claim", self.ask("claim of none", || janus.claim(id)).err())
            }
            1 => {
                let id = HandleId::new(unknown);
                let options = AttachOptions::new().existing_handle(id).verify(true);
                let options = options.package("p");
                let call = || session.attach_with::<Raw>(options);
                ("verify", self.ask("verify of none", call).err())
            }
            _ => {
                let package = format!("janus.plugin.{unknown}");
                let call = || session.attach_raw(&package);
                ("attach", self.ask("attach of none", call).err())
            }
        };
        match refusal {
            Some(Error::Janus { reason, .. }) => {
                if !reason.contains(&unknown.to_string()) && session.check().is_ok() {
                    let crossed = format!("{what} {unknown}: {reason}");
                    self.audit.crossed.push(crossed);
                }
                Ok(())
            }
            Some(error) => Err(error),
            None => {
                self.audit.crossed.push(format!("{what} {unknown}: ok"));
                Ok(())
            }
        }
    }

    /// Several threads at once on one link.
    pub fn burst(&mut self, janus: &Connection, setup: &Setup) -> Result<()> {
        let (number, rounds) = (self.number, 2 + self.random.below(6));
        let own = |thread: u64| {
            let mut audit = Audit::default();
            let mut tokens = Tokens::new(number, thread);
            for round in 0..rounds {
                let begun = Instant::now();
                let token = tokens.next();
                let result = match (thread + round) % 4 {
                    0 => janus.ping().map(|_| Ok(())),
                    1 => setup.session.attach_raw(tokens::SYNC).map(|_| Ok(())),
                    2 => tokens::ask(&setup.later, &token),
                    _ => tokens::ask(&setup.sync, &token),
                };
                audit.enter("in a burst", &result, begun.elapsed(), REQUEST);
                match result {
                    Ok(Err(answer)) => audit.crossed.push(format!("{token}: {answer}")),
                    Ok(Ok(())) => {}
                    Err(error) => {
                        if alive(error).is_err() {
                            break;
                        }
                    }
                }
            }
            audit
        };
        let own = &own;
        let ledgers: Vec<_> = thread::scope(|scope| {
            let threads = (0..tokens::BURST).map(|thread| scope.spawn(move || own(thread)));
            let threads: Vec<_> = threads.collect();
            threads.into_iter().map(|it| it.join()).collect()
        });
        ledgers
            .into_iter()
            .flatten()
            .for_each(|it| self.audit.add(it));
        Ok(())
    }

    /// Events come to the handle that they are for.
    pub fn own_events(&mut self, raw: &Raw) -> Result<()> {
        let handle = raw.handle().id();
        let server = self.gateway.handle(handle);
        for n in 0..self.random.below(2 * QUEUE as u64) {
            server.event(&json!({"for": handle, "n": n}));
        }
        let wait = Duration::from_millis(20);
        loop {
            let event = self.call("wait event", wait, || raw.events().recv_timeout(wait));
            match event {
                Ok(Some(event)) => self.check_event(handle, event),
                Ok(None) => return Ok(()),
                Err(Error::Lagged { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn check_event(&mut self, handle: HandleId, event: Event<Value>) {
        if let Event::Plugin { event, .. } = event {
            let other = event.get("for").is_some_and(|it| *it != json!(handle));
            if other {
                self.audit.crossed.push(format!("{handle}: {event}"));
            }
        }
    }

    pub fn drain(&mut self, setup: &Setup) {
        while let Ok(Some(_)) = setup.echo.events().try_recv() {}
        for raw in [&setup.sync, &setup.later] {
            while let Ok(Some(event)) = raw.events().try_recv() {
                self.check_event(raw.handle().id(), event);
            }
        }
    }
}

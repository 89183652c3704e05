//! A program that does everything at once: the threads, and what they call.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread::{self, Scope, ScopedJoinHandle},
    time::{Duration, Instant},
};

use common::{Janus, WsClient};
use janus_blocking::{
    Connection, EchoTest, Event, HandleId, Plugin, Result, Session, SessionId, VideoRoom,
    connection::AttachOptions,
    echotest::{self, Settings},
    videoroom::{Create, Destroy, List},
};

use super::counts::{Counts, Fate};

/// Between two calls of a thread, so that the machine's cores are not all that is measured.
const REST: Duration = Duration::from_millis(2);

const SOON: Duration = Duration::from_secs(5);

/// No room has it.
const NO_ROOM: u64 = 4_000_000;

/// Below this Janus chooses the numbers of rooms.
const OWN_ROOMS: u64 = 5_000_000_000_000;

pub struct Load<'a> {
    janus: &'a Connection,
    pub setups: Vec<Setup>,
    rooms: VideoRoom,
    /// A session that is claimed again and again, and a handle of it.
    claimed: (SessionId, HandleId),
    over: AtomicBool,
    numbers: AtomicU64,
}

/// A session that is used all the time.
pub struct Setup {
    pub session: Session,
    pub echo: EchoTest,
    pub noisy: EchoTest,
    sent: AtomicU64,
    heard: AtomicU64,
}

pub struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl<'a> Load<'a> {
    pub fn new(janus: &'a Connection, server: &Janus) -> Self {
        let setups = (0..2).map(|_| Setup::new(janus)).collect::<Vec<_>>();
        let rooms = setups[0].session.attach().expect("Janus runs");
        let session = janus
            .create_session()
            .expect("Janus runs")
            .abandon()
            .session_id;
        let claimed = (session, attach_by_hand(server, session));
        Self {
            janus,
            setups,
            rooms,
            claimed,
            over: AtomicBool::new(false),
            numbers: AtomicU64::new(1),
        }
    }

    /// A request that the connection repeats, on a handle.
    pub fn probe(&self) -> Result<bool> {
        self.rooms.exists(NO_ROOM)
    }

    pub fn end_on_drop(&self) -> End<'_> {
        End(&self.over)
    }

    /// What marks a request, so that it can be told from all others on the wire.
    fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    fn until_over(&self, mut each: impl FnMut()) {
        while !self.over.load(Ordering::Acquire) {
            each();
            thread::sleep(REST);
        }
    }

    pub fn start<'scope, 'env: 'scope>(
        &'env self,
        scope: &'scope Scope<'scope, 'env>,
        counts: &'env Counts,
    ) -> Vec<ScopedJoinHandle<'scope, ()>> {
        let mut threads = vec![
            scope.spawn(|| self.until_over(|| self.ask_server(counts))),
            scope.spawn(|| self.until_over(|| self.make_room(counts))),
            scope.spawn(|| self.until_over(|| self.attach(counts))),
            scope.spawn(|| self.until_over(|| self.make_session(counts))),
            scope.spawn(|| self.until_over(|| self.claim(counts))),
        ];
        for setup in &self.setups {
            threads.push(scope.spawn(|| self.until_over(|| self.configure(setup, counts))));
            threads.push(scope.spawn(|| self.until_over(|| self.send(setup, counts))));
            threads.push(scope.spawn(|| setup.listen(&self.over, counts)));
        }
        threads
    }

    fn ask_server(&self, counts: &Counts) {
        counts.repeated("info", || self.janus.info());
        counts.repeated("ping", || self.janus.ping());
    }

    fn settings(&self) -> Settings {
        let number = self.number().try_into();
        Settings::new().bitrate(number.expect("fewer than 2^32 calls"))
    }

    fn configure(&self, setup: &Setup, counts: &Counts) {
        counts.once("configure", || setup.echo.configure(&self.settings()));
    }

    fn send(&self, setup: &Setup, counts: &Counts) {
        if let Fate::Done(_) = counts.once("send", || setup.noisy.handle().send(&self.settings())) {
            setup.sent.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn make_room(&self, counts: &Counts) {
        let number = self.number();
        let name = format!("room-{number}");
        let mut create = Create::new().description(name.as_str());
        if number % 2 == 0 {
            // A second one with the same number would be refused.
            create = create.room(OWN_ROOMS + number);
        }
        let made = counts.once("create a room", || self.rooms.create(&create));
        let mut is_there = match &made {
            Fate::Done(_) => Some(true),
            Fate::Maybe => None,
            Fate::Unsent => Some(false),
        };
        if let Some(rooms) = counts.repeated("list", || self.rooms.list(&List::new())) {
            let listed = rooms.list.iter().any(|room| room.description == name);
            if is_there.is_some_and(|is_there| is_there != listed) {
                counts.wrong("list", &format!("{name} is there: {listed}"));
            }
        }
        if let (Fate::Done(made), true) = (made, number % 5 != 0) {
            let destroy = Destroy::new(made.room);
            is_there = match counts.once("destroy a room", || self.rooms.destroy(&destroy)) {
                Fate::Done(_) => Some(false),
                Fate::Maybe => None,
                Fate::Unsent => is_there,
            };
        }
        counts.lock().rooms.insert(name, is_there);
    }

    fn attach(&self, counts: &Counts) {
        let number = self.number();
        let session = &self.setups[1].session;
        let options = AttachOptions::new().opaque_id(format!("attach-{number}"));
        let attached = counts.once("attach", || session.attach_with::<EchoTest>(options));
        let Fate::Done(echo) = attached else { return };
        let id = echo.handle().id();
        if number % 4 == 0 {
            // Detached without waiting.
            drop(echo);
            counts.lock().detached.insert(id);
            return;
        }
        // Where the link breaks it is sent again, though nobody waits for it.
        counts.once("detach", || echo.into_handle().detach());
        counts.lock().detached.insert(id);
    }

    fn make_session(&self, counts: &Counts) {
        let Fate::Done(session) = counts.once("create", || self.janus.create_session()) else {
            return;
        };
        let id = session.id();
        if self.number() % 4 == 0 {
            drop(session);
            counts.lock().destroyed.insert(id);
            return;
        }
        counts.once("destroy", || session.destroy());
        counts.lock().destroyed.insert(id);
    }

    fn claim(&self, counts: &Counts) {
        let (id, handle) = self.claimed;
        let Some(session) = counts.repeated("claim", || self.janus.claim(id)) else {
            return;
        };
        let options = AttachOptions::new().existing_handle(handle).verify(true);
        let echo = counts.repeated("verify", || session.attach_with::<EchoTest>(options));
        let _ = session.abandon();
        drop(echo);
    }

    /// Every session, handle and queue can be used, and events come, each once.
    #[track_caller]
    pub fn assert_usable(&self, links: u64, counts: &Counts) {
        self.janus.ping().expect("a link");
        for setup in &self.setups {
            setup.session.check().expect("claimed each time");
            setup
                .echo
                .configure(&Settings::new().audio(true))
                .expect("a handle");
            let session = setup.session.id();
            let reconnected = counts.lock().reconnected.get(&session).copied();
            // More often if a link broke behind the claim.
            assert!(reconnected >= Some(links), "{reconnected:?} of {links}");
            let [sent, heard] = [&setup.sent, &setup.heard].map(|it| it.load(Ordering::Relaxed));
            println!("  session {session}: {sent} sent, {heard} heard");
            let events = setup.noisy.events();
            while events.recv_timeout(SOON / 20).expect("a queue").is_some() {}
            for _ in 0..50 {
                let settings = Settings::new().audio(true);
                setup.noisy.handle().send(&settings).expect("a handle");
                let event = events.recv_timeout(SOON).expect("a queue");
                assert!(matches!(event, Some(Event::Plugin { .. })), "{event:?}");
            }
            assert_eq!(events.try_recv().expect("a queue"), None);
        }
        self.probe().expect("a handle");
    }

    /// The handles that are in use.
    pub fn handles(&self) -> Vec<(SessionId, Vec<HandleId>)> {
        let mut all: Vec<_> = self
            .setups
            .iter()
            .map(|setup| {
                let handles = [&setup.echo, &setup.noisy].map(|echo| echo.handle().id());
                (setup.session.id(), handles.to_vec())
            })
            .collect();
        all[0].1.push(self.rooms.handle().id());
        all
    }

    /// The session that was claimed again and again is ended with the others.
    pub fn finish(self) {
        let session = self.janus.claim(self.claimed.0).expect("it lives");
        session.destroy().expect("a link");
    }
}

impl Setup {
    fn new(janus: &Connection) -> Self {
        let session = janus.create_session().expect("Janus runs");
        let [echo, noisy] = [(); 2].map(|()| session.attach().expect("Janus runs"));
        Self {
            session,
            echo,
            noisy,
            sent: AtomicU64::new(0),
            heard: AtomicU64::new(0),
        }
    }

    fn listen(&self, over: &AtomicBool, counts: &Counts) {
        let (events, mut last) = (self.noisy.events(), Instant::now());
        let mut reconnected = 0;
        while !over.load(Ordering::Acquire) || last.elapsed() < SOON / 10 {
            match events.recv_timeout(SOON / 50) {
                Ok(None) => continue,
                Ok(Some(Event::Plugin {
                    event: echotest::Event::Ok,
                    ..
                })) => {
                    self.heard.fetch_add(1, Ordering::Relaxed);
                    counts.lock().events += 1;
                }
                Ok(Some(Event::Reconnected { gap })) if gap < SOON => reconnected += 1,
                other => {
                    counts.wrong("events", &format!("{other:?}"));
                    break;
                }
            }
            last = Instant::now();
        }
        counts
            .lock()
            .reconnected
            .insert(self.session.id(), reconnected);
    }
}

/// Attaches a handle that the library knows nothing of.
fn attach_by_hand(server: &Janus, session: SessionId) -> HandleId {
    let mut client = WsClient::connect(&server.url()).expect("Janus runs");
    let request = format!(
        r#"{{"janus":"attach","session_id":{session},"plugin":"{}","transaction":"by hand"}}"#,
        EchoTest::PACKAGE
    );
    client.send(&request).expect("Janus runs");
    let answer = client.recv(SOON).expect("Janus answers");
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("it is JSON");
    HandleId::new(answer["data"]["id"].as_u64().expect("the id of a handle"))
}

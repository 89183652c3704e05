//! The crate's side: the same exchanges as a program that uses it writes them.

use std::time::{Duration, Instant};

use janus_blocking::{
    Config, Connection, EchoTest, Handle, Plugin, Request, Session, SessionTicket,
    connection::AttachOptions, echotest::Settings,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use super::{Op, ROOM, Subject, timed};

/// One connection and session, with a handle of each kind.
#[derive(Debug)]
pub struct Ours {
    pub echo: EchoTest,
    pub room: Room,
    pub session: Session,
    pub connection: Connection,
}

/// Stands for any typed plugin that answers at once.
#[derive(Debug)]
pub struct Room(Handle);

#[derive(Debug, Serialize)]
#[serde(tag = "request", rename = "exists")]
pub struct Exists {
    room: u64,
}

#[derive(Debug, Deserialize)]
pub struct Existing {
    exists: bool,
}

impl Ours {
    pub fn connect(url: &str) -> Self {
        Self::with_config(Config::new(url))
    }

    pub fn with_config(config: Config) -> Self {
        let connection = config.open().expect("the server is a Janus");
        let session = connection.create_session().expect("a session");
        let echo = session.attach().expect("EchoTest is there");
        let room = session.attach().expect("VideoRoom is there");
        Self {
            echo,
            room,
            session,
            connection,
        }
    }

    pub fn sync(&self) -> bool {
        self.room.exists()
    }

    pub fn asynchronous(&self) {
        self.echo
            .configure(&Settings::new().audio(true))
            .expect("an answer");
    }

    pub fn event(&self) {
        let request = Settings::new().audio(true);
        self.echo.handle().send(&request).expect("an `ack`");
        self.echo.events().recv().expect("the event");
    }
}

/// Leaves the session, claims it, and reattaches to this many handles, which alone is timed.
///
/// The handles need not exist, as nothing is sent to them.
pub fn reattach(ours: Ours, count: u64) -> (Duration, Ours) {
    let Ours {
        connection,
        session,
        ..
    } = ours;
    let ticket = session.abandon();
    let session = connection.claim(ticket.session_id).expect("it lives");
    let mut handles: Vec<EchoTest> = Vec::with_capacity(count as usize);
    let begun = Instant::now();
    for id in 1..=count {
        handles.push(session.reattach(id).expect("it costs no answer"));
    }
    let took = begun.elapsed();
    // Ended as abandoned, the handles detach nothing when they are dropped.
    let ticket = session.abandon();
    drop(handles);
    let session = connection.claim(ticket.session_id).expect("it lives");
    let echo = session.attach().expect("an answer");
    let room = session.attach().expect("an answer");
    (
        took,
        Ours {
            echo,
            room,
            session,
            connection,
        },
    )
}

/// Reattaches to a handle that the server is asked about first, which alone is timed.
pub fn reattach_verified(connection: &Connection, ticket: &SessionTicket) -> Duration {
    let resumed = connection.resume(ticket).expect("it lives");
    let options = AttachOptions::new()
        .existing_handle(ticket.handles[0].id)
        .verify(true);
    let (took, echo) = timed(|| resumed.session.attach_with::<EchoTest>(options));
    // Ended as abandoned, the handle is not detached when it is dropped.
    let _ = resumed.session.abandon();
    drop(echo.expect("the handle lives"));
    took
}

impl Room {
    pub fn exists(&self) -> bool {
        let request = Exists { room: ROOM };
        self.0.request(&request).expect("an answer").exists
    }
}

impl Plugin for Room {
    const PACKAGE: &'static str = "janus.plugin.videoroom";

    type Event = Value;

    fn new(handle: Handle) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle {
        &self.0
    }

    fn decode(data: &RawValue) -> serde_json::Result<Value> {
        serde_json::from_str(data.get())
    }
}

impl Request for Exists {
    type Plugin = Room;
    type Reply = Existing;

    const NAME: &'static str = "exists";
}

impl Subject for Ours {
    fn time(&mut self, op: Op) -> Duration {
        let attached = |(took, echo): (_, EchoTest)| {
            echo.into_handle().detach().expect("an answer");
            took
        };
        match op {
            Op::Sync => timed(|| self.sync()).0,
            Op::Async => timed(|| self.asynchronous()).0,
            Op::Event => timed(|| self.event()).0,
            Op::Attach => attached(timed(|| self.session.attach().expect("an answer"))),
            Op::AttachWithNone => {
                let attach = || self.session.attach_with(AttachOptions::new());
                attached(timed(|| attach().expect("an answer")))
            }
            Op::Create => {
                let (took, session) = timed(|| self.connection.create_session());
                session.and_then(Session::destroy).expect("an answer");
                took
            }
        }
    }
}

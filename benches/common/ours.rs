//! The crate's side: the same exchanges as a program that uses it writes them.

use std::time::Duration;

use janus_blocking::{
    AttachOptions, Config, Connection, EchoTest, Handle, Plugin, Request, Session,
    echotest::Settings,
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

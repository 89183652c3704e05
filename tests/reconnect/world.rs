//! A connection with a session and handles, and what is asked of it in every story.

use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use janus_blocking::{
    Config, Connection, EchoTest, Error, Event, Session, VideoRoom,
    connection::{Backoff, ConnectionState, StateChanges},
    echotest::Settings,
};

/// Within this everybody has heard; it is milliseconds but for a busy machine.
pub const SOON: Duration = Duration::from_secs(5);

/// Longer than anything takes.
pub const LIMIT: Duration = Duration::from_secs(20);

/// The pauses between attempts.
pub const FIRST: Duration = Duration::from_millis(20);
pub const LONGEST: Duration = Duration::from_millis(200);

pub struct World {
    pub janus: Connection,
    pub states: StateChanges,
    pub session: Session,
    pub echo: EchoTest,
    pub rooms: VideoRoom,
}

/// Settings that try again soon.
pub fn config(url: impl Into<String>) -> Config {
    Config::new(url).reconnect(Backoff::new().first(FIRST).longest(LONGEST))
}

impl World {
    pub fn open(config: Config) -> Self {
        Self::of(config.open().expect("Janus answers"))
    }

    /// With a connection that is there.
    pub fn of(janus: Connection) -> Self {
        let session = janus.create_session().expect("a session");
        let echo = session.attach().expect("a handle");
        let rooms = session.attach().expect("a handle");
        Self {
            states: janus.states(),
            janus,
            session,
            echo,
            rooms,
        }
    }

    /// Waits for the next link; returns the states up to it.
    #[track_caller]
    pub fn connected(&self) -> Vec<ConnectionState> {
        until_connected(&self.states)
    }

    /// The handles are what they were: requests are answered, and their events come.
    #[track_caller]
    pub fn assert_alive(&self) {
        configure(&self.echo).expect("a handle");
        assert_eq!(self.rooms.exists(1).ok(), Some(false));
        self.echo
            .handle()
            .send(&Settings::new().audio(true))
            .expect("a handle");
        let event = self.echo.events().recv_timeout(LIMIT).expect("a queue");
        assert!(matches!(event, Some(Event::Plugin { .. })), "{event:?}");
    }

    /// The next event is that the link stands again; returns how long there was none.
    #[track_caller]
    pub fn assert_told(&self) -> Duration {
        let mut gaps = Vec::new();
        for event in [
            self.echo
                .events()
                .recv_timeout(LIMIT)
                .map(|it| it.map(reconnected)),
            self.rooms
                .events()
                .recv_timeout(LIMIT)
                .map(|it| it.map(reconnected)),
        ] {
            let gap = event.expect("a queue").flatten();
            gaps.push(gap.expect("the event that it stands again"));
        }
        gaps[0].max(gaps[1])
    }
}

fn reconnected<E>(event: Event<E>) -> Option<Duration> {
    match event {
        Event::Reconnected { gap } => Some(gap),
        _ => None,
    }
}

/// Waits for the next link; returns the states up to it.
#[track_caller]
pub fn until_connected(states: &Receiver<ConnectionState>) -> Vec<ConnectionState> {
    let deadline = Instant::now() + LIMIT;
    let mut seen = Vec::new();
    while seen.last() != Some(&ConnectionState::Connected) {
        seen.push(states.recv_deadline(deadline).expect("a link in time"));
    }
    seen
}

/// A request that is not repeated.
pub fn configure(echo: &EchoTest) -> Result<(), Error> {
    echo.configure(&Settings::new().audio(true))
}

/// The call was under way when the link broke, and a new link is being made.
#[track_caller]
pub fn assert_broken(error: &Error) {
    let Error::Transport {
        reconnects: true, ..
    } = error
    else {
        panic!("{error:?}")
    };
    assert!(
        error.to_string().contains("it is being re-established"),
        "{error}"
    );
    assert!(!error.is_closed() && !error.is_session_gone(), "{error:?}");
}

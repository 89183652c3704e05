//! The kinds of fault, what triggers them, and how often they have happened.

use std::{collections::BTreeMap, fmt, time::Duration};

/// Something that goes wrong with a message to the client; see [`FakeGateway::inject`].
///
/// Over HTTP a request has one answer: a second one is dropped, and what a fault puts before the
/// answer waits for a long poll, if the request created or claimed a session. A fault that ends the
/// link ends the connection of its request there.
///
/// ```
/// use std::time::Duration;
/// use janus_blocking::{Config, testing::{FakeGateway, Fault, FaultKind, When}};
///
/// let gateway = FakeGateway::start()?;
/// let config = Config::new("").request_timeout(Duration::from_millis(50));
/// let janus = gateway.connect_with(config)?;
/// gateway.inject_when(When::answer_to("create"), Fault::Drop);
/// assert!(janus.create_session().unwrap_err().is_timeout());
/// assert_eq!(gateway.fault_counts().of(FaultKind::Drop), 1);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// [`FakeGateway::inject`]: super::FakeGateway::inject
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// The message is sent that much later, by the gateway's clock; later ones overtake it.
    Delay(Duration),
    /// The message is lost.
    Drop,
    /// The message is sent twice.
    Duplicate,
    /// The message changes places with the next one, where Janus sends two in a row: an event comes
    /// before its ack.
    Reorder,
    /// Text that is not JSON comes before the message.
    Garbage,
    /// A message of an unknown kind comes before the message.
    UnknownKind,
    /// A message with that many bytes of padding comes before the message. The client drops more than
    /// 16 MiB; over a Unix socket the message is lost when it exceeds the system's limit, often 200 kB.
    Huge(usize),
    /// The message is sent as a binary one, which Janus never does; over HTTP and Unix sockets, as text
    /// that is not UTF-8.
    Binary,
    /// The message is sent in that many WebSocket fragments or HTTP chunks. In memory and over Unix
    /// sockets it is sent whole.
    Fragments(usize),
    /// The message and the next one, where Janus sends two in a row, are sent as one.
    Coalesce,
    /// Half of the message is sent, then the link ends.
    Cut,
    /// Nothing is sent and nothing is read any more, but the link stays open and keeps its sessions.
    Silence,
    /// The link ends without a close instead.
    Close,
    /// The server closes the link instead, with a close frame over a WebSocket.
    Goodbye,
    /// The server restarts instead: all links end, all sessions are gone.
    Restart,
}

/// The kinds of fault: the variants of [`Fault`] without what they carry.
macro_rules! kinds {
    ($($kind:ident $(($carried:pat))?),* $(,)?) => {
        /// The kinds of [`Fault`].
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[non_exhaustive]
        pub enum FaultKind {
            $(
                #[doc = concat!("[`Fault::", stringify!($kind), "`]")]
                $kind,
            )*
        }

        impl FaultKind {
            /// All of them.
            pub const ALL: [Self; [$(stringify!($kind)),*].len()] = [$(Self::$kind),*];
        }

        impl Fault {
            /// Its kind, for counting.
            pub fn kind(&self) -> FaultKind {
                match self {
                    $(Self::$kind $(($carried))? => FaultKind::$kind,)*
                }
            }
        }
    };
}

kinds! {
    Delay(_), Drop, Duplicate, Reorder, Garbage, UnknownKind, Huge(_), Binary,
    Fragments(_), Coalesce, Cut, Silence, Close, Goodbye, Restart
}

impl FaultKind {
    /// Those that let every answer arrive, whole and on the same link.
    pub const HARMLESS: [Self; 8] = [
        Self::Delay,
        Self::Duplicate,
        Self::Reorder,
        Self::Garbage,
        Self::UnknownKind,
        Self::Huge,
        Self::Fragments,
        Self::Coalesce,
    ];
}

/// Which message a planned fault applies to.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum When {
    /// The next message.
    Next,
    /// The next answer to a request with that verb, for example `create`: `success`, `ack` or
    /// `error`.
    AnswerTo(String),
    /// The next `ack`.
    Ack,
    /// The next event, of a plugin or of the core.
    Event,
}

impl When {
    /// Creates [`AnswerTo`](Self::AnswerTo) for that verb.
    pub fn answer_to(verb: impl Into<String>) -> Self {
        Self::AnswerTo(verb.into())
    }
}

/// How often faults of each kind have happened.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FaultCounts(pub(super) BTreeMap<FaultKind, u64>);

impl FaultCounts {
    /// Of one kind.
    pub fn of(&self, kind: FaultKind) -> u64 {
        self.0.get(&kind).copied().unwrap_or(0)
    }

    /// Of all kinds.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

impl fmt::Display for FaultCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} faults", self.total())?;
        for (kind, count) in &self.0 {
            write!(f, ", {kind:?} {count}")?;
        }
        Ok(())
    }
}

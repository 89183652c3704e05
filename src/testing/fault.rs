//! The kinds of fault, what triggers them, and how often they have happened.

use std::{collections::BTreeMap, fmt, time::Duration};

/// Something that goes wrong on the way to the client; see [`FakeGateway::inject`].
///
/// Over HTTP each request has one answer: a second one is dropped, and what comes before an answer
/// waits for a long poll if the request has made or claimed a session. What ends a link there ends
/// the connection of the request that it hits.
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
    /// The message comes that much later, by the gateway's clock; later ones overtake it.
    Delay(Duration),
    /// The message never comes.
    Drop,
    /// The message comes twice.
    Duplicate,
    /// The message comes after the one behind it, where Janus sends two in a row: an event before
    /// its ack.
    Reorder,
    /// Text that is no JSON comes before the message.
    Garbage,
    /// A message of a kind that Janus does not have comes before the message.
    UnknownKind,
    /// A message with that many bytes of padding comes before the message. More than
    /// 16 MiB are dropped by the client; over a Unix socket it is lost when it is longer than what the
    /// system lets through, often 200 kB.
    Huge(usize),
    /// The message comes as a binary one, which Janus never sends; over HTTP and Unix sockets, as one
    /// that is not UTF-8.
    Binary,
    /// The message comes in that many WebSocket fragments, or chunks of HTTP. In memory and over Unix
    /// sockets it comes whole.
    Fragments(usize),
    /// The message and the one behind it, where Janus sends two in a row, come as one.
    Coalesce,
    /// Half of the message comes, then the link ends.
    Cut,
    /// Nothing comes any more and nothing is heard, but the link stays open. The sessions keep
    /// belonging to it.
    Silence,
    /// The link ends without goodbye instead.
    Close,
    /// The server says goodbye instead and closes the link.
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
    /// Those after which every answer still comes, whole and on the same link.
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

/// Which message a planned fault hits.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum When {
    /// The next one, whatever it is.
    Next,
    /// The next answer to a request with that verb, for example `create`: `success`, `ack` or
    /// `error`.
    AnswerTo(String),
    /// The next `ack`.
    Ack,
    /// The next that is no answer: a plugin's event, or the core's own.
    Event,
}

impl When {
    /// The next answer to a request with that verb.
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

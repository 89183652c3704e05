//! How each request ends.

use crate::plugin::Terminal::{self, First, Named, Unmarked};

/// How each request of the plugin ends, once Janus has acknowledged it.
///
/// A request that the plugin refuses ends with the refusal instead. `hangup`, `decline`, `hold` and
/// `unhold` are acknowledged and then ignored outside the state that they are for; they end with
/// [`Error::Timeout`](crate::Error::Timeout) then.
///
/// # Example
///
/// ```
/// use janus_blocking::{plugin::Terminal, sip::TERMINALS};
///
/// let hold = TERMINALS.iter().find(|(name, _)| *name == "hold");
/// assert_eq!(hold, Some(&("hold", Terminal::Named(&["holding"]))));
/// ```
pub const TERMINALS: [(&str, Terminal); 23] = [
    // `registering` comes first, with the transaction; the outcome comes without it. Where no
    // REGISTER goes out only the answer counts: see below.
    ("register", Unmarked(&["registered", "registration_failed"])),
    ("unregister", Named(&["unregistering"])),
    // Later events of the call, `hangup` included, have the transaction of `call` too.
    ("call", Named(&["calling"])),
    // With an offer only `accepting`: see below.
    ("accept", Named(&["accepted", "accepting"])),
    ("progress", Named(&["progressed"])),
    // Its answer has no `result`, and so no name.
    ("send_ringing", First),
    ("decline", Named(&["declining"])),
    ("hangup", Named(&["hangingup"])),
    ("update", Named(&["updating", "updated"])),
    ("hold", Named(&["holding"])),
    ("unhold", Named(&["resuming"])),
    ("transfer", Named(&["transferring"])),
    ("info", Named(&["infosent"])),
    ("message", Named(&["messagesent"])),
    ("dtmf_info", Named(&["dtmfsent"])),
    ("subscribe", Named(&["subscribing"])),
    ("unsubscribe", Named(&["unsubscribing"])),
    ("recording", Named(&["recordingupdated"])),
    ("keyframe", Named(&["keyframesent"])),
    ("rtp_forward", Named(&["rtp_forward"])),
    ("stop_rtp_forward", Named(&["stop_rtp_forward"])),
    ("listforwarders", Named(&["forwarders"])),
    ("reset", Named(&["reset"])),
];

/// How `accept` with an offer ends. The caller's answer comes as an `accepted` event with the same
/// transaction, and that may be quicker than the plugin's own `accepting`.
pub(super) const ACCEPT_WITH_OFFER: Terminal = Named(&["accepting"]);

/// `register` without a REGISTER is answered at once, with its transaction. What comes without it is
/// about another registration.
pub(super) const REGISTER_AT_ONCE: Terminal = Named(&["registered"]);

/// The entry of that request. A name without an entry does not compile: it is used in constants only.
pub(super) const fn of(name: &str) -> Terminal {
    let mut at = 0;
    while !same(TERMINALS[at].0, name) {
        at += 1;
    }
    TERMINALS[at].1
}

/// `==` of texts, which constants cannot have.
const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

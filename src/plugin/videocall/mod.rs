//! The VideoCall plugin: calls between two handles of the same server.
//!
//! | who | requests | events |
//! |---|---|---|
//! | both, first | [`register`](VideoCall::register) a username, [`list`](VideoCall::list) those of others | |
//! | the caller | [`call`](VideoCall::call) with an offer | [`Accepted`](Event::Accepted) with the answer, or [`Hangup`](Event::Hangup) |
//! | the callee | [`accept`](VideoCall::accept) with an answer, or [`hangup`](VideoCall::hangup) | [`IncomingCall`](Event::IncomingCall) with the offer |
//! | both, in the call | [`set`](VideoCall::set), [`renegotiate`](VideoCall::renegotiate), [`hangup`](VideoCall::hangup) | [`Update`](Event::Update), [`Simulcast`](Event::Simulcast), [`SlowLink`](Event::SlowLink), [`Hangup`](Event::Hangup) |
//!
//! A username is given back only by the end of the handle: there is no request for it.
//!
//! Every request is answered by the first event with its transaction. What happens to the call later
//! comes without one. The end of a call is reported **more than once**: by the reply to `hangup`, by the
//! peer's event, which may come first, and by another event when the PeerConnections close.
//!
//! # What a message does not say
//!
//! What does not fit its type counts as left out: `None`, or an empty text or list.
//!
//! Janus docs: *VideoCall plugin documentation*.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Result, value::RawValue};

use super::{Done, decode, plugin_type, requests};

mod call;
pub mod error_code;
pub mod event;
mod in_call;
mod register;

pub use call::{Accept, Call, Placed};
pub use event::Event;
pub use in_call::{Hangup, Set};
pub use register::{List, Register, Registered, Users};

requests! { VideoCall by reply:
    List     "list"     -> Users, reads;
    Register "register" -> Registered;
    // `calling`, or `hangup` when the callee is busy.
    Call     "call"     -> Placed;
    Accept   "accept"   -> Done;
    Set      "set"      -> Done;
    Hangup   "hangup"   -> event::Hangup;
}

plugin_type! {
    /// A handle of the VideoCall plugin, `janus.plugin.videocall`: one username, and at most one call.
    ///
    /// Comes from [`Session::attach`](crate::Session::attach) or
    /// [`Session::reattach`](crate::Session::reattach); a reattached one has the username and the call of
    /// its handle. All methods take `&self` and may be called from several threads at once; each blocks
    /// its own caller only, at most for the request timeout.
    ///
    /// # Errors of every method
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`] when the plugin refuses.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoCall, videocall::Event};
    /// # use {janus_blocking::testing::Expect, serde_json::json};
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// # let expected = Expect::request("janus.plugin.videocall", json!({ "request": "register" }));
    /// # let registered = json!({ "result": { "event": "registered", "username": "door" } });
    /// # let rings = json!({ "result": { "event": "incomingcall", "username": "desk" } });
    /// # gateway.expect(expected.event(registered).unmarked_event(rings));
    /// let phone: VideoCall = session.attach()?;
    /// phone.register("door")?;
    /// for event in &phone.events() {
    ///     if let Some(Event::IncomingCall(call)) = event?.into_plugin() {
    ///         assert_eq!(call.username, "desk");
    ///         break;
    ///     }
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct VideoCall "janus.plugin.videocall", Event = event::decode;

    /// The `result` object; all of the data where there is none.
    fn reply(data: &RawValue) -> &RawValue {
        result(data)
    }
}

/// The `result` object in an event; all of the data where there is none.
fn result(data: &RawValue) -> &RawValue {
    #[derive(Deserialize)]
    struct Keys<'a> {
        #[serde(borrow)]
        result: Option<&'a RawValue>,
    }
    let keys = serde_json::from_str::<Keys<'_>>(data.get()).ok();
    let result = keys.and_then(|keys| keys.result);
    result
        .filter(|it| it.get().starts_with('{'))
        .unwrap_or(data)
}

fn reply<T: DeserializeOwned>(data: &RawValue) -> Result<T> {
    decode(result(data))
}

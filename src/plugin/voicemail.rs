//! The VoiceMail plugin: records up to 10 seconds of audio to an Opus file. Gone since Janus 1.1.3.
//!
//! Of later servers an attach is refused; [Record&Play](crate::recordplay) does the same and more.
//!
//! Janus docs: *VoiceMail plugin documentation*.

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{Done, bare_requests, events::of, plugin_type, requests};
use crate::{Jsep, Result, wire};

pub use super::events::Failure;

requests! { VoiceMail:
    Record "record" -> Done;
    Update "update" -> Done;
    Stop   "stop"   -> Message;
}

bare_requests! {
    /// `record`; see [`VoiceMail::record`].
    Record = "record";
    /// `update`; see [`VoiceMail::update`].
    Update = "update";
    /// `stop`; see [`VoiceMail::stop`].
    Stop = "stop";
}

plugin_type! {
    /// A handle of the VoiceMail plugin, `janus.plugin.voicemail`, for one message.
    ///
    /// # Errors of every method
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`] when the plugin refuses.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, VoiceMail, testing, voicemail::Event};
    /// # let (gateway, mail) = testing::attached::<VoiceMail>()?;
    /// # let said = serde_json::json!({"voicemail": "event", "status": "starting"});
    /// # let expect = testing::Expect::request("janus.plugin.voicemail", serde_json::json!({}));
    /// # gateway.expect(expect.event(said).jsep(&Jsep::answer("v=0\r\n")));
    /// let answer = mail.record(&Jsep::offer(testing::AUDIO_SDP))?;
    /// # gateway.handle(mail.handle().id()).event(&serde_json::json!({"voicemail": "event", "status": "done"}));
    /// // After 10 seconds at most:
    /// if let Some(Event::Done(message)) = mail.events().recv()?.into_plugin() {
    ///     println!("{:?}", message.recording);
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct VoiceMail "janus.plugin.voicemail", Event = decode;
}

/// An event of the VoiceMail plugin.
///
/// # Example
///
/// ```
/// use janus_blocking::{VoiceMail, voicemail::Event};
/// # let said = r#"{"voicemail":"event","status":"started"}"#;
/// # let (_gateway, mail) = janus_blocking::testing::with_event::<VoiceMail>(said)?;
/// assert_eq!(mail.events().recv()?.into_plugin(), Some(Event::Started));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// `started`: the PeerConnection is up, and the recording begins.
    Started,
    /// `done`: the message is complete, after 10 seconds of it. The plugin then ends the handle:
    /// [`Event::Detached`](crate::Event::Detached) follows.
    Done(Message),
    /// A request was refused whose caller did not wait for it.
    Error(Failure),
    /// `starting`: answer to [`Record`] whose caller did not wait for it.
    Starting,
    /// `updating`: answer to [`Update`] whose caller did not wait for it.
    Updating,
    /// What this version of the crate does not know, as it came.
    Other(Value),
}

/// A recorded message.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Message {
    /// Where the file is, below the plugin's setting `base`: by default
    /// `/recordings//janus-voicemail-ID.opus`. It is told even if nothing was recorded.
    pub recording: Option<String>,
}

/// Reads `status`.
fn decode(data: &RawValue) -> serde_json::Result<Event> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Tag {
        status: String,
    }
    if wire::refusal(data).is_some() {
        return Ok(Event::Error(Failure::of(data)));
    }
    let tag: Tag = super::decode(data)?;
    Ok(match &*tag.status {
        "started" => Event::Started,
        "done" => of(data, Event::Done)?,
        "starting" => Event::Starting,
        "updating" => Event::Updating,
        _ => Event::Other(serde_json::from_str(data.get())?),
    })
}

impl VoiceMail {
    /// Begins a message.
    ///
    /// Sends `record` with the offer, which needs Opus, and returns the answer.
    /// [`Event::Started`] follows when the PeerConnection is up, [`Event::Done`] 10 seconds later if
    /// there is audio by then. The offer is not optional: without one the plugin confirms and never
    /// records.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 465 while this handle records, 466 when the file cannot be written, 464
    /// for end-to-end encrypted media.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, VoiceMail, testing, webrtc::JsepKind};
    /// # let (said, jsep) = (r#"{"status":"starting"}"#, Jsep::answer("v=0\r\n"));
    /// # let (_gateway, mail) = testing::with_outcome::<VoiceMail>("record", said, Some(jsep))?;
    /// let answer = mail.record(&Jsep::offer(testing::AUDIO_SDP))?;
    /// assert_eq!(answer.kind, JsepKind::Answer);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn record(&self, offer: &Jsep) -> Result<Jsep> {
        self.handle
            .negotiate(&Record::new(), offer)
            .map(|(Done, answer)| answer)
    }

    /// Changes the PeerConnection of the message, with an ICE restart for example.
    ///
    /// Sends `update` with the offer and returns the answer.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 468 before the PeerConnection is up.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, VoiceMail, testing};
    /// # let (said, jsep) = (r#"{"status":"updating"}"#, Jsep::answer("v=0\r\n"));
    /// # let (_gateway, mail) = testing::with_outcome::<VoiceMail>("update", said, Some(jsep))?;
    /// let answer = mail.update(&Jsep::offer(testing::AUDIO_SDP))?;
    /// assert_eq!(answer.sdp, "v=0\r\n");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn update(&self, offer: &Jsep) -> Result<Jsep> {
        self.handle
            .negotiate(&Update::new(), offer)
            .map(|(Done, answer)| answer)
    }

    /// Ends the message, and the handle with it.
    ///
    /// Sends `stop` and waits for its confirmation, which comes without a message too. The plugin then
    /// ends the handle: [`Event::Detached`](crate::Event::Detached) follows, and further requests
    /// fail.
    ///
    /// # Errors
    ///
    /// `Plugin` never: the request is confirmed in every state.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::VoiceMail;
    /// # let said = r#"{"status":"done","recording":"/recordings//janus-voicemail-7.opus"}"#;
    /// # let (_gateway, mail) = janus_blocking::testing::with_outcome::<VoiceMail>("stop", said, None)?;
    /// let message = mail.stop()?;
    /// assert!(message.recording.is_some_and(|path| path.ends_with(".opus")));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn stop(&self) -> Result<Message> {
        self.handle.request(&Stop::new())
    }
}

/// The codes of VoiceMail's errors.
pub mod error_code {
    use crate::ErrorCode;

    /// 460: an empty message.
    pub const NO_MESSAGE: ErrorCode = ErrorCode::new(460);
    /// 461: the message is not an object.
    pub const INVALID_JSON: ErrorCode = ErrorCode::new(461);
    /// 462: no such request.
    pub const INVALID_REQUEST: ErrorCode = ErrorCode::new(462);
    /// 463: a key is missing.
    pub const MISSING_ELEMENT: ErrorCode = ErrorCode::new(463);
    /// 464: a wrong type, or end-to-end encrypted media.
    pub const INVALID_ELEMENT: ErrorCode = ErrorCode::new(464);
    /// 465: a message is being recorded.
    pub const ALREADY_RECORDING: ErrorCode = ErrorCode::new(465);
    /// 466: the file cannot be written.
    pub const IO_ERROR: ErrorCode = ErrorCode::new(466);
    /// 467: the Ogg stream could not be set up.
    pub const LIBOGG_ERROR: ErrorCode = ErrorCode::new(467);
    /// 468: an update without a message.
    pub const INVALID_STATE: ErrorCode = ErrorCode::new(468);
    /// 499: unclassified.
    pub const UNKNOWN_ERROR: ErrorCode = ErrorCode::new(499);
}

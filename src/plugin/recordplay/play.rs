//! `play`, `start`: playing a recording.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::RecordPlay;
use crate::plugin::{Done, bare_requests, constructors};
use crate::{Jsep, Result};

bare_requests! {
    /// `start`; see [`RecordPlay::start`].
    Start = "start";
}

constructors! {
    /// Creates a request to play that recording.
    Play(; id: u64);
}

/// `play`; see [`RecordPlay::play`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "play")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Play {
    /// The id of the recording.
    #[setters(skip)]
    pub id: u64,
    /// Whether to offer an ICE restart for what is being played. Default: false.
    pub restart: Option<bool>,
}

/// A recording can be played.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Preparing {
    /// The id of the recording.
    pub id: Option<u64>,
    /// What is the matter where one of the files cannot be read and the others are played.
    pub warning: Option<String>,
}

impl RecordPlay {
    /// Asks for a recording.
    ///
    /// Sends `play` and returns Janus's offer, which [`start`](Self::start) answers.
    /// [`Event::Done`](super::Event::Done) comes when it has been played to its end.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 416 when there is no such recording or it is not complete, 417 when none
    /// of its files can be read, 418 for a restart of nothing.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, RecordPlay, recordplay::Play, testing, webrtc::JsepKind};
    /// # let (said, jsep) = (r#"{"result":{"status":"preparing","id":7}}"#, Jsep::offer("v=0\r\n"));
    /// # let (_gateway, desk) = testing::with_outcome::<RecordPlay>("play", said, Some(jsep))?;
    /// let (preparing, offer) = desk.play(&Play::new(7))?;
    /// assert_eq!((preparing.id, offer.kind), (Some(7), JsepKind::Offer));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn play(&self, play: &Play) -> Result<(Preparing, Jsep)> {
        let (preparing, offer) = self.handle.exchange(play, None)?;
        Ok((preparing, self.handle.described(play, offer, "an offer")?))
    }

    /// Answers the offer of [`play`](Self::play). The recording begins when the PeerConnection is up.
    ///
    /// Sends `start` with the answer and waits for its confirmation.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 418 when nothing is to be played, or only messages of a data channel.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, RecordPlay, recordplay::Play, testing};
    /// # let (said, jsep) = (r#"{"result":{"status":"preparing"}}"#, Jsep::offer(testing::AUDIO_SDP));
    /// # let (gateway, desk) = testing::with_outcome::<RecordPlay>("play", said, Some(jsep))?;
    /// # let start = testing::Expect::request("janus.plugin.recordplay", serde_json::json!({}));
    /// # gateway.expect(start.event(serde_json::json!({"result": {"status": "playing"}})));
    /// let (_, offer) = desk.play(&Play::new(7))?;
    /// // Made by the WebRTC side of the offer.
    /// let answer = Jsep::answer(testing::AUDIO_SDP);
    /// desk.start(&answer)?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn start(&self, answer: &Jsep) -> Result<()> {
        self.handle
            .exchange(&Start::new(), Some(answer))
            .map(|(Done, _)| ())
    }
}

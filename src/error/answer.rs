//! Answers and events that are not what they should be.

/// What an answer should have been, and what it was; see [`Error::Unexpected`](super::Error::Unexpected).
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, Error, Jsep, echotest::Settings};
/// # use janus_blocking::testing::AUDIO_SDP as OFFER;
///
/// # let (gateway, echo) = janus_blocking::testing::attached::<EchoTest>()?;
/// # let ok = serde_json::json!({ "echotest": "event", "result": "ok" });
/// # let offer = serde_json::json!({});
/// # gateway.expect(janus_blocking::testing::Expect::request("janus.plugin.echotest", offer).event(ok));
/// // A server that takes the offer and sends no answer.
/// let offered = echo.offer(&Settings::new(), &Jsep::offer(OFFER));
/// let Err(Error::Unexpected { answer, .. }) = offered else { panic!("an answer came") };
/// assert_eq!(answer.expected, "an answer to the offer");
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Mismatch {
    /// The kind of answer that the request has.
    pub expected: &'static str,
    /// What came, cut to 200 bytes, secrets masked.
    pub got: String,
}

/// JSON that could not be decoded; see [`Error::Decode`](super::Error::Decode).
///
/// # Example
///
/// ```
/// use janus_blocking::{Error, Plugin, videoroom::Publisher};
///
/// # let said = r#"{"videoroom":"talking"}"#;
/// # let (_gateway, door) = janus_blocking::testing::with_event::<Publisher>(said)?;
/// // Nobody knows who talks.
/// let Err(Error::Decode { raw, .. }) = door.events().recv() else { panic!("it fits") };
/// assert_eq!(raw.what, "an event of janus.plugin.videoroom");
/// assert_eq!(raw.text, r#"{"videoroom":"talking"}"#);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Undecoded {
    /// What it should have been, for example an event of `janus.plugin.sip`.
    pub what: String,
    /// The JSON, cut to 200 bytes, secrets masked.
    pub text: String,
}

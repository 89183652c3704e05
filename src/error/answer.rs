//! Answers and events that are not what they should be.

/// What an answer should have been, and what it was; see [`Error::Unexpected`](super::Error::Unexpected).
///
/// # Example
///
/// ```
/// use janus_blocking::Error;
/// # use janus_blocking::{EchoTest, Jsep, echotest::Settings, testing::{Expect, FakeGateway}};
/// # const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
/// #     m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijkl\r\n\
/// #     a=fingerprint:sha-256 AA\r\na=mid:0\r\n";
///
/// # let gateway = FakeGateway::start()?;
/// # let janus = gateway.connect()?;
/// # let session = janus.create_session()?;
/// # let echo: EchoTest = session.attach()?;
/// # let ok = serde_json::json!({ "echotest": "event", "result": "ok" });
/// # let expected = Expect::request("janus.plugin.echotest", serde_json::json!({}));
/// # gateway.expect(expected.event(ok));
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
/// use janus_blocking::Error;
/// # use janus_blocking::{Plugin, testing::FakeGateway, videoroom::Publisher};
///
/// # let gateway = FakeGateway::start()?;
/// # let janus = gateway.connect()?;
/// # let session = janus.create_session()?;
/// # let door: Publisher = session.attach()?;
/// # gateway.handle(door.handle().id()).event(&serde_json::json!({ "videoroom": "talking" }));
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

//! A gateway and what is attached to it in one call: for first tests, and for examples.

use std::fmt::Display;

use serde_json::{Value, json};

use super::{Expect, FakeGateway};
use crate::{Connection, Jsep, Plugin, Result};

/// A session description of one audio line, which the fake gateway takes as offer and as answer.
///
/// ```
/// use janus_blocking::{EchoTest, Jsep, echotest::Settings, testing, webrtc::JsepKind};
///
/// let (_gateway, echo) = testing::attached::<EchoTest>()?;
/// let answer = echo.offer(&Settings::new(), &Jsep::offer(testing::AUDIO_SDP))?;
/// assert_eq!(answer.kind, JsepKind::Answer);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
pub const AUDIO_SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijkl\r\n\
    a=fingerprint:sha-256 AA\r\na=mid:0\r\n";

impl FakeGateway {
    /// Attaches to a plugin, over a [connection](Self::connect) and a session of its own, which the
    /// plugin keeps.
    ///
    /// # Errors
    ///
    /// As for [`Connection::open`] and [`Session::attach`](crate::Session::attach).
    pub fn attach<P: Plugin>(&self) -> Result<P> {
        self.connect()?.create_session()?.attach()
    }
}

/// Starts a gateway and opens a connection to it without sockets.
///
/// Hold the gateway for as long as the connection is used: its drop ends all links.
///
/// # Errors
///
/// As for [`FakeGateway::start`] and [`FakeGateway::connect`].
///
/// # Example
///
/// ```
/// let (gateway, janus) = janus_blocking::testing::connected()?;
/// let session = janus.create_session()?;
/// assert_eq!(gateway.sessions(), [session.id()]);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
pub fn connected() -> Result<(FakeGateway, Connection)> {
    let gateway = FakeGateway::start()?;
    let janus = gateway.connect()?;
    Ok((gateway, janus))
}

/// Starts a gateway and attaches to a plugin of it, over a connection and a session of its own.
///
/// Hold the gateway for as long as the plugin is used: its drop ends all links. The plugin keeps
/// its session and connection.
///
/// # Errors
///
/// As for [`FakeGateway::start`] and [`FakeGateway::attach`].
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, Event, testing};
///
/// let (gateway, echo) = testing::attached::<EchoTest>()?;
/// gateway.handle(echo.handle().id()).webrtc_up();
/// assert_eq!(echo.events().recv()?, Event::WebrtcUp);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
pub fn attached<P: Plugin>() -> Result<(FakeGateway, P)> {
    let gateway = FakeGateway::start()?;
    let plugin = gateway.attach()?;
    Ok((gateway, plugin))
}

/// Like [`attached`], and the plugin has said something: an event with that data, as a text of JSON
/// or a [`Value`], such as [`wire`](super::wire) has.
///
/// # Errors
///
/// As for [`attached`].
///
/// # Panics
///
/// When `data` is not JSON.
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, echotest::Event, testing};
///
/// let (_gateway, echo) = testing::with_event::<EchoTest>(testing::wire::echotest::done())?;
/// assert!(matches!(echo.events().recv()?.into_plugin(), Some(Event::Done)));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
pub fn with_event<P: Plugin>(data: impl Display) -> Result<(FakeGateway, P)> {
    let (gateway, plugin) = attached::<P>()?;
    gateway
        .handle(plugin.handle().id())
        .event(&parsed(&data.to_string()));
    Ok((gateway, plugin))
}

/// Like [`attached`], and the plugin answers one `request` at once with that data, a text of JSON or a
/// [`Value`], as synchronous plugins do.
///
/// As with [`Expect`], the drop of the gateway panics when the request has not come, or another
/// one has.
///
/// # Errors
///
/// As for [`attached`].
///
/// # Panics
///
/// When `data` is not JSON.
///
/// # Example
///
/// ```
/// use janus_blocking::{VideoRoom, testing};
///
/// let said = r#"{"videoroom": "success", "room": 1234, "exists": true}"#;
/// let (_gateway, rooms) = testing::with_answer::<VideoRoom>("exists", said)?;
/// assert!(rooms.exists(1234)?);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
pub fn with_answer<P: Plugin>(request: &str, data: impl Display) -> Result<(FakeGateway, P)> {
    expecting::<P>(request, |expect| expect.answer(parsed(&data.to_string())))
}

/// Like [`with_answer`], with `ack` first and the data in an event, as asynchronous plugins answer;
/// the event may bring a session description.
///
/// # Errors
///
/// As for [`attached`].
///
/// # Panics
///
/// When `data` is not JSON.
///
/// # Example
///
/// ```
/// use janus_blocking::{testing, videoroom::Publisher};
///
/// let said = r#"{"videoroom": "event", "room": 1234, "leaving": "ok"}"#;
/// let (_gateway, door) = testing::with_outcome::<Publisher>("leave", said, None)?;
/// assert_eq!(door.leave()?.room, 1234.into());
/// # Ok::<(), janus_blocking::Error>(())
/// ```
pub fn with_outcome<P: Plugin>(
    request: &str,
    data: impl Display,
    jsep: Option<Jsep>,
) -> Result<(FakeGateway, P)> {
    expecting::<P>(request, |expect| {
        let expect = expect.event(parsed(&data.to_string()));
        match &jsep {
            Some(jsep) => expect.jsep(jsep),
            None => expect,
        }
    })
}

fn expecting<P: Plugin>(
    request: &str,
    answer: impl FnOnce(Expect) -> Expect,
) -> Result<(FakeGateway, P)> {
    let (gateway, plugin) = attached::<P>()?;
    let expected = Expect::request(plugin.handle().package(), json!({ "request": request }));
    gateway.expect(answer(expected));
    Ok((gateway, plugin))
}

pub(super) fn parsed(data: &str) -> Value {
    match serde_json::from_str(data) {
        Ok(value) => value,
        Err(error) => panic!("the data of the answer or event is not JSON: {error}: {data}"),
    }
}

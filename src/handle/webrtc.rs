//! The PeerConnection of a handle: its candidates, and its end.

use super::Handle;
use crate::{Candidate, Result, wire::Outgoing};

impl Handle {
    /// Sends ICE candidates.
    ///
    /// Sends one `trickle`, with `candidate` for one and `candidates` for more, and waits for its
    /// `ack`. Nothing is sent for none. Janus keeps candidates that come before their SDP for its
    /// `candidates_timeout`, and uses those of the first media line only.
    ///
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::{EchoTest, Plugin};
    /// use janus_blocking::Candidate;
    /// # use janus_blocking::testing::FakeGateway;
    ///
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let echo: EchoTest = session.attach()?;
    /// let line = "candidate:1 1 udp 2130706431 10.0.0.9 40000 typ host";
    /// echo.handle().trickle(&[Candidate::new(line).sdp_mid("0")])?;
    /// echo.handle().trickle_done()?;
    /// # let sent = gateway.requests();
    /// # assert_eq!(sent[sent.len() - 2].message["candidate"]["sdpMid"], "0");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn trickle(&self, candidates: &[Candidate]) -> Result<()> {
        let empty = self.outgoing("trickle");
        self.core(match candidates {
            [] => return self.check(),
            [candidate] => Outgoing {
                candidate: Some(candidate),
                ..empty
            },
            candidates => Outgoing {
                candidates: Some(candidates),
                ..empty
            },
        })
    }

    /// Says that no more candidates follow.
    ///
    /// Sends one `trickle` with `completed` and waits for its `ack`.
    ///
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::{EchoTest, Plugin};
    /// # use janus_blocking::testing::FakeGateway;
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let echo: EchoTest = session.attach()?;
    /// echo.handle().trickle_done()?;
    /// # let sent = gateway.requests();
    /// # assert_eq!(sent[sent.len() - 1].message["candidate"]["completed"], true);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn trickle_done(&self) -> Result<()> {
        self.trickle(&[Candidate::completed_mark()])
    }

    /// Closes the PeerConnection; the handle stays.
    ///
    /// Sends the core's `hangup` and waits for its answer. [`Event::Hangup`](crate::Event::Hangup)
    /// follows if there was a PeerConnection. Plugins have requests of that name too, which are
    /// something else: see [`Sip::hangup`](crate::sip::Sip::hangup).
    ///
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::{EchoTest, Jsep, Plugin, echotest::Settings};
    /// use janus_blocking::Event;
    /// # use janus_blocking::testing::FakeGateway;
    /// # const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
    /// #     m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijkl\r\n\
    /// #     a=fingerprint:sha-256 AA\r\na=mid:0\r\n";
    ///
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let echo: EchoTest = session.attach()?;
    /// # echo.offer(&Settings::new(), &Jsep::offer(OFFER))?;
    /// echo.handle().hangup()?;
    /// let events = echo.events();
    /// assert!(events.iter().any(|event| matches!(event, Ok(Event::Hangup { .. }))));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn hangup(&self) -> Result<()> {
        self.core(self.outgoing("hangup"))
    }
}

//! The PeerConnection of a handle: its candidates, and its end.

use super::Handle;
use crate::{
    Candidate, Result,
    wire::{Outgoing, Verb},
};

impl Handle {
    /// Sends ICE candidates.
    ///
    /// Sends one `trickle`, with `candidate` for one and `candidates` for more, and waits for its
    /// `ack`. An empty slice sends nothing. Janus keeps candidates that come before their SDP for
    /// its `candidates_timeout`, and uses only those of the first media line.
    ///
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::Candidate;
    ///
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// let line = "candidate:1 1 udp 2130706431 10.0.0.9 40000 typ host";
    /// echo.handle().trickle(&[Candidate::new(line).sdp_mid("0")])?;
    /// echo.handle().trickle_done()?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn trickle(&self, candidates: &[Candidate]) -> Result<()> {
        let empty = self.outgoing(Verb::Trickle);
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

    /// Tells Janus that no more candidates follow.
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
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// echo.handle().trickle_done()?;
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
    /// follows if there was a PeerConnection. Some plugins have a request of the same name that
    /// does something else: see [`Sip::hangup`](crate::sip::Sip::hangup).
    ///
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Event, Jsep, echotest::Settings, testing::AUDIO_SDP};
    ///
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// echo.offer(&Settings::new(), &Jsep::offer(AUDIO_SDP))?;
    /// echo.handle().hangup()?;
    /// let events = echo.events();
    /// assert!(events.iter().any(|event| matches!(event, Ok(Event::Hangup { .. }))));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn hangup(&self) -> Result<()> {
        self.core(self.outgoing(Verb::Hangup))?;
        #[cfg(feature = "webrtc")]
        self.inner.queue.closed.observed.set_peer(false);
        Ok(())
    }
}

/// For a peer that is bound to it.
#[cfg(feature = "webrtc")]
impl Handle {
    /// Tells `observer` what happens on the handle from now on, in place of the one before, and if it
    /// `answers` an offer, which candidates have come with that. `peer` says whether Janus has its
    /// PeerConnection, for tickets.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub(crate) fn observe(
        &self,
        observer: &std::sync::Arc<dyn crate::router::Observer>,
        peer: &std::sync::Arc<std::sync::atomic::AtomicBool>,
        answers: bool,
    ) -> Result<()> {
        let observed = &self.inner.queue.closed.observed;
        observed.set(observer, peer, answers);
        // It may have ended just before.
        self.check()
    }

    /// The server that its connection reached last.
    pub(crate) fn endpoint(&self) -> crate::error::Endpoint {
        self.inner.session.engine().endpoint()
    }
}

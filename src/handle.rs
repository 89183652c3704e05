//! A plugin handle: requests, candidates, events.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use serde_json::value::RawValue;

use crate::{
    Candidate, Error, ErrorCode, Events, HandleId, Jsep, Plugin, Request, Result, SessionId,
    config::check_duration,
    error::{Attempt, CloseReason},
    plugin::Refusal,
    router::{Answer, Ends, Expects, Queue},
    session::SessionInner,
    shared::Call,
    wire::Outgoing,
};

/// A handle to a plugin, inside every typed plugin.
///
/// It can be used from any thread, by reference. Dropping it, with the plugin around it and its
/// [`with_timeout`](Self::with_timeout) copies, sends `detach` without waiting for the answer.
pub struct Handle {
    inner: Arc<Inner>,
    timeout: Duration,
}

struct Inner {
    session: Arc<SessionInner>,
    id: HandleId,
    package: Cow<'static, str>,
    queue: Queue,
}

/// What Janus says to a message whose outcome comes as an event; see [`Handle::send`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Ack {
    /// What the plugin says on the way.
    pub hint: Option<String>,
    /// The plugin's data, if it answered at once instead.
    pub data: Option<Box<RawValue>>,
}

impl Handle {
    pub(crate) fn new(
        session: Arc<SessionInner>,
        id: HandleId,
        package: Cow<'static, str>,
        queue: Queue,
    ) -> Self {
        let timeout = session.shared.config.request_timeout;
        Self {
            inner: Arc::new(Inner {
                session,
                id,
                package,
                queue,
            }),
            timeout,
        }
    }

    /// The handle's id.
    pub fn id(&self) -> HandleId {
        self.inner.id
    }

    /// The id of its session.
    pub fn session_id(&self) -> SessionId {
        self.inner.session.id
    }

    /// The package name of its plugin; empty for a [`Raw`](crate::Raw) that was reattached without one.
    pub fn package(&self) -> &str {
        &self.inner.package
    }

    /// The same handle, whose requests wait for `timeout` instead of
    /// [`Config::request_timeout`](crate::Config::request_timeout).
    ///
    /// A cheap copy. What cannot be a timeout is refused by the requests.
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            inner: self.inner.clone(),
            timeout,
        }
    }

    /// Sends a request to the plugin and waits for its answer.
    ///
    /// Sends `message`. Returns at `success`, or at the event that the request's
    /// [`Terminal`](crate::plugin::Terminal) names; that event is not in the queue then.
    ///
    /// # Errors
    ///
    /// [`Error::Plugin`] when the plugin refuses, [`Error::Janus`] with 459 when the handle does
    /// not exist, [`Error::Timeout`] when no answer comes in time.
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn request<R: Request>(&self, request: &R) -> Result<R::Reply> {
        self.exchange(request, None).map(|(reply, _)| reply)
    }

    /// Like [`request`](Self::request), with a session description either way.
    ///
    /// # Errors
    ///
    /// As for [`request`](Self::request); [`Error::Janus`] with 465 when Janus cannot use the SDP.
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn exchange<R: Request>(
        &self,
        request: &R,
        jsep: Option<&Jsep>,
    ) -> Result<(R::Reply, Option<Jsep>)> {
        let attempt = || self.attempt(request);
        match self.message(request, jsep, Expects::Plugin(Ends::of::<R>()), &attempt)? {
            Answer::Plugin { data, jsep } => {
                if let Some(refusal) = <R::Plugin as Plugin>::refusal(&data) {
                    return Err(refused(attempt(), refusal));
                }
                let reply = R::reply(&data).map_err(|error| {
                    Error::decode(format!("the answer to {}", attempt()), data.get(), error)
                })?;
                Ok((reply, jsep.map(|jsep| decode_jsep(&jsep)).transpose()?))
            }
            _ => Err(Error::unexpected(attempt(), "an answer of the plugin", "")),
        }
    }

    /// Sends a request to the plugin and returns when Janus has acknowledged it.
    ///
    /// Sends `message`. Its outcome arrives as an event.
    ///
    /// # Errors
    ///
    /// As for [`request`](Self::request), but an asynchronous plugin's refusal comes as an event.
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn send<R: Request>(&self, request: &R) -> Result<Ack> {
        self.send_with(request, None)
    }

    /// Like [`send`](Self::send), with a session description.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn send_with<R: Request>(&self, request: &R, jsep: Option<&Jsep>) -> Result<Ack> {
        let attempt = || self.attempt(request);
        match self.message(request, jsep, Expects::Ack, &attempt)? {
            Answer::Ack { hint } => Ok(Ack { hint, data: None }),
            Answer::Plugin { data, .. } => match <R::Plugin as Plugin>::refusal(&data) {
                Some(refusal) => Err(refused(attempt(), refusal)),
                None => Ok(Ack {
                    hint: None,
                    data: Some(data),
                }),
            },
            _ => Err(Error::unexpected(attempt(), "`ack`", "")),
        }
    }

    fn message<R: Request>(
        &self,
        request: &R,
        jsep: Option<&Jsep>,
        expects: Expects,
        attempt: &dyn Fn() -> Attempt,
    ) -> Result<Answer> {
        let outgoing = Outgoing {
            body: Some(request),
            jsep,
            ..Outgoing::verb("message", Some(self.session_id()), Some(self.id()))
        };
        self.call(outgoing, expects, attempt)
    }

    pub(crate) fn attempt(&self, request: &impl Request) -> Attempt {
        Attempt {
            name: request.name(),
            plugin: Some(self.inner.package.clone()).filter(|package| !package.is_empty()),
            ..Attempt::on_handle("message", self.session_id(), self.id())
        }
    }

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
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn hangup(&self) -> Result<()> {
        self.core(self.outgoing("hangup"))
    }

    /// Ends the handle on the server.
    ///
    /// Sends `detach` and waits for its answer. The event queue, and copies of this handle, are
    /// closed with [`CloseReason::Detached`] before it is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the handle had ended before.
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn detach(self) -> Result<()> {
        self.check()?;
        check_duration("timeout", self.timeout)?;
        let (session, id) = (self.session_id(), self.id());
        self.inner
            .session
            .shared
            .router
            .lock()
            .end_handle(session, id, CloseReason::Detached);
        self.inner.session.handles.lock().forget(id);
        let attempt = || Attempt::on_handle("detach", session, id);
        let call = Call {
            outgoing: self.outgoing("detach"),
            expects: Expects::Core,
            timeout: self.timeout,
            attempt: &attempt,
        };
        self.inner.session.shared.call(&call).map(drop)
    }

    /// The handle's events, to be decoded as those of the plugin `P`.
    ///
    /// All readers of one handle share one queue: each event goes to one of them.
    pub fn events<P: Plugin>(&self) -> Events<P> {
        let session = &self.inner.session;
        Events::new(
            self.inner.queue.clone(),
            self.id(),
            session.id,
            session.shared.clone(),
        )
    }

    /// Sets what the session's ticket notes of this handle: what Janus will not repeat, such as the
    /// caller and the offer. Sends nothing.
    pub fn set_note(&self, note: impl Into<Option<serde_json::Value>>) {
        self.inner
            .session
            .handles
            .lock()
            .note(self.id(), note.into());
    }

    /// Whether it can still be used, as far as is known here. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] with the reason when it cannot.
    pub fn check(&self) -> Result<()> {
        self.inner.session.life.check(self.session_id())?;
        self.inner.queue.life.check(self.id())
    }

    fn outgoing(&self, janus: &'static str) -> Outgoing<'static> {
        Outgoing::handle(janus, self.session_id(), self.id())
    }

    /// A request to the core about this handle.
    fn core(&self, outgoing: Outgoing<'_>) -> Result<()> {
        let name = outgoing.janus;
        let attempt = || Attempt::on_handle(name, self.session_id(), self.id());
        self.call(outgoing, Expects::Core, &attempt).map(drop)
    }

    fn call<B: serde::Serialize>(
        &self,
        outgoing: Outgoing<'_, B>,
        expects: Expects,
        attempt: &dyn Fn() -> Attempt,
    ) -> Result<Answer> {
        self.check()?;
        check_duration("timeout", self.timeout)?;
        let timeout = self.timeout;
        self.inner.session.shared.call(&Call {
            outgoing,
            expects,
            timeout,
            attempt,
        })
    }
}

fn refused(request: Attempt, refusal: Refusal) -> Error {
    Error::Plugin {
        request: Box::new(request),
        code: ErrorCode::from_wire(refusal.code),
        reason: refusal.reason.into(),
    }
}

pub(crate) fn decode_jsep(jsep: &RawValue) -> Result<Jsep> {
    // The SDP itself stays out of the error.
    serde_json::from_str(jsep.get()).map_err(|error| Error::decode("a jsep", "(not shown)", error))
}

impl Drop for Inner {
    fn drop(&mut self) {
        if !self.queue.life.is_over() && !self.session.life.is_over() {
            self.session.handles.lock().forget(self.id);
            self.session.shared.drop_handle(self.session.id, self.id);
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("id", &self.inner.id)
            .field("session", &self.inner.session.id)
            .field("package", &self.inner.package)
            .field("closed", &self.inner.queue.life.why())
            .finish_non_exhaustive()
    }
}

//! Requests to the plugin of a handle, and their answers.

use serde_json::value::RawValue;

use super::Handle;
use crate::{
    Error, Jsep, Plugin, Request, Result,
    engine::Call,
    error::RequestContext,
    plugin::Refusal,
    redact::shown,
    router::{Answer, Expects},
    wire::{self, Completion, Outgoing, Verb},
};

/// Janus's acknowledgement of a message whose outcome comes as an event; see [`Handle::send`].
///
/// # Example
///
/// ```
/// use janus_blocking::echotest::Settings;
///
/// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
/// let ack = echo.handle().send(&Settings::new().audio(false))?;
/// assert!(ack.data.is_none(), "the outcome comes as an event");
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Ack {
    /// A hint from the plugin, if it sent one.
    pub hint: Option<String>,
    /// The plugin's data, if it answered at once instead.
    pub data: Option<Box<RawValue>>,
}

impl Handle {
    /// Sends a request to the plugin and waits for its answer.
    ///
    /// Sends `message`. Returns at `success`, or at the event that the request's
    /// [`Terminal`](crate::plugin::Terminal) names; that event is not in the queue then.
    ///
    /// # Errors
    ///
    /// [`Error::Plugin`] when the plugin refuses, [`Error::Janus`] with 459 when the handle does
    /// not exist, [`Error::Timeout`] when no answer comes in time. [`Error::Config`] for a request
    /// of a different plugin, and for one that Janus could not parse; nothing was sent.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, echotest::Settings, plugin::Done};
    ///
    /// # let (gateway, echo) = janus_blocking::testing::attached::<EchoTest>()?;
    /// let reply = echo.handle().request(&Settings::new().audio(false))?;
    /// assert_eq!(reply, Done);
    ///
    /// // EchoTest knows the substreams 0 to 2.
    /// let error = echo.handle().request(&Settings::new().substream(3)).unwrap_err();
    /// assert_eq!(error.code(), Some(janus_blocking::echotest::error_code::INVALID_ELEMENT));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn request<R: Request>(&self, request: &R) -> Result<R::Reply> {
        let context = || self.context(request);
        let call = self.message(request, None, Expects::Plugin(completion::<R>()), &context)?;
        let answer = self.inner.session.engine().call(&call)?;
        reply::<R>(answer, &context).map(|(reply, _)| reply)
    }

    /// Like [`request`](Self::request), with a session description in either direction.
    ///
    /// # Errors
    ///
    /// As for [`request`](Self::request); [`Error::Janus`] with 465 when Janus cannot use the SDP.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, echotest::Settings, testing::AUDIO_SDP, webrtc::JsepKind};
    ///
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// let offer = Jsep::offer(AUDIO_SDP);
    /// let (_, answer) = echo.handle().exchange(&Settings::new(), Some(&offer))?;
    /// assert_eq!(answer.map(|answer| answer.kind), Some(JsepKind::Answer));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn exchange<R: Request>(
        &self,
        request: &R,
        jsep: Option<&Jsep>,
    ) -> Result<(R::Reply, Option<Jsep>)> {
        let context = || self.context(request);
        let call = self.message(request, jsep, Expects::Plugin(completion::<R>()), &context)?;
        let answer = self.inner.session.engine().call(&call)?;
        reply::<R>(answer, &context)
    }

    /// Sends a request with an offer that must be answered, and returns the reply with the answer.
    ///
    /// # Errors
    ///
    /// As for [`exchange`](Self::exchange); [`Error::Unexpected`] when the reply comes without an
    /// answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, Jsep, echotest::Settings, testing, webrtc::JsepKind};
    ///
    /// let (_gateway, echo) = testing::attached::<EchoTest>()?;
    /// let offer = Jsep::offer(testing::AUDIO_SDP);
    /// let (_, answer) = echo.handle().negotiate(&Settings::new(), &offer)?;
    /// assert_eq!(answer.kind, JsepKind::Answer);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn negotiate<R: Request>(&self, request: &R, offer: &Jsep) -> Result<(R::Reply, Jsep)> {
        let (reply, answer) = self.exchange(request, Some(offer))?;
        Ok((
            reply,
            self.described(request, answer, "an answer to the offer")?,
        ))
    }

    /// The session description that has to come with a reply.
    pub(crate) fn described(
        &self,
        request: &impl Request,
        jsep: Option<Jsep>,
        expected: &'static str,
    ) -> Result<Jsep> {
        jsep.ok_or_else(|| {
            Error::unexpected(self.context(request), expected, "an event without one")
        })
    }

    /// Sends a request to the plugin and returns when Janus has acknowledged it.
    ///
    /// Sends `message`. Its outcome arrives as an event.
    ///
    /// # Errors
    ///
    /// As for [`request`](Self::request), but an asynchronous plugin's refusal comes as an event.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Event, echotest::{self, Settings}};
    ///
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// echo.handle().send(&Settings::new().audio(false))?;
    /// let event = echo.events().recv()?;
    /// assert!(matches!(event, Event::Plugin { event: echotest::Event::Ok, .. }));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
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
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Event, Jsep, echotest::Settings, testing::AUDIO_SDP};
    ///
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// echo.handle().send_with(&Settings::new(), Some(&Jsep::offer(AUDIO_SDP)))?;
    /// let event = echo.events().recv()?;
    /// assert!(matches!(event, Event::Plugin { jsep: Some(_), .. }));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn send_with<R: Request>(&self, request: &R, jsep: Option<&Jsep>) -> Result<Ack> {
        let context = || self.context(request);
        let call = self.message(request, jsep, Expects::Ack, &context)?;
        match self.inner.session.engine().call(&call)? {
            Answer::Ack { hint } => Ok(Ack { hint, data: None }),
            Answer::Plugin { data, .. } => match <R::Plugin as Plugin>::refusal(&data) {
                Some(refusal) => Err(refused(context(), refusal)),
                None => Ok(Ack {
                    hint: None,
                    data: Some(data),
                }),
            },
            _ => Err(Error::unexpected(context(), "`ack`", "")),
        }
    }

    fn message<'a, R: Request>(
        &'a self,
        request: &'a R,
        jsep: Option<&'a Jsep>,
        expects: Expects,
        context: &'a dyn Fn() -> RequestContext,
    ) -> Result<Call<'a, R>> {
        self.check_plugin::<R>(context)?;
        let outgoing = Outgoing {
            repeats: R::IDEMPOTENT,
            body: Some(request),
            jsep,
            ..Outgoing::new(Verb::Message, Some(self.session_id()), Some(self.id()))
        };
        Ok(self.prepare(outgoing, expects)?.of(context))
    }

    /// A typed plugin takes requests of its own, and untyped ones. Types may share a package.
    fn check_plugin<R: Request>(&self, context: &dyn Fn() -> RequestContext) -> Result<()> {
        let (own, other) = (self.inner.typed, <R::Plugin as Plugin>::PACKAGE);
        if own == other || own.is_empty() || other.is_empty() || self.package() == other {
            return Ok(());
        }
        let name = context().name;
        let reason = format!("`{name}` is one of {other}, and the handle is one of {own}");
        Err(Error::config("request", reason))
    }

    pub(crate) fn context(&self, request: &impl Request) -> RequestContext {
        RequestContext {
            name: request.name(),
            plugin: Some(self.inner.package.clone()).filter(|package| !package.is_empty()),
            ..RequestContext::on_handle("message", self.session_id(), self.id())
        }
    }
}

/// Which event ends a request of this type.
pub(crate) fn completion<R: Request>() -> Completion {
    Completion::new(R::TERMINAL, <R::Plugin as Plugin>::event_name, |data| {
        <R::Plugin as Plugin>::refusal(data).is_some()
    })
}

/// The reply in an answer to a request of this type.
fn reply<R: Request>(
    answer: Answer,
    context: &dyn Fn() -> RequestContext,
) -> Result<(R::Reply, Option<Jsep>)> {
    let Answer::Plugin { data, jsep } = answer else {
        return Err(Error::unexpected(context(), "an answer of the plugin", ""));
    };
    if let Some(refusal) = <R::Plugin as Plugin>::refusal(&data) {
        return Err(refused(context(), refusal));
    }
    let reply = R::reply(&data).map_err(|error| {
        Error::decode(format!("the answer to {}", context()), data.get(), error)
    })?;
    Ok((reply, jsep.map(|jsep| Jsep::received(&jsep))))
}

fn refused(request: RequestContext, refusal: Refusal) -> Error {
    Error::Plugin {
        request: Box::new(request),
        code: wire::error_code(refusal.code),
        reason: shown(&refusal.reason).into(),
    }
}

//! A plugin handle: requests, candidates, events.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use serde::Serialize;

use crate::{
    Error, Events, HandleId, Plugin, Result, SessionId,
    client::session::SessionInner,
    config::check_duration,
    engine::{Call, Owner},
    error::CloseReason,
    router::{Expects, Queue, Unwatched},
    wire::{Outgoing, Verb},
};

mod message;
mod webrtc;

pub use message::Ack;
#[cfg(fuzzing)]
pub(crate) use message::completion;

/// A plugin handle. Every typed plugin holds one.
///
/// It can be used from any thread and keeps its session alive. Dropping the last clone (plugin
/// objects and [`with_timeout`](Self::with_timeout) copies count as clones) sends `detach` without
/// waiting for the answer. If the [`Session`](crate::Session) was dropped before, dropping its last
/// handle sends `destroy` instead. If the [`Connection`](crate::Connection) was dropped too, the
/// end of its last session also closes the link.
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, echotest::Settings};
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let session = janus.create_session()?;
/// let echo: EchoTest = session.attach()?;
/// let handle = echo.handle();
/// assert_eq!(handle.package(), "janus.plugin.echotest");
/// assert_eq!(handle.session_id(), session.id());
/// handle.request(&Settings::new().audio(true))?;
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone)]
pub struct Handle {
    inner: Arc<Inner>,
    timeout: Duration,
}

struct Inner {
    session: Arc<SessionInner>,
    id: HandleId,
    package: Cow<'static, str>,
    /// The package that its plugin's type names, which may have been attached to another.
    typed: &'static str,
    queue: Queue,
}

impl Handle {
    pub(crate) fn new<P: Plugin>(
        session: Arc<SessionInner>,
        id: HandleId,
        package: Cow<'static, str>,
        queue: Queue,
    ) -> Self {
        let timeout = session.engine().config().request_timeout;
        Self {
            inner: Arc::new(Inner {
                session,
                id,
                package,
                typed: P::PACKAGE,
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

    /// Returns the same handle with another timeout for its requests: `timeout` instead of
    /// [`Config::request_timeout`](crate::Config::request_timeout).
    ///
    /// This is a cheap copy. An invalid timeout is refused by the requests.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use janus_blocking::echotest::Settings;
    ///
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// # gateway.silence_links();
    /// let brief = echo.handle().with_timeout(Duration::from_millis(5));
    /// // The server says nothing.
    /// let error = brief.request(&Settings::new().audio(true)).unwrap_err();
    /// assert!(error.is_timeout());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            inner: self.inner.clone(),
            timeout,
        }
    }

    /// Ends the handle on the server.
    ///
    /// Sends `detach` and waits for its answer. The event queue, and copies of this handle, are
    /// closed with [`CloseReason::Detached`] before it is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the handle had ended before. After an [`Error::Timeout`], an
    /// [`Error::Token`], or an [`Error::Transport`] where a new link is made, `detach` is sent again
    /// without waiting for its answer, over the next link if there is none.
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// let events = echo.events();
    /// echo.into_handle().detach()?;
    /// assert!(events.recv().is_err());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn detach(self) -> Result<()> {
        self.check()?;
        check_duration("timeout", self.timeout)?;
        let (session, id) = (self.session_id(), self.id());
        let engine = self.inner.session.engine();
        if !self.inner.session.handles.lock().forget(id) {
            // It is in the ticket of another thread's `abandon`, and may have another owner by now.
            self.check()?;
        }
        engine.end_handle(session, id, CloseReason::Detached);
        let call = Call::new(self.outgoing(Verb::Detach), Expects::Core, self.timeout);
        let result = engine.call(&call).map(drop);
        if result.as_ref().is_err_and(Error::is_unsettled) {
            engine.send_unwatched(Unwatched::Detach(session, id));
        }
        result
    }

    /// Returns the handle's events, decoded as those of the plugin `P`.
    ///
    /// All readers of one handle share one queue: each event goes to one of them.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, echotest::{Event, Settings}};
    ///
    /// # let (_gateway, echo) = janus_blocking::testing::attached::<EchoTest>()?;
    /// let handle = echo.into_handle();
    /// handle.send(&Settings::new().audio(true))?;
    /// let event = handle.events::<EchoTest>().recv()?;
    /// assert_eq!(event.into_plugin(), Some(Event::Ok));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn events<P: Plugin>(&self) -> Events<P> {
        let session = &self.inner.session;
        Events::new(
            self.inner.queue.clone(),
            self.id(),
            session.id,
            session.engine().clone(),
        )
    }

    /// Sets this handle's note in the session's ticket, for what Janus will not repeat, such as the
    /// caller and the offer. Sends nothing.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, serde_json::json};
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let echo: EchoTest = session.attach()?;
    /// echo.handle().set_note(json!({ "caller": "sip:visitor@example.org" }));
    /// let ticket = session.abandon();
    /// assert_eq!(ticket.handles[0].note, Some(json!({ "caller": "sip:visitor@example.org" })));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn set_note(&self, note: impl Into<Option<serde_json::Value>>) {
        self.inner
            .session
            .handles
            .lock()
            .note(self.id(), note.into());
    }

    /// Checks whether the handle is still usable, as far as this program knows. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] with the reason when it is not.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::EchoTest;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let echo: EchoTest = session.attach()?;
    /// echo.handle().check()?;
    /// session.destroy()?;
    /// assert!(echo.handle().check().unwrap_err().is_session_gone());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn check(&self) -> Result<()> {
        self.inner.check()
    }

    fn outgoing(&self, verb: Verb) -> Outgoing<'static> {
        Outgoing::handle(verb, self.session_id(), self.id())
    }

    /// A request to the core about this handle.
    fn core(&self, outgoing: Outgoing<'_>) -> Result<()> {
        let call = self.prepare(outgoing, Expects::Core)?;
        self.inner.session.engine().call(&call).map(drop)
    }

    /// Refuses what cannot be sent, and begins its time.
    fn prepare<'a, B: Serialize>(
        &'a self,
        outgoing: Outgoing<'a, B>,
        expects: Expects,
    ) -> Result<Call<'a, B>> {
        self.check()?;
        check_duration("timeout", self.timeout)?;
        let call = Call::new(outgoing, expects, self.timeout);
        Ok(call.owned_by(Some(&*self.inner)))
    }
}

impl Owner for Inner {
    fn check(&self) -> Result<()> {
        self.session.closed.check(self.session.id)?;
        Ok(self.queue.closed.check(self.id)?)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The session goes along with its last owner, and its end is that of its handles.
        let is_last = Arc::strong_count(&self.session) == 1;
        let lives = !is_last && !self.queue.closed.is_over() && !self.session.closed.is_over();
        if lives && self.session.handles.lock().forget(self.id) {
            self.session.engine().drop_handle(self.session.id, self.id);
        }
    }
}

impl AsRef<Self> for Handle {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("id", &self.inner.id)
            .field("session", &self.inner.session.id)
            .field("package", &self.inner.package)
            .field("closed", &self.inner.queue.closed.why())
            .finish_non_exhaustive()
    }
}

//! Attaching and reattaching: one way to a new handle, one to a plugin object.

use std::borrow::Cow;

use derive_setters::Setters;

use super::{Session, SessionInner};
use crate::{
    Bound, Error, Handle, HandleId, HandleTicket, Plugin, Raw, Result,
    engine::{Owner, context_of},
    error::CloseReason,
    router::{Answer, Expects, Queue, Unwatched},
    wire::{Outgoing, Verb},
};

/// How to attach; see [`Session::attach_with`].
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, connection::AttachOptions};
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let session = janus.create_session()?;
/// let options = AttachOptions::new().opaque_id("front door");
/// let echo: EchoTest = session.attach_with(options)?;
/// let handles = session.ticket().handles;
/// assert_eq!(handles[0].opaque_id.as_deref(), Some("front door"));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct AttachOptions {
    /// Your own name for the handle, which the Admin API shows. Only for a new handle: a reattached
    /// one keeps its name.
    #[setters(into)]
    pub opaque_id: Option<String>,
    /// Reattach to this handle instead of attaching a new one.
    #[setters(into)]
    pub existing_handle: Option<HandleId>,
    /// Before a reattach, ask the server whether the handle exists. Default `false`.
    pub verify: bool,
    /// The event loop that serves the handle, from 0. Ignored unless the server has static event
    /// loops and allows it.
    pub loop_index: Option<u32>,
    /// The package name, instead of the type's own: needed for [`Raw`], and for a plugin that was
    /// built under another name.
    #[setters(into)]
    pub package: Option<String>,
}

impl AttachOptions {
    /// The defaults: a new handle.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Session {
    /// Attaches a new handle to a plugin.
    ///
    /// Sends one `attach` and waits for its answer. No event of the new handle is missed, however
    /// soon it comes. If the answer comes after the deadline, the crate detaches the handle.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the session is not active, before anything is sent. [`Error::Janus`]
    /// with 460 when the server has no such plugin, with 405 when the token may not use it.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, echotest::Settings};
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let echo: EchoTest = session.attach()?;
    /// echo.configure(&Settings::new().audio(true))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn attach<P: Plugin>(&self) -> Result<P> {
        self.attach_with(AttachOptions::new())
    }

    /// Attaches to a plugin with any package name, using JSON in both directions.
    ///
    /// # Errors
    ///
    /// As for [`attach`](Self::attach).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::serde_json::json;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let echo = session.attach_raw("janus.plugin.echotest")?;
    /// let answer = echo.request(json!({ "audio": true }))?;
    /// assert_eq!(answer["result"], "ok");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn attach_raw(&self, package: &str) -> Result<Raw> {
        self.attach_with(AttachOptions::new().package(package))
    }

    /// Binds to a handle that exists on the server, without sending anything.
    ///
    /// The returned plugin does everything that an attached one does. This call does not check
    /// whether the handle exists: see [`AttachOptions::verify`]. Events that came since the session
    /// was claimed come first.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the session is not active, [`Error::HandleInUse`] when this session
    /// object has the handle already.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, echotest::Settings};
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let _left: EchoTest = session.attach()?;
    /// let ticket = session.abandon();
    ///
    /// let session = janus.claim(ticket.session_id)?;
    /// let echo: EchoTest = session.reattach(ticket.handles[0].id)?;
    /// assert_eq!(echo.handle().id(), ticket.handles[0].id);
    /// echo.configure(&Settings::new().audio(true))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn reattach<P: Plugin>(&self, handle: impl Into<HandleId>) -> Result<P> {
        self.attach_with(AttachOptions {
            existing_handle: Some(handle.into()),
            ..AttachOptions::new()
        })
    }

    /// Attaches, or reattaches if [`AttachOptions::existing_handle`] is set.
    ///
    /// Without it, this does what [`attach`](Self::attach) does. With it, this does what
    /// [`reattach`](Self::reattach) does, which sends nothing; [`AttachOptions::verify`] first sends
    /// one `keepalive` that names session and handle, and waits for its answer.
    ///
    /// # Errors
    ///
    /// As for those two; with `verify`, [`Error::Janus`] with 459 when the session has no such
    /// handle and with 458 when there is no such session. [`Error::Config`] when no package name
    /// is known; nothing was sent.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, ErrorCode, HandleId, connection::AttachOptions};
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let options = AttachOptions::new().opaque_id("front door");
    /// let echo: EchoTest = session.attach_with(options)?;
    ///
    /// let gone = AttachOptions::new().existing_handle(HandleId::new(1)).verify(true);
    /// let error = session.attach_with::<EchoTest>(gone).unwrap_err();
    /// assert_eq!(error.code(), Some(ErrorCode::HANDLE_NOT_FOUND));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn attach_with<P: Plugin>(&self, options: AttachOptions) -> Result<P> {
        self.inner.closed.check(self.inner.id)?;
        let package = match &options.package {
            Some(package) => Cow::Owned(package.clone()),
            None => self.package_of::<P>(options.existing_handle),
        };
        let attaching = self.inner.connection.attaching(&self.inner)?;
        match options.existing_handle {
            None => {
                let (id, queue) = self.attach_new(&package, &options, &attaching)?;
                self.bind(id, queue, package, options, Bound::Attached)
            }
            Some(id) => {
                if options.verify {
                    self.verify(id, &attaching)?;
                }
                let SessionInner {
                    id: session,
                    closed,
                    ..
                } = &*self.inner;
                let queue = self.inner.engine().bind(*session, closed, id)?;
                self.bind(id, queue, package, options, Bound::Reattached)
            }
        }
    }

    /// The type's own package; for a type without one, what the ticket says of the handle.
    fn package_of<P: Plugin>(&self, handle: Option<HandleId>) -> Cow<'static, str> {
        match (P::PACKAGE, handle) {
            ("", Some(id)) => self
                .inner
                .handles
                .lock()
                .plugin(id)
                .unwrap_or_default()
                .into(),
            (package, _) => Cow::Borrowed(package),
        }
    }

    /// Sends the one `attach`.
    fn attach_new(
        &self,
        package: &str,
        options: &AttachOptions,
        owner: &dyn Owner,
    ) -> Result<(HandleId, Queue)> {
        if package.is_empty() {
            let reason = "it is empty; name the plugin, for example with `attach_raw`";
            return Err(Error::config("package", reason));
        }
        let outgoing = Outgoing {
            plugin: Some(package),
            opaque_id: options.opaque_id.as_deref(),
            loop_index: options.loop_index,
            ..Outgoing::session(Verb::Attach, self.inner.id)
        };
        let context = context_of(&outgoing);
        match self.call(outgoing, Expects::Attach, Some(owner))? {
            Answer::Attached(id, queue) => Ok((id, queue)),
            _ => Err(Error::unexpected(context, "the id of a handle", "")),
        }
    }

    /// Asks whether a handle exists: a keepalive that names it does nothing else.
    fn verify(&self, handle: HandleId, owner: &dyn Owner) -> Result<()> {
        // Found out by `bind` as well, but a refusal sends nothing.
        self.inner.engine().check_free(self.inner.id, handle)?;
        let outgoing = Outgoing::handle(Verb::Keepalive, self.inner.id, handle);
        self.call(outgoing, Expects::Core, Some(owner)).map(drop)
    }

    /// Makes the plugin of a handle, new or old.
    fn bind<P: Plugin>(
        &self,
        id: HandleId,
        queue: Queue,
        package: Cow<'static, str>,
        options: AttachOptions,
        bound: Bound,
    ) -> Result<P> {
        let ticket = HandleTicket::new(id, &package, options.opaque_id);
        let entered = self.inner.handles.lock().attached(ticket, &queue.closed);
        if !entered {
            // The session was abandoned just now, and its ticket has no new handle.
            if bound == Bound::Attached {
                let detach = Unwatched::Detach(self.inner.id, id);
                self.inner.engine().send_unwatched(detach);
            }
            return Err(Error::closed(self.inner.id, CloseReason::Abandoned));
        }
        let plugin = P::new(Handle::new::<P>(self.inner.clone(), id, package, queue));
        plugin.on_bound(bound);
        Ok(plugin)
    }
}

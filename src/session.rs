//! A session: the handles of one client on the server.

use std::{
    borrow::Cow,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use derive_setters::Setters;
use parking_lot::Mutex;

use crate::{
    Bound, Error, Handle, HandleId, HandleTicket, Plugin, Raw, Result, ServerInfo, SessionId,
    SessionTicket,
    connection::kept_for,
    error::{Attempt, CloseReason},
    logging::debug,
    router::{Answer, Expects, Life, Queue},
    shared::{Call, Shared},
    ticket::Roll,
    wire::Outgoing,
};

/// A session on the server, kept alive until it is destroyed, abandoned or dropped.
///
/// Dropping it sends `destroy` without waiting for the answer: its handles end with it, those that
/// are still held by the program included. [`abandon`](Self::abandon) leaves it on the server.
pub struct Session {
    pub(crate) inner: Arc<SessionInner>,
}

pub(crate) struct SessionInner {
    pub(crate) shared: Arc<Shared>,
    pub(crate) id: SessionId,
    pub(crate) life: Arc<Life>,
    kept_for: Option<Duration>,
    /// The handles for the ticket: those that are attached, and those of the ticket that it was
    /// resumed from.
    pub(crate) handles: Mutex<Roll>,
}

/// How to attach; see [`Session::attach_with`].
///
/// ```
/// use janus_blocking::AttachOptions;
///
/// let options = AttachOptions::new().opaque_id("front door");
/// assert_eq!(options.existing_handle, None);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct AttachOptions {
    /// A name of your own for the handle, which the Admin API shows. Only for a new handle: a
    /// reattached one keeps what it has.
    #[setters(into)]
    pub opaque_id: Option<String>,
    /// Reattach to this handle instead of attaching a new one.
    #[setters(into)]
    pub existing_handle: Option<HandleId>,
    /// Before a reattach, ask the server whether the handle exists. Default `false`.
    pub verify: bool,
    /// The event loop that serves the handle, from 0; counts only on servers with static event
    /// loops that allow it.
    pub loop_index: Option<u32>,
    /// Another package name than the type's own: always for [`Raw`], else for a plugin that was
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
    pub(crate) fn new(
        shared: &Arc<Shared>,
        info: &ServerInfo,
        id: SessionId,
        life: Arc<Life>,
        expected: &[HandleTicket],
    ) -> Self {
        let roll = Roll::expecting(expected);
        let inner = Arc::new(SessionInner {
            shared: shared.clone(),
            id,
            life,
            kept_for: kept_for(shared, info),
            handles: Mutex::new(roll),
        });
        let mut sessions = shared.sessions.lock();
        sessions.retain(|session| session.strong_count() > 0);
        sessions.push(Arc::downgrade(&inner));
        drop(sessions);
        Self { inner }
    }

    /// The session's id.
    pub fn id(&self) -> SessionId {
        self.inner.id
    }

    /// Attaches a new handle to a plugin.
    ///
    /// Sends exactly one `attach` and waits for its answer. Events that come right behind it are
    /// in the handle's queue. If the answer comes after the deadline, the handle is detached.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the session is not active, before anything is sent. [`Error::Janus`]
    /// with 460 when the server has no such plugin, with 405 when the token may not use it.
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn attach<P: Plugin>(&self) -> Result<P> {
        self.attach_with(AttachOptions::new())
    }

    /// Attaches to a plugin of any package name, JSON in and out.
    ///
    /// # Errors
    ///
    /// As for [`attach`](Self::attach).
    pub fn attach_raw(&self, package: &str) -> Result<Raw> {
        self.attach_with(AttachOptions::new().package(package))
    }

    /// Binds to a handle that lives on the server, without sending anything.
    ///
    /// The plugin that comes back does all that an attached one does. Whether the handle exists is
    /// not found out here: see [`AttachOptions::verify`]. Events that came since the session was
    /// claimed come first.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the session is not active, [`Error::HandleInUse`] when this session
    /// object has the handle already.
    pub fn reattach<P: Plugin>(&self, handle: impl Into<HandleId>) -> Result<P> {
        self.attach_with(AttachOptions {
            existing_handle: Some(handle.into()),
            ..AttachOptions::new()
        })
    }

    /// Attaches, or reattaches if [`AttachOptions::existing_handle`] is set.
    ///
    /// Without it this is [`attach`](Self::attach), to the byte on the wire. With it this is
    /// [`reattach`](Self::reattach), which sends nothing, or with [`AttachOptions::verify`] one
    /// `keepalive` that names session and handle, and waits for its answer.
    ///
    /// # Errors
    ///
    /// As for those two; with `verify`, [`Error::Janus`] with 459 when the session has no such
    /// handle and with 458 when there is no such session. [`Error::Config`] when no package name
    /// is known, and before anything is sent.
    pub fn attach_with<P: Plugin>(&self, options: AttachOptions) -> Result<P> {
        self.inner.life.check(self.inner.id)?;
        let package = match &options.package {
            Some(package) => Cow::Owned(package.clone()),
            None => self.package_of::<P>(options.existing_handle),
        };
        match options.existing_handle {
            None => {
                let (id, queue) = self.attach_new(&package, &options)?;
                Ok(self.bind(id, queue, package, options, Bound::Attached))
            }
            Some(id) => {
                if options.verify {
                    self.verify(id)?;
                }
                let queue = self.inner.shared.router.lock().bind(self.inner.id, id)?;
                Ok(self.bind(id, queue, package, options, Bound::Reattached))
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
    fn attach_new(&self, package: &str, options: &AttachOptions) -> Result<(HandleId, Queue)> {
        if package.is_empty() {
            let reason = "it is empty; name the plugin, for example with `attach_raw`";
            return Err(Error::config("package", reason));
        }
        let outgoing = Outgoing {
            plugin: Some(package),
            opaque_id: options.opaque_id.as_deref(),
            loop_index: options.loop_index,
            ..Outgoing::session("attach", self.inner.id)
        };
        let attempt = || Attempt {
            plugin: Some(Cow::Owned(package.to_owned())),
            ..Attempt::on_session("attach", self.inner.id)
        };
        match self.inner.call(outgoing, Expects::Attach, &attempt)? {
            Answer::Attached(id, queue) => Ok((id, queue)),
            _ => Err(Error::unexpected(attempt(), "the id of a handle", "")),
        }
    }

    /// Asks whether a handle exists: a keepalive that names it does nothing else.
    fn verify(&self, handle: HandleId) -> Result<()> {
        // Found out by `bind` as well, but a refusal sends nothing.
        self.inner
            .shared
            .router
            .lock()
            .check_free(self.inner.id, handle)?;
        let outgoing = Outgoing::handle("keepalive", self.inner.id, handle);
        let attempt = || Attempt::on_handle("keepalive", self.inner.id, handle);
        self.inner.call(outgoing, Expects::Core, &attempt).map(drop)
    }

    /// Makes the plugin of a handle, new or old.
    fn bind<P: Plugin>(
        &self,
        id: HandleId,
        queue: Queue,
        package: Cow<'static, str>,
        options: AttachOptions,
        bound: Bound,
    ) -> P {
        let ticket = HandleTicket::new(id, &package, options.opaque_id);
        self.inner.handles.lock().attached(ticket, &queue.life);
        let plugin = P::new(Handle::new(self.inner.clone(), id, package, queue));
        plugin.on_bound(bound);
        plugin
    }

    /// What it takes to go on with this session elsewhere, as it is now. Sends nothing and ends
    /// nothing.
    ///
    /// For a program that may die without a chance to [`abandon`](Self::abandon): written down
    /// whenever a handle was attached, it survives a kill or a power failure.
    pub fn ticket(&self) -> SessionTicket {
        self.inner.ticket()
    }

    /// Leaves the session on the server for somebody else to claim.
    ///
    /// Sends nothing: ends the keepalives, and closes the handles and their event queues here with
    /// [`CloseReason::Abandoned`]. The link stays; close it soon, as Janus goes on sending the
    /// session's events over it. [`SessionTicket::kept_for`] tells whether and how long the server
    /// keeps the session once the link is gone.
    pub fn abandon(self) -> SessionTicket {
        debug!("abandoned session {}", self.inner.id);
        self.inner.abandon()
    }

    /// Ends the session on the server, and all its handles with it.
    ///
    /// Sends `destroy` and waits for its answer. Handles that are still held are closed with
    /// [`CloseReason::Destroyed`] before it is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the session had ended before.
    ///
    /// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
    pub fn destroy(self) -> Result<()> {
        let id = self.inner.id;
        self.inner.life.check(id)?;
        self.inner
            .shared
            .router
            .lock()
            .end_session(id, CloseReason::Destroyed);
        let attempt = || Attempt::on_session("destroy", id);
        self.inner
            .call(Outgoing::session("destroy", id), Expects::Core, &attempt)
            .map(drop)
    }

    /// Whether it can still be used, as far as is known here. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] with the reason when it cannot.
    pub fn check(&self) -> Result<()> {
        self.inner.life.check(self.inner.id)
    }
}

impl SessionInner {
    fn call(
        &self,
        outgoing: Outgoing<'_>,
        expects: Expects,
        attempt: &dyn Fn() -> Attempt,
    ) -> Result<Answer> {
        let timeout = self.shared.config.request_timeout;
        self.shared.call(&Call {
            outgoing,
            expects,
            timeout,
            attempt,
        })
    }

    /// Ends the session here and sends nothing.
    pub(crate) fn abandon(&self) -> SessionTicket {
        let ticket = self.ticket();
        self.shared
            .router
            .lock()
            .end_session(self.id, CloseReason::Abandoned);
        ticket
    }

    fn ticket(&self) -> SessionTicket {
        SessionTicket {
            session_id: self.id,
            made: SystemTime::now(),
            kept_for: self.kept_for,
            handles: self.handles.lock().tickets(),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.inner.life.is_over() {
            let shared = &self.inner.shared;
            shared.drop_session(self.inner.id, CloseReason::Destroyed);
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.inner.id)
            .field("closed", &self.inner.life.why())
            .finish_non_exhaustive()
    }
}

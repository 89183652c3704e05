//! The event queue of a handle, as its readers see it.

use std::{
    fmt,
    marker::PhantomData,
    ops::Deref,
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvError, RecvTimeoutError, TryRecvError};

use crate::{
    CloseReason, Error, Event, HandleId, Jsep, Plugin, RawEvent, Result, SessionId,
    engine::{Engine, SILENCE},
    error::Scope,
    redact::masked,
    router::{Notice, Payload, Queue},
    sync,
};

/// The events of one handle, in the order in which they came.
///
/// Each event is decoded by the thread that reads it. A key that is `null` or has a wrong type counts
/// as absent. An event without something that its type requires is an [`Error::Decode`]; an
/// [`Error::Lagged`] marks where events did not fit into the queue. Reading can continue after either.
/// At the end of the queue every read returns [`Error::Closed`] with the reason. `Events` do not keep
/// their handle alive.
///
/// Several readers of a handle share the queue: each event goes to one of them.
///
/// # Limits
///
/// A queue holds up to [`Config::event_queue`] events (1024 by default) and
/// [`Config::event_queue_bytes`] (4 MiB). All queues of a connection together hold
/// [`Config::all_event_queues_bytes`] (16 MiB); when that is used up, the queue of each handle in use
/// still takes up to 128 KiB. Answers to requests do not count. [`Event::Reconnected`] and
/// [`Event::Unauthorized`] get into a full queue too, one of each until it is read.
///
/// [`Config::event_queue`]: crate::Config::event_queue
/// [`Config::event_queue_bytes`]: crate::Config::event_queue_bytes
/// [`Config::all_event_queues_bytes`]: crate::Config::all_event_queues_bytes
///
/// # Example
///
/// ```
/// use janus_blocking::Event;
///
/// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
/// # gateway.handle(echo.handle().id()).webrtc_up();
/// # gateway.handle(echo.handle().id()).detach();
/// for event in echo.events() {
///     match event? {
///         Event::WebrtcUp => println!("the PeerConnection is up"),
///         Event::Detached => break,
///         other => println!("{other:?}"),
///     }
/// }
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// Two handles, a timer and a channel of the program, in one loop:
///
/// ```
/// use std::time::Duration;
/// use janus_blocking::crossbeam_channel::{Receiver, select, tick};
/// use janus_blocking::{EchoTest, Error, Event, Events, Result, Sip, sip};
///
/// fn story(sip: &Events<Sip>, echo: &Events<EchoTest>, stop: &Receiver<()>) -> Result<()> {
///     let watchdog = tick(Duration::from_secs(5));
///     loop {
///         select! {
///             recv(sip.receiver()) -> raw => match sip.decode(raw) {
///                 Ok(Event::Plugin { event: sip::Event::IncomingCall(call), jsep }) => {
///                     println!("{} calls, with an offer: {}", call.username, jsep.is_some());
///                 }
///                 Ok(event) => println!("{event:?}"),
///                 // Reading goes on after these two.
///                 Err(Error::Lagged { lost, .. }) => println!("{lost} events are missing here"),
///                 Err(error @ Error::Decode { .. }) => println!("{error}"),
///                 // The queue has ended.
///                 Err(error) => return Err(error),
///             },
///             recv(echo.receiver()) -> raw => println!("{:?}", echo.decode(raw)?),
///             recv(watchdog) -> _ => println!("still here"),
///             recv(stop) -> _ => return Ok(()),
///         }
///     }
/// }
/// ```
pub struct Events<P> {
    queue: Queue,
    handle: HandleId,
    session: SessionId,
    engine: Arc<Engine>,
    plugin: PhantomData<fn() -> P>,
}

impl<P: Plugin> Events<P> {
    pub(crate) fn new(
        queue: Queue,
        handle: HandleId,
        session: SessionId,
        engine: Arc<Engine>,
    ) -> Self {
        Self {
            queue,
            handle,
            session,
            engine,
            plugin: PhantomData,
        }
    }

    /// Waits for the next event, without a time limit.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] at the end, [`Error::Lagged`] where events are missing,
    /// [`Error::Decode`] for one that lacks what its type requires.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::echotest::{Event, Settings};
    ///
    /// # let (_gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// echo.handle().send(&Settings::new().audio(true))?;
    /// let event = echo.events().recv()?;
    /// assert_eq!(event.into_plugin(), Some(Event::Ok));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn recv(&self) -> Result<Event<P::Event>> {
        match self.wait(None) {
            Ok(event) => self.decode(Ok(event)),
            Err(_) => Err(self.closed()),
        }
    }

    /// Waits for the next event, at most for `timeout`; `None` if none came.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// let event = echo.events().recv_timeout(Duration::from_millis(2))?;
    /// assert_eq!(event, None);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Option<Event<P::Event>>> {
        match self.wait(sync::now().checked_add(timeout)) {
            Ok(event) => self.decode(Ok(event)).map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(self.closed()),
        }
    }

    /// Waits for what comes next in the queue. While much comes this thread reads it off the link
    /// itself, so that events cross no thread; after a while of silence it leaves that to the
    /// connection's thread and sleeps, as somebody may end the queue without anything coming.
    fn wait(&self, deadline: Option<Instant>) -> Result<RawEvent, RecvTimeoutError> {
        let receiver = &self.queue.receiver;
        loop {
            match receiver.try_recv() {
                Ok(event) => return Ok(event),
                Err(TryRecvError::Disconnected) => return Err(RecvTimeoutError::Disconnected),
                Err(TryRecvError::Empty) => {}
            }
            let silence = sync::now() + SILENCE;
            let until = deadline.map_or(silence, |deadline| silence.min(deadline));
            let mine = || !receiver.is_empty();
            if self.queue.closed.is_over() || !self.engine.read_until(until, mine) {
                return self.engine.asleep(|| match deadline {
                    Some(deadline) => sync::recv_deadline(receiver, deadline),
                    None => receiver.recv().map_err(Into::into),
                });
            }
        }
    }

    /// Returns the next event, or `None` if there is none now. Does not wait.
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    ///
    /// # Example
    ///
    /// ```
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// while let Some(event) = echo.events().try_recv()? {
    ///     println!("{event:?}");
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn try_recv(&self) -> Result<Option<Event<P::Event>>> {
        match self.queue.receiver.try_recv() {
            Ok(event) => self.decode(Ok(event)).map(Some),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(self.closed()),
        }
    }

    /// Iterates over the events, waiting for each. The last item is the [`Error::Closed`] that says
    /// why the queue has ended.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::Event;
    ///
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// # gateway.handle(echo.handle().id()).webrtc_up();
    /// # gateway.handle(echo.handle().id()).detach();
    /// let events: Vec<_> = echo.events().iter().collect();
    /// assert!(matches!(events[..], [Ok(Event::WebrtcUp), Ok(Event::Detached), Err(_)]));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn iter(&self) -> Iter<'_, P> {
        Iter {
            events: Held::Lent(self),
            over: false,
        }
    }

    /// Returns the channel itself, for `crossbeam_channel::select!`. Pass what it delivers to
    /// [`decode`](Self::decode).
    ///
    /// A queue that has ended is always ready, with the error that says why. In a loop over several
    /// queues replace it by `never()`, or the loop spins.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, crossbeam_channel::{never, select}};
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let (left, right): (EchoTest, EchoTest) = (session.attach()?, session.attach()?);
    /// # gateway.handle(left.handle().id()).detach();
    /// # gateway.handle(right.handle().id()).webrtc_up();
    /// # gateway.handle(right.handle().id()).detach();
    /// let events = [left.events(), right.events()];
    /// let mut queues = [events[0].receiver().clone(), events[1].receiver().clone()];
    /// let mut ended = 0;
    /// while ended < queues.len() {
    ///     let (index, raw) = select! {
    ///         recv(queues[0]) -> raw => (0, raw),
    ///         recv(queues[1]) -> raw => (1, raw),
    ///     };
    ///     if raw.is_err() {
    ///         queues[index] = never();
    ///         ended += 1;
    ///     }
    ///     println!("{index}: {:?}", events[index].decode(raw));
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn receiver(&self) -> &Receiver<RawEvent> {
        self.engine.request_reader();
        &self.queue.receiver
    }

    /// Decodes a message from [`receiver`](Self::receiver).
    ///
    /// # Errors
    ///
    /// As for [`recv`](Self::recv).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::echotest::{Event, Settings};
    ///
    /// # let (_gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// echo.handle().send(&Settings::new().audio(true))?;
    /// let events = echo.events();
    /// let raw = events.receiver().recv();
    /// assert_eq!(events.decode(raw)?.into_plugin(), Some(Event::Ok));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn decode(&self, raw: std::result::Result<RawEvent, RecvError>) -> Result<Event<P::Event>> {
        let Ok(RawEvent { payload, charge }) = raw else {
            return Err(self.closed());
        };
        // It waits no longer: the next one has its room.
        drop(charge);
        match payload {
            Payload::Lagged(lost) => Err(Error::Lagged { lost: lost.take() }),
            Payload::Core(text) => Event::core(&text),
            // Of a `monitor::Receiver`, which decodes it.
            #[cfg(feature = "monitor")]
            Payload::Monitor(text) => Event::core(&text),
            Payload::Notice { notice, .. } => Ok(match notice {
                Notice::Reconnected { gap } => Event::Reconnected { gap },
                Notice::Unauthorized => Event::Unauthorized,
            }),
            Payload::Plugin { data, jsep } => {
                let event = P::decode(&data).map_err(|error| {
                    Error::decode(format!("an event of {}", P::PACKAGE), data.get(), error)
                })?;
                let jsep = jsep.map(|jsep| Jsep::received(&jsep));
                Ok(Event::Plugin { event, jsep })
            }
        }
    }

    /// Why the queue has ended; `None` while it has not. Events may still be in it.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{CloseReason, EchoTest};
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let echo: EchoTest = session.attach()?;
    /// let events = echo.events();
    /// assert_eq!(events.close_reason(), None);
    /// session.destroy()?;
    /// assert_eq!(events.close_reason(), Some(CloseReason::Destroyed));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn close_reason(&self) -> Option<CloseReason> {
        self.queue.closed.why()
    }

    fn closed(&self) -> Error {
        // The scope of what ended: the session's end is the end of all its handles.
        let scope = match self.queue.closed.why() {
            Some(CloseReason::Detached | CloseReason::DetachedByServer) => self.handle.into(),
            _ => Scope::Session(self.session),
        };
        match self.queue.closed.check(scope) {
            Err(failure) => failure.into(),
            Ok(()) => Error::closed(scope, CloseReason::ConnectionClosed),
        }
    }
}

/// As [`Events::iter`], for `for event in plugin.events()`.
impl<P: Plugin> IntoIterator for Events<P> {
    type Item = Result<Event<P::Event>>;
    type IntoIter = Iter<'static, P>;

    fn into_iter(self) -> Iter<'static, P> {
        Iter {
            events: Held::Own(self),
            over: false,
        }
    }
}

/// As [`Events::iter`].
impl<'a, P: Plugin> IntoIterator for &'a Events<P> {
    type Item = Result<Event<P::Event>>;
    type IntoIter = Iter<'a, P>;

    fn into_iter(self) -> Iter<'a, P> {
        self.iter()
    }
}

impl<P> fmt::Debug for Events<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("handle", &self.handle)
            .field("waiting", &self.queue.receiver.len())
            .field("closed", &self.queue.closed.why())
            .finish_non_exhaustive()
    }
}

/// Masks secrets, and hides session descriptions.
impl fmt::Debug for RawEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.payload {
            Payload::Plugin { data, jsep } => f
                .debug_struct("Plugin")
                .field("data", &masked(data.get()))
                .field("jsep", &jsep.as_ref().map(|_| "***"))
                .finish(),
            Payload::Core(text) => f.debug_tuple("Core").field(&masked(text)).finish(),
            #[cfg(feature = "monitor")]
            Payload::Monitor(text) => write!(f, "Monitor({} bytes)", text.len()),
            other => other.fmt(f),
        }
    }
}

/// The iterator of [`Events::iter`].
pub struct Iter<'a, P> {
    events: Held<'a, P>,
    over: bool,
}

enum Held<'a, P> {
    Own(Events<P>),
    Lent(&'a Events<P>),
}

impl<P> Deref for Held<'_, P> {
    type Target = Events<P>;

    fn deref(&self) -> &Events<P> {
        match self {
            Self::Own(events) => events,
            Self::Lent(events) => events,
        }
    }
}

impl<P: Plugin> Iterator for Iter<'_, P> {
    type Item = Result<Event<P::Event>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let item = self.events.recv();
        self.over = matches!(item, Err(Error::Closed { .. }));
        Some(item)
    }
}

impl<P> fmt::Debug for Iter<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter")
            .field("events", &*self.events)
            .field("over", &self.over)
            .finish()
    }
}

//! An in-process Janus for your tests: feature `testing`.
//!
//! [`FakeGateway`] speaks the Janus API over WebSockets and HTTP on the loopback address, over Unix
//! sockets, and over links without sockets. It implements sessions, handles, their timeouts,
//! claims, the core's errors with their texts, EchoTest, AudioBridge without audio, Streaming without
//! media, TextRoom without data channels, and what a door station needs of SIP. The test plays every other
//! plugin, request by request. The gateway can lose, delay, repeat, reorder, garble and cut what it sends,
//! stop responding, and restart. Unlike Janus, it reads no more than 127 objects and arrays inside each
//! other.
//!
//! A test of a program's own code:
//!
//! ```
//! use janus_blocking::{Connection, Error, ErrorCode, Result, serde_json::json};
//! use janus_blocking::testing::{Expect, FakeGateway, Fault, When};
//!
//! /// The program's own: how many people are in a room.
//! fn head_count(url: &str, room: u64) -> Result<usize> {
//!     let janus = Connection::open(url)?;
//!     let session = janus.create_session()?;
//!     let videoroom = session.attach_raw("janus.plugin.videoroom")?;
//!     let answer = videoroom.request(json!({"request": "listparticipants", "room": room}))?;
//!     Ok(answer["participants"].as_array().map_or(0, Vec::len))
//! }
//!
//! // A `#[test]` of yours:
//! fn heads_are_counted_and_failures_are_told() -> Result<()> {
//!     let gateway = FakeGateway::start()?;
//!     let asked = json!({"request": "listparticipants", "room": 1234});
//!     let told = json!({"videoroom": "participants", "participants": [{"id": 1}, {"id": 2}]});
//!     gateway.expect(Expect::request("janus.plugin.videoroom", asked).answer(told));
//!     assert_eq!(head_count(&gateway.url(), 1234)?, 2);
//!
//!     gateway.accept_sessions(false);
//!     let full = head_count(&gateway.url(), 1234).unwrap_err();
//!     assert_eq!(full.code(), Some(ErrorCode::new(472)));
//!
//!     gateway.accept_sessions(true);
//!     gateway.inject_when(When::answer_to("attach"), Fault::Close);
//!     let broken = head_count(&gateway.url(), 1234).unwrap_err();
//!     assert!(matches!(broken, Error::Transport { .. }));
//!     Ok(())
//! }
//! # heads_are_counted_and_failures_are_told()?;
//! # Ok::<(), Error>(())
//! ```
//!
//! What the plugins answer and say need not be written by hand: [`wire`] has the JSON of all of them.
//!
//! A VideoRoom request that the test does not expect, or an expected one that does not come, fails the
//! test when the gateway is dropped, and shows the difference.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

mod attached;
mod builder;
mod clock;
mod connections;
mod diff;
mod fake_handle;
mod fault;
mod gateway;
mod http;
mod injector;
mod memory;
mod random;
mod random_faults;
mod recorded;
mod runtime;
mod script;
mod settings;
mod sip_network;
mod sockets;
#[cfg(target_os = "linux")]
mod unix;
mod websocket;
pub mod wire;

pub use attached::{AUDIO_SDP, attached, connected, with_answer, with_event, with_outcome};
pub use builder::Builder;
pub use fake_handle::FakeHandle;
pub use fault::{Fault, FaultCounts, FaultKind, When};
pub use gateway::CallState;
pub use random_faults::RandomFaults;
pub use recorded::Recorded;
pub use script::Expect;
pub use settings::Version;
pub use sip_network::{SipCall, SipNetwork};

use crate::{Config, Connection, HandleId, Result, SessionId};
use gateway::Gateway;
use injector::{Action, Ending, Injector};
use memory::Memory;
use runtime::Runtime;
use sockets::Sockets;

/// An in-process Janus.
///
/// It runs on threads of its own until it is dropped. All methods may be called from any thread.
/// Only those whose names begin with `wait_` block, and the drop, which ends all links.
///
/// # Panics
///
/// The drop panics when a request came that was not [expected](Self::expect), or an expected one
/// did not come, so that the test fails. It does not panic during another panic, nor when the
/// gateway was built with [`strict(false)`](Builder::strict).
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use janus_blocking::{Connection, EchoTest, echotest::Settings, testing::FakeGateway};
///
/// let gateway = FakeGateway::builder().reclaim_timeout(Duration::from_secs(10)).start()?;
/// let first = Connection::open(&gateway.url())?;
/// let session = first.create_session()?;
/// let _echo: EchoTest = session.attach()?;
/// let ticket = session.abandon();
/// gateway.drop_links();
///
/// let second = gateway.connect()?;
/// let resumed = second.resume(&ticket)?;
/// let echo: EchoTest = resumed.session.reattach(resumed.handles[0].id)?;
/// echo.configure(&Settings::new().audio(false))?;
/// # Ok::<(), janus_blocking::Error>(())
/// ```
pub struct FakeGateway {
    runtime: Arc<Runtime>,
    sockets: Sockets,
    clock: Option<JoinHandle<()>>,
    endpoint: String,
}

/// Tells the endpoints of links in memory apart.
static GATEWAYS: AtomicUsize = AtomicUsize::new(1);

impl FakeGateway {
    /// Starts a Janus 1.1.2 with its default settings, on a free port: sessions time out after 60 s
    /// and end with their links, and no secret is needed.
    ///
    /// # Errors
    ///
    /// As for [`Builder::start`].
    pub fn start() -> Result<Self> {
        Self::builder().start()
    }

    /// Returns a builder for a gateway with other settings.
    pub fn builder() -> Builder {
        Builder::new()
    }

    fn run(gateway: Gateway, injector: Injector, manual: bool, port: u16) -> Result<Self> {
        let failed = |source| sockets::cannot_start(format!("ws://127.0.0.1:{port}"), source);
        let runtime = Runtime::new(gateway, injector, manual);
        let sockets = Sockets::listen(&runtime, port).map_err(failed)?;
        let number = GATEWAYS.fetch_add(1, Ordering::Relaxed);
        let mut running = Self {
            runtime: runtime.clone(),
            sockets,
            clock: None,
            endpoint: format!("fake://{number}"),
        };
        if !manual {
            let clock =
                runtime::spawn("fake-janus-clock", move || runtime.run_clock()).map_err(failed)?;
            running.clock = Some(clock);
        }
        Ok(running)
    }

    fn core<T>(&self, act: impl FnOnce(&mut Gateway) -> T) -> T {
        self.runtime.with(|state, _| act(&mut state.gateway))
    }

    /// Opens a connection to it without sockets, with the default [`Config`].
    ///
    /// # Errors
    ///
    /// As for [`Connection::open`].
    pub fn connect(&self) -> Result<Connection> {
        self.connect_with(Config::new(self.endpoint.clone()))
    }

    /// Opens a connection to it without sockets, with these settings; their `url` is ignored.
    ///
    /// # Errors
    ///
    /// As for [`Connection::open`].
    pub fn connect_with(&self, mut config: Config) -> Result<Connection> {
        config.url.clone_from(&self.endpoint);
        config
            .transport(Memory {
                runtime: self.runtime.clone(),
                address: self.endpoint.clone(),
            })
            .open()
    }

    /// Expects a request to a plugin, and sets its answer.
    ///
    /// A request is answered by the first expectation that fits it, in the order in which they were
    /// given. Once a plugin has an expectation, every request to it must be expected: others are
    /// answered with error 490, and fail the test when the gateway is dropped. EchoTest, SIP,
    /// AudioBridge, Streaming and TextRoom answer by themselves until they have an expectation.
    pub fn expect(&self, expect: Expect) {
        self.core(|core| core.script.expect(expect));
    }

    /// Waits until everything that is expected has come; `false` when the time passes first.
    pub fn wait_expected(&self, limit: Duration) -> bool {
        let met = |state: &mut runtime::State| (state.gateway.script.unmet() == 0).then_some(());
        self.runtime.wait(limit, met).is_some()
    }

    /// Checks now what the drop would check, and starts anew.
    ///
    /// # Panics
    ///
    /// When requests came that were not expected, or expected ones did not come.
    pub fn verify(&self) {
        let verdict = self.core(|core| core.script.verdict());
        if let Some(verdict) = verdict {
            panic!("{verdict}");
        }
    }

    /// The requests that came, in order; see [`Builder::recorded`] for how many.
    pub fn requests(&self) -> Vec<Recorded> {
        self.core(|core| core.record.iter().cloned().collect())
    }

    /// The number of requests since the start.
    pub fn request_count(&self) -> u64 {
        self.core(|core| core.record.count)
    }

    /// Waits for a request, past ones included, and returns the first that `wanted` accepts; `None`
    /// when the time passes first. `wanted` is asked about each once, and may use the gateway.
    pub fn wait_request(
        &self,
        limit: Duration,
        wanted: impl Fn(&Recorded) -> bool,
    ) -> Option<Recorded> {
        let deadline = Instant::now() + limit;
        let mut seen = 0;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            // Asked outside of the gateway's lock, as `wanted` may use the gateway.
            let new = self.runtime.wait(left, |state| {
                let record = &state.gateway.record;
                let new = record.since(seen);
                seen = record.count;
                (!new.is_empty()).then_some(new)
            })?;
            if let Some(found) = new.into_iter().find(|request| wanted(request)) {
                return Some(found);
            }
            if left.is_zero() {
                return None;
            }
        }
    }

    /// The server's side of a handle, to make events happen.
    pub fn handle(&self, id: impl Into<HandleId>) -> FakeHandle<'_> {
        FakeHandle {
            gateway: self,
            id: id.into(),
        }
    }

    /// The SIP network around it, for users and calls.
    pub fn sip(&self) -> SipNetwork<'_> {
        SipNetwork { gateway: self }
    }

    /// The ids of all sessions.
    pub fn sessions(&self) -> Vec<SessionId> {
        self.core(|core| core.sessions.keys().copied().map(SessionId::new).collect())
    }

    /// The ids of all handles of all sessions, in the order in which they were attached.
    pub fn handles(&self) -> Vec<HandleId> {
        self.core(|core| {
            let sessions = core.sessions.values();
            let handles = sessions.flat_map(|session| &session.handles);
            let mut ids: Vec<_> = handles.map(|(id, it)| (it.number, *id)).collect();
            ids.sort_unstable();
            ids.into_iter().map(|(_, id)| HandleId::new(id)).collect()
        })
    }

    /// The number of open links.
    pub fn link_count(&self) -> usize {
        self.runtime.with(|state, _| state.links().len())
    }

    /// Waits until that many links are open; `false` when the time passes first.
    pub fn wait_links(&self, count: usize, limit: Duration) -> bool {
        let reached = |state: &mut runtime::State| (state.links().len() == count).then_some(());
        self.runtime.wait(limit, reached).is_some()
    }

    /// Applies a fault to the next message.
    pub fn inject(&self, fault: Fault) {
        self.inject_when(When::Next, fault);
    }

    /// Applies a fault to the next message that `when` describes.
    pub fn inject_when(&self, when: When, fault: Fault) {
        self.runtime
            .with(|state, _| state.injector.plan(when, fault));
    }

    /// Starts random faults, or ends them with `None`.
    pub fn random_faults(&self, faults: Option<RandomFaults>) {
        self.runtime.with(|state, _| state.injector.random = faults);
    }

    /// How often each kind of fault has happened.
    pub fn fault_counts(&self) -> FaultCounts {
        self.runtime.with(|state, _| state.injector.counts.clone())
    }

    /// The number of faults that still wait for their message.
    pub fn faults_planned(&self) -> usize {
        self.runtime.with(|state, _| state.injector.planned())
    }

    /// Ends all links without a close, as if the clients had gone; the gateway notices.
    pub fn drop_links(&self) {
        self.each_link(|link| Action::End(link, Ending::Sudden));
        self.sockets.end_connections();
    }

    /// Stops all traffic: the links stay open, but nothing is read and nothing is sent any more.
    pub fn silence_links(&self) {
        self.each_link(Action::Silence);
        self.sockets.silence_connections();
    }

    fn each_link(&self, action: impl Fn(u64) -> Action) {
        self.runtime.with(|state, now| {
            for link in state.links() {
                state.perform(action(link), now);
            }
        });
    }

    /// Restarts the server: all links end, all sessions are gone, new links are accepted.
    pub fn restart(&self) {
        self.runtime.with(|state, _| state.restart());
        self.sockets.end_connections();
    }

    /// Accepts new links, or refuses them like a server that is down. Open links stay open.
    ///
    /// ```
    /// use std::time::Duration;
    /// use janus_blocking::{Config, connection::ConnectionState, testing::FakeGateway};
    ///
    /// let gateway = FakeGateway::start()?;
    /// let config = Config::new("").request_timeout(Duration::from_millis(50));
    /// let janus = gateway.connect_with(config)?;
    /// gateway.accept_links(false);
    /// gateway.drop_links();
    /// assert!(janus.ping().unwrap_err().is_timeout());
    /// gateway.accept_links(true);
    /// while janus.state() != ConnectionState::Connected {
    ///     std::thread::sleep(Duration::from_millis(1));
    /// }
    /// janus.ping()?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn accept_links(&self, accept: bool) {
        self.runtime.with(|state, _| state.closed = !accept);
    }

    /// Accepts new sessions, or refuses them with error 472.
    pub fn accept_sessions(&self, accept: bool) {
        self.core(|core| core.accepting = accept);
    }

    /// Moves a [manual clock](Builder::manual_clock) forward, and does everything that is due by
    /// then.
    ///
    /// # Panics
    ///
    /// When the clock is not a manual one.
    pub fn advance(&self, time: Duration) {
        assert!(
            self.runtime.is_manual(),
            "only a gateway with a manual clock can be advanced: Builder::manual_clock"
        );
        self.runtime.advance(time);
    }
}

impl Drop for FakeGateway {
    fn drop(&mut self) {
        let verdict = self.core(|core| core.script.verdict());
        self.runtime.stop();
        self.sockets.stop();
        if let Some(clock) = self.clock.take() {
            let _ = clock.join();
        }
        if let Some(verdict) = verdict.filter(|_| !thread::panicking()) {
            panic!("{verdict}");
        }
    }
}

impl fmt::Debug for FakeGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeGateway")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

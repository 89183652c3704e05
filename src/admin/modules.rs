//! Plugins, transports, event handlers and loggers, and what goes to the last two.

use std::{borrow::Cow, collections::BTreeMap};

use derive_setters::Setters;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json, value::RawValue};
use serde_with::skip_serializing_none;

use super::{Admin, Request, decode};
use crate::{
    AudioBridge, Error, Plugin, Result, TextRoom, audiobridge,
    error::RequestContext,
    plugin::{Done, Refusal, Secret},
    redact::shown,
    wire,
};

/// Requests, by plugin and name, for which Janus looks at the session of a handle that is not there.
const CRASHING: [(&str, &str); 2] = [
    (
        AudioBridge::PACKAGE,
        <audiobridge::Suspend as crate::Request>::NAME,
    ),
    (
        AudioBridge::PACKAGE,
        <audiobridge::Resume as crate::Request>::NAME,
    ),
];

/// What changes in a transport; see [`Admin::configure_transport`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "configure")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct TransportSettings {
    /// Whether event handlers hear of its connections. **Not set means `false`.**
    pub events: Option<bool>,
    /// How it writes JSON: `indented`, `plain` or `compact`.
    pub json: Option<String>,
    /// The levels of libwebsockets that are logged, separated by commas (WebSockets only).
    pub logging: Option<String>,
}

/// What changes in an event handler; see [`Admin::tweak_event_handler`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "tweak")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct EventHandlerSettings {
    /// The kinds of events that it passes on: `none`, `all`, or some of `sessions`, `handles`, `jsep`,
    /// `webrtc`, `media`, `plugins`, `transports`, `core`, `external`, separated by commas.
    pub events: Option<String>,
    /// Whether it sends several events together (all but MQTT and GELF).
    pub grouping: Option<bool>,
    /// Where it sends them (sampleevh, GELF).
    pub backend: Option<String>,
    /// The user name for that (sampleevh).
    pub backend_user: Option<String>,
    /// The password for that (sampleevh).
    pub backend_pwd: Option<Secret>,
    /// How often it tries again (sampleevh).
    #[setters(into = false)]
    pub max_retransmissions: Option<u32>,
    /// The first pause between two attempts, in milliseconds; each is twice as long as the one
    /// before (sampleevh).
    #[setters(into = false)]
    pub retransmissions_backoff: Option<u32>,
    /// Whether it compresses events (sampleevh, GELF).
    pub compress: Option<bool>,
    /// How hard it compresses them, from 0 to 9 (sampleevh, GELF).
    #[setters(into = false)]
    pub compression: Option<u32>,
    /// How many events it keeps for the next connection (wsevh, since 1.3.0).
    #[setters(into = false)]
    pub events_cap_on_reconnect: Option<u32>,
    /// The port of the backend, a text (GELF).
    pub port: Option<String>,
    /// `tcp` or `udp` (GELF). Without it a change of a GELF handler crashes Janus.
    pub protocol: Option<String>,
    /// How many bytes a datagram may have (GELF).
    #[setters(into = false)]
    pub max_message_len: Option<u32>,
}

impl TransportSettings {
    /// Creates a request that switches the events of the transport off, and changes nothing else.
    pub fn new() -> Self {
        Self::default()
    }
}

impl EventHandlerSettings {
    /// Creates a request that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }
}

/// The connections of a transport; see [`Admin::transport_connections`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct TransportConnections {
    /// How many there are, over all its ports.
    pub connections: u64,
    /// HTTP only: how many there are by port, `http`, `https`, `admin_http` and `admin_https`.
    pub by_port: BTreeMap<String, u64>,
    /// HTTP only: how many messages each of them waits to answer, long polls included.
    pub messages: BTreeMap<String, u64>,
}

/// `message_plugin` with its request inside.
#[derive(Serialize)]
struct Message<'a, B: Serialize> {
    plugin: &'a str,
    request: Body<'a, B>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a, B: Serialize> {
    /// As it is: raw JSON cannot be taken apart.
    Plain(&'a B),
    With {
        #[serde(flatten)]
        body: &'a B,
        transaction: &'static str,
    },
}

#[derive(Deserialize)]
struct Responded<'a> {
    #[serde(borrow)]
    response: &'a RawValue,
}

impl Admin {
    /// Sends a request to a plugin without a handle, and waits for its answer.
    ///
    /// Sends `message_plugin`. The request is one of the plugin's own types, and its reply too.
    /// Janus takes the requests of VideoRoom, AudioBridge, Streaming and TextRoom that it answers
    /// at once (those about rooms and mountpoints), Record&Play's `update`, and EchoTest's, which
    /// it returns as they are.
    ///
    /// # Errors
    ///
    /// [`Error::Plugin`] when the plugin refuses, [`Error::Janus`] with 460 when the server has no
    /// such plugin, and with 490 for a plugin that takes no such requests: SIP, NoSIP, VideoCall.
    /// [`Error::Config`] for AudioBridge's [`Suspend`](audiobridge::Suspend) and [`Resume`](audiobridge::Resume),
    /// which would crash Janus. (TextRoom's [`Kick`](crate::textroom::Kick) does where event handlers are on.)
    ///
    /// # Example
    ///
    /// ```no_run
    /// use janus_blocking::videoroom::{Create, List};
    ///
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// admin.message_plugin(&Create::new().room(1234).description("lobby"))?;
    /// for room in admin.message_plugin(&List::new())?.list {
    ///     println!("{} {}", room.room, room.description);
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn message_plugin<R: crate::Request>(&self, request: &R) -> Result<R::Reply> {
        let package = <R::Plugin as Plugin>::PACKAGE;
        if CRASHING.contains(&(package, R::NAME)) {
            return Err(Error::config(
                "request",
                format!(
                    "Janus ends, with all calls, where `{}` of {package} comes without a handle; send it from one",
                    R::NAME
                ),
            ));
        }
        let text = self.message(package, request, R::IDEMPOTENT)?;
        let response = response(&MESSAGE, &text)?;
        if let Some(refusal) = <R::Plugin as Plugin>::refusal(response) {
            return Err(refused(request.name(), package, refusal));
        }
        R::reply(response).map_err(|error| {
            let what = format!("a reply to `{}` of {package}", request.name());
            Error::decode(what, response.get(), error)
        })
    }

    /// Sends JSON to a plugin without a handle, for plugins and requests without types; see
    /// [`message_plugin`](Self::message_plugin).
    ///
    /// Returns the plugin's answer as it came, be it a refusal.
    ///
    /// # Errors
    ///
    /// As for [`message_plugin`](Self::message_plugin), without [`Error::Plugin`], and without a look at what would
    /// crash Janus.
    ///
    /// # Example
    ///
    /// ```
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// let request = janus_blocking::serde_json::json!({ "any": "thing" });
    /// let echoed = admin.message_plugin_raw("janus.plugin.echotest", &request)?;
    /// assert_eq!(echoed.get(), request.to_string());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn message_plugin_raw(
        &self,
        package: &str,
        request: &impl Serialize,
    ) -> Result<Box<RawValue>> {
        let text = self.message(package, request, false)?;
        response(&MESSAGE, &text).map(ToOwned::to_owned)
    }

    fn message<B: Serialize>(&self, plugin: &str, body: &B, reads: bool) -> Result<Box<str>> {
        // TextRoom wants one inside too, and answers without it here.
        let body = if plugin == TextRoom::PACKAGE {
            let transaction = "admin";
            Body::With { body, transaction }
        } else {
            Body::Plain(body)
        };
        let request = Request { reads, ..MESSAGE };
        let message = Message {
            plugin,
            request: body,
        };
        self.ask(&request, &message)
    }

    /// Changes settings of a transport, by its package name: `janus.transport.websockets`.
    ///
    /// Sends `query_transport` with `configure`. Returns Janus's notes on what it ignored.
    ///
    /// # Errors
    ///
    /// [`Error::Plugin`] when the transport refuses, [`Error::Janus`] with 460 when the server has
    /// no such transport.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use janus_blocking::admin::TransportSettings;
    ///
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// let compact = TransportSettings::new().json("compact").events(true);
    /// admin.configure_transport("janus.transport.websockets", &compact)?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn configure_transport(
        &self,
        package: &str,
        settings: &TransportSettings,
    ) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Configured {
            #[serde(default)]
            notes: Vec<String>,
        }
        let request = Request::changing("query_transport");
        let configured: Configured =
            self.query(&request, ("transport", package), "configure", settings)?;
        Ok(configured.notes)
    }

    /// Counts the connections of a transport, by its package name: `janus.transport.http`,
    /// `janus.transport.websockets` or `janus.transport.pfunix`.
    ///
    /// Sends `query_transport` with `connections`.
    ///
    /// # Errors
    ///
    /// As for [`configure_transport`](Self::configure_transport).
    ///
    /// # Example
    ///
    /// ```no_run
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// let found = admin.transport_connections("janus.transport.websockets")?;
    /// println!("{} WebSockets", found.connections);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn transport_connections(&self, package: &str) -> Result<TransportConnections> {
        #[derive(Deserialize)]
        struct Counted {
            #[serde(default)]
            connections: Value,
            #[serde(default)]
            messages: BTreeMap<String, u64>,
        }
        let request = Request::reading("query_transport");
        let body = json!({ "request": "connections" });
        let counted: Counted =
            self.query(&request, ("transport", package), "connections", &body)?;
        let by_port: BTreeMap<String, u64> =
            serde_json::from_value(counted.connections.clone()).unwrap_or_default();
        Ok(TransportConnections {
            connections: counted.connections.as_u64().unwrap_or_else(|| {
                by_port
                    .values()
                    .fold(0, |all, one| all.saturating_add(*one))
            }),
            by_port,
            messages: counted.messages,
        })
    }

    /// Changes settings of an event handler, by its package name: `janus.eventhandler.sampleevh`.
    ///
    /// Sends `query_eventhandler` with `tweak`. The package decides which settings it knows; it
    /// ignores others.
    ///
    /// # Errors
    ///
    /// [`Error::Plugin`] when the handler refuses, [`Error::Janus`] with 460 when the server has no
    /// such handler, or event handlers are off.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use janus_blocking::admin::EventHandlerSettings;
    ///
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// let fewer = EventHandlerSettings::new().events("sessions,handles");
    /// admin.tweak_event_handler("janus.eventhandler.sampleevh", &fewer)?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn tweak_event_handler(
        &self,
        package: &str,
        settings: &EventHandlerSettings,
    ) -> Result<()> {
        let request = Request::changing("query_eventhandler");
        self.query(&request, ("handler", package), "tweak", settings)
            .map(|Done| ())
    }

    /// Sends JSON to a logger, by its package name, and returns its answer as it came.
    ///
    /// Sends `query_logger`. The one that comes with Janus, `janus.logger.jsonlog`, knows no
    /// request.
    ///
    /// # Errors
    ///
    /// [`Error::Plugin`] when the logger refuses, [`Error::Janus`] with 460 when the server has no
    /// such logger.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// let request = janus_blocking::serde_json::json!({ "request": "rotate" });
    /// admin.query_logger("org.example.logger", &request)?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn query_logger(&self, package: &str, request: &impl Serialize) -> Result<Value> {
        let envelope = Request::changing("query_logger");
        self.query(&envelope, ("logger", package), "query_logger", request)
    }

    /// Gives the event handlers an event of the program's own.
    ///
    /// Sends `custom_event`. Janus acknowledges it, whether there are event handlers or not; they
    /// send it as an event of type 4 with `schema` and `data`. `data` has to be a JSON object.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`] with 467 when `data` is not an object.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::serde_json::json;
    ///
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// admin.custom_event("doorbell", &json!({ "button": 1 }))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn custom_event(&self, schema: &str, data: &impl Serialize) -> Result<()> {
        #[derive(Serialize)]
        struct Event<'a, D: Serialize> {
            schema: &'a str,
            data: &'a D,
        }
        let request = Request::changing("custom_event");
        self.order(&request, &Event { schema, data })
    }

    /// Adds a line to Janus's log.
    ///
    /// Sends `custom_logline`. `level` is as for [`set_log_level`](Self::set_log_level): from 0 to
    /// 7; `None`, or another number: 4.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// # let admin = gateway.admin()?;
    /// admin.custom_logline("the night shift begins", None)?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn custom_logline(&self, line: &str, level: Option<u32>) -> Result<()> {
        let mut parameters = json!({ "line": line });
        if let Some(level) = level {
            parameters["level"] = level.into();
        }
        self.order(&Request::changing("custom_logline"), &parameters)
    }

    /// Asks a module for something, and decodes its answer.
    fn query<T: DeserializeOwned>(
        &self,
        request: &Request,
        (key, package): (&'static str, &str),
        name: &'static str,
        body: &impl Serialize,
    ) -> Result<T> {
        let parameters = BTreeMap::from([
            (key, Either::Package(package)),
            ("request", Either::Body(body)),
        ]);
        let text = self.ask(request, &parameters)?;
        let response = response(request, &text)?;
        match wire::refusal(response) {
            Some(refusal) => Err(refused(name.into(), package, refusal)),
            None => decode(request, response.get()),
        }
    }
}

/// A package's name, or what it is asked.
#[derive(Serialize)]
#[serde(untagged)]
enum Either<'a, B> {
    Package(&'a str),
    Body(&'a B),
}

const MESSAGE: Request = Request::changing("message_plugin");

fn response<'a>(request: &Request, text: &'a str) -> Result<&'a RawValue> {
    let responded = serde_json::from_str::<Responded<'_>>(text);
    let responded = responded.map_err(|error| {
        let what = format!("the answer to `{}`", request.name);
        Error::decode(what, text, error)
    })?;
    Ok(responded.response)
}

fn refused(name: Cow<'static, str>, package: &str, refusal: Refusal) -> Error {
    Error::Plugin {
        request: Box::new(RequestContext {
            name,
            plugin: Some(package.to_owned().into()),
            admin: true,
            ..RequestContext::core("")
        }),
        code: wire::error_code(refusal.code),
        reason: shown(&refusal.reason).into(),
    }
}

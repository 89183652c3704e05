//! One connection to the server: a request out by ureq, its response in.

use std::{
    io::{self, Read},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::LazyLock,
    time::{Duration, Instant},
};

use ureq::{
    Agent,
    config::{AutoHeaderValue, Config},
    http::{
        HeaderValue, Request as Message, StatusCode,
        header::{CONTENT_TYPE, LOCATION},
    },
};

use super::{
    answer::unfit,
    carrier::{Home, Order, Wire},
    request::Request,
};
use crate::transport::{
    Unreachable,
    stream::{Connector, Stream},
};

/// How long Janus waits for its own answer to a request before it cuts its response off.
const JANUS_WAITS: Duration = Duration::from_secs(10);

/// A little less than that: our clock began later than the server's, or earlier.
const NEARLY: Duration = Duration::from_millis(9_500);

/// An idle connection is not used again after this time. Janus closes one after 120 s, and
/// proxies do so earlier; a request that crosses with the end is lost.
const MAX_IDLE: Duration = Duration::from_secs(30);

/// The largest body that is taken, as for a WebSocket message.
const MAX_BODY: u64 = 16 << 20;

const BROKEN: &str = "what the server sends is not HTTP";
const TOO_LARGE: &str = "the server's answer is larger than 16 MiB";

/// No limits of ureq's own: a deadline of its takes a thread for each request. No connections are
/// kept by it, as only this crate can tell those that are closed.
static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    Config::builder()
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_await_100(None)
        .user_agent(AutoHeaderValue::None)
        .accept(AutoHeaderValue::None)
        .accept_encoding(AutoHeaderValue::None)
        .build()
});

/// One whole response.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    /// Where a redirect leads.
    pub(super) location: Option<Box<str>>,
    pub(super) body: Vec<u8>,
    /// The connection can carry another request.
    pub(super) reusable: bool,
}

/// Why there is none.
enum Broken {
    /// ureq gave up, or the stream did.
    Off,
    /// In the body, of which nothing had come.
    AfterHead,
    TooLarge,
}

pub(super) struct Connection {
    pub(super) stream: Stream,
    agent: Agent,
    home: Home,
    used: Instant,
}

impl Connection {
    pub(super) fn new(connector: &Connector, deadline: Instant) -> Result<Self, Unreachable> {
        let (stream, read) = connector.connect(deadline)?;
        let home = Home::of(Wire::new(stream.clone(), read));
        Ok(Self {
            stream,
            agent: home.agent(CONFIG.clone()),
            home,
            used: Instant::now(),
        })
    }

    /// Whether the server has probably not closed it meanwhile, nor sent what nobody asked for.
    pub(super) fn is_good(&self) -> bool {
        self.used.elapsed() < MAX_IDLE && self.stream.is_quiet()
    }

    /// Whether the response to the last request may still come.
    pub(super) fn awaits(&self) -> bool {
        self.home.with(|wire| wire.can_resume()).unwrap_or_default()
    }

    /// Sends a request and waits for its response. After an error the connection is of no use, unless
    /// it [`awaits`](Self::awaits) the response.
    ///
    /// `idle`: it will take its time, so do not wake up for anything else.
    pub(super) fn exchange(
        &mut self,
        request: &Request<'_>,
        idle: bool,
        deadline: Instant,
    ) -> io::Result<Response> {
        let order = Order {
            rest: request.rest.clone(),
            body: request.body.map_or(0, str::len),
            deadline,
            idle,
        };
        self.home.with(|wire| wire.begin(order));
        self.run(request)
    }

    /// Waits for the response to what was sent.
    pub(super) fn response(&mut self, idle: bool, deadline: Instant) -> io::Result<Response> {
        self.home.with(|wire| wire.resume(deadline, idle));
        self.run(&Request::again())
    }

    fn run(&mut self, request: &Request<'_>) -> io::Result<Response> {
        let begun = Instant::now();
        // ureq trusts itself more than this crate trusts what comes.
        let asked = catch_unwind(AssertUnwindSafe(|| ask(&self.agent, request)));
        let asked = asked.unwrap_or(Err(Broken::Off));
        let result = self.home.with(|wire| {
            let failed = wire.failed.take();
            let is_late = matches!(&failed, Some(error) if error.kind() == io::ErrorKind::TimedOut);
            wire.awaits &= is_late;
            match (asked, failed) {
                // Over TLS an end without its goodbye completes no response.
                (asked, Some(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    Err(cut_off(&asked, begun.elapsed()))
                }
                (_, Some(error)) => Err(error),
                (Ok(mut response), None) => {
                    wire.shrink();
                    response.reusable = wire.reusable;
                    Ok(response)
                }
                (Err(Broken::TooLarge), None) => Err(unfit(TOO_LARGE)),
                (asked, None) if wire.ended => Err(cut_off(&asked, begun.elapsed())),
                (Err(_), None) => Err(unfit(BROKEN)),
            }
        });
        self.used = Instant::now();
        result.unwrap_or_else(|| Err(io::ErrorKind::NotConnected.into()))
    }
}

/// Asks by ureq. Its errors are not looked at: they may show the address.
fn ask(agent: &Agent, request: &Request<'_>) -> Result<Response, Broken> {
    let message = Message::builder().uri(&request.uri);
    let response = match request.body {
        Some(text) => {
            let message = message.method("POST");
            let message = message.header(CONTENT_TYPE, "application/json").body(text);
            agent.run(message.map_err(|_| Broken::Off)?)
        }
        None => agent.run(message.body(()).map_err(|_| Broken::Off)?),
    };
    let text = |value: &HeaderValue| value.to_str().ok().map(Into::into);
    let (head, body) = response.map_err(|_| Broken::Off)?.into_parts();
    let mut bytes = Vec::new();
    if body
        .content_length()
        .is_some_and(|length| length > MAX_BODY)
    {
        return Err(Broken::TooLarge);
    }
    let reader = body.into_with_config().limit(MAX_BODY).reader();
    match { reader }.read_to_end(&mut bytes) {
        Ok(_) => Ok(Response {
            status: head.status.as_u16(),
            location: head.headers.get(LOCATION).and_then(text),
            body: bytes,
            reusable: false,
        }),
        Err(_) if bytes.len() as u64 == MAX_BODY => Err(Broken::TooLarge),
        Err(_) if head.status == StatusCode::OK && bytes.is_empty() => Err(Broken::AfterHead),
        Err(_) => Err(Broken::Off),
    }
}

/// The connection has ended in the middle of a response, or before it.
fn cut_off(asked: &Result<Response, Broken>, after: Duration) -> io::Error {
    if matches!(asked, Err(Broken::AfterHead)) && after > NEARLY {
        io::Error::new(
            io::ErrorKind::TimedOut,
            format!("Janus gave the request up after {JANUS_WAITS:?} without an answer to it"),
        )
    } else {
        io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the server closed the connection instead of answering",
        )
    }
}

#[cfg(test)]
mod tests;

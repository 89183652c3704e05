//! Everything that can be done with a plugin object, written down for a comparison.

use std::{
    fmt,
    time::{Duration, Instant},
};

use crossbeam_channel::select;
use janus_blocking::{
    Candidate, Connection, Event, Events, HandleId, Jsep, Plugin, Session,
    connection::AttachOptions, plugin::Bound, raw::Body,
};
use serde_json::Value;

use common::{Janus, WireProxy, sdp};

pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// A Janus and a proxy before it that shows what was sent.
pub(crate) struct Proxied {
    pub(crate) proxy: WireProxy,
    pub(crate) _janus: Janus,
}

/// What differs between plugins on the walk.
pub(crate) struct Part<P> {
    pub(crate) package: &'static str,
    /// Requests with answers; what comes back must not differ from one time to the next.
    pub(crate) ask: fn(&P) -> String,
    /// A body that is refused.
    pub(crate) refused: Value,
    /// A body whose outcome comes as an event.
    pub(crate) poke: Value,
    /// A body that takes an offer and is answered by an event with the answer.
    pub(crate) offer: Option<Value>,
}

impl Proxied {
    pub(crate) fn new() -> Self {
        let janus = Janus::builder().reclaim_timeout(20).start();
        Self {
            proxy: WireProxy::start(&janus),
            _janus: janus,
        }
    }

    /// A plugin that was attached; or one that another connection, gone since, had attached.
    pub(crate) fn bind<P: Plugin>(&self, bound: Bound, package: &str) -> (Connection, Session, P) {
        let options = AttachOptions::new().package(package);
        let janus = Connection::open(&self.proxy.url()).unwrap();
        let session = janus.create_session().unwrap();
        let plugin: P = session.attach_with(options.clone()).unwrap();
        if bound == Bound::Attached {
            return (janus, session, plugin);
        }
        let ticket = janus.abandon().remove(0);
        assert_eq!(ticket.handles[0].plugin, package);
        let janus = Connection::open(&self.proxy.url()).unwrap();
        let resumed = janus.resume(&ticket).unwrap();
        let handle = resumed.handles[0].id;
        assert_eq!(handle, plugin.handle().id());
        let plugin = resumed.session.attach_with(options.existing_handle(handle));
        (janus, resumed.session, plugin.unwrap())
    }
}

/// Does all of it with a plugin that came to its handle in this way, and says what was seen.
pub(crate) fn walk<P: Plugin>(proxied: &Proxied, bound: Bound, part: &Part<P>) -> Vec<String>
where
    P::Event: fmt::Debug,
{
    let (_janus, session, plugin) = proxied.bind::<P>(bound, part.package);
    let (handle, events, mark) = (plugin.handle(), plugin.events(), proxied.proxy.mark());
    let mut seen = vec![format!("package {}", handle.package())];
    assert_eq!(handle.session_id(), session.id());
    handle.check().unwrap();
    assert!(events.try_recv().unwrap().is_none());

    seen.push(format!("answered {}", (part.ask)(&plugin)));
    let refused = handle.request(&Body(part.refused.clone())).unwrap_err();
    seen.push(format!("refused {:?} {refused}", refused.code()));

    handle.send(&Body(part.poke.clone())).unwrap();
    let event = own(&events, Events::recv_timeout, None);
    handle.send(&Body(part.poke.clone())).unwrap();
    own(&events, selected, Some(&event));
    seen.push(format!("event {event}"));

    if let Some(body) = &part.offer {
        let offer = Jsep::offer(sdp::audio_offer());
        let (_, answer) = handle.exchange(&Body(body.clone()), Some(&offer)).unwrap();
        let answer = answer.expect("the offer is answered");
        let media = answer.sdp.lines().find(|line| line.starts_with("m="));
        seen.push(format!("jsep {:?} {media:?}", answer.kind));
    }
    handle.trickle(&[]).unwrap();
    let candidates = [5001, 5002, 5003].map(|port| {
        let line = format!("candidate:1 1 udp 2130706431 127.0.0.1 {port} typ host");
        Candidate::new(line).sdp_mid("0").sdp_mline_index(0)
    });
    handle.trickle(&candidates[..1]).unwrap();
    handle.trickle(&candidates[1..]).unwrap();
    handle.trickle_done().unwrap();
    handle.hangup().unwrap();
    if part.offer.is_some() {
        seen.push(format!("hangup {:?}", hangup_reason(&events)));
    }

    // The copy has a timeout of its own and shares all else: the event that comes too late for
    // its request comes to the one queue.
    let hasty = plugin.with_timeout(Duration::from_millis(50));
    proxied.proxy.hold_replies();
    let late = hasty.handle().send(&Body(part.poke.clone())).unwrap_err();
    assert!(late.is_timeout(), "{late}");
    proxied.proxy.release();
    own(&events, Events::recv_timeout, Some(&event));
    let patient = hasty.with_timeout(LIMIT);
    seen.push(format!("answered {}", (part.ask)(&patient)));

    let id = handle.id();
    patient.handle().with_timeout(LIMIT).detach().unwrap();
    for end in [
        handle.check(),
        events.recv().map(drop),
        handle.trickle_done(),
    ] {
        seen.push(format!("detached {}", end.unwrap_err()));
    }
    drop((plugin, hasty, patient));
    seen.push(format!("gone {}", gone(&session, id)));
    seen.extend(
        proxied
            .proxy
            .sent_since(mark)
            .iter()
            .map(|text| without_transaction(text)),
    );

    let names = [
        (id.to_string(), "HANDLE"),
        (session.id().to_string(), "SESSION"),
    ];
    let seen = seen.into_iter().map(|line| {
        names
            .iter()
            .fold(line, |line, (id, name)| line.replace(id, name))
    });
    seen.collect()
}

/// Drops a plugin and a copy of it, and says what was sent at the first and at the second drop.
pub(crate) fn dropped<P: Plugin>(
    proxied: &Proxied,
    bound: Bound,
    package: &str,
) -> [Vec<String>; 2] {
    let (janus, session, plugin) = proxied.bind::<P>(bound, package);
    let (id, copy) = (plugin.handle().id(), plugin.with_timeout(LIMIT));
    let sent = |job: &mut dyn FnMut()| {
        let mark = proxied.proxy.mark();
        job();
        // Behind it on the same link.
        janus.ping().unwrap();
        let sent = proxied.proxy.sent_since(mark).into_iter();
        let sent = sent.filter(|text| !text.contains(r#""janus":"ping""#));
        let sent = sent.map(|text| without_transaction(&text).replace(&id.to_string(), "HANDLE"));
        let sent = sent.map(|text| text.replace(&session.id().to_string(), "SESSION"));
        sent.collect()
    };
    let (mut plugin, mut copy) = (Some(plugin), Some(copy));
    let first = sent(&mut || drop(plugin.take()));
    copy.as_ref().unwrap().handle().check().unwrap();
    let second = sent(&mut || drop(copy.take()));
    gone(&session, id);
    [first, second]
}

/// What Janus says about the handle now.
fn gone(session: &Session, id: HandleId) -> String {
    let options = AttachOptions::new().existing_handle(id).verify(true);
    let options = options.package("any");
    let error = session
        .attach_with::<janus_blocking::Raw>(options)
        .unwrap_err();
    assert!(error.is_handle_gone(), "{error}");
    error.to_string()
}

type Next<P> =
    fn(&Events<P>, Duration) -> janus_blocking::Result<Option<Event<<P as Plugin>::Event>>>;

/// The next event of the plugin's own, or the next that is like this one.
fn own<P: Plugin>(events: &Events<P>, next: Next<P>, like: Option<&str>) -> String
where
    P::Event: fmt::Debug,
{
    let deadline = Instant::now() + LIMIT;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let event = next(events, left).unwrap().expect("an event comes");
        let own = event.into_plugin().map(|own| format!("{own:?}"));
        if let Some(own) = own.filter(|own| like.is_none_or(|like| like == own)) {
            return own;
        }
    }
}

fn selected<P: Plugin>(
    events: &Events<P>,
    limit: Duration,
) -> janus_blocking::Result<Option<Event<P::Event>>> {
    select! {
        recv(events.receiver()) -> raw => events.decode(raw).map(Some),
        default(limit) => Ok(None),
    }
}

fn hangup_reason<P: Plugin>(events: &Events<P>) -> Option<String> {
    loop {
        let event = events.recv_timeout(LIMIT).unwrap();
        if let Event::Hangup { reason } = event.expect("the PeerConnection is closed") {
            return reason;
        }
    }
}

fn without_transaction(text: &str) -> String {
    let mut message: Value = serde_json::from_str(text).unwrap();
    let transaction = message.as_object_mut().unwrap().remove("transaction");
    assert!(transaction.is_some(), "{text}");
    message.to_string()
}

//! What is asked for and makes no sense. It is refused: an option that is passed over leads to
//! figures of something else than was meant.

use std::{collections::BTreeSet, path::Path, time::Duration};

use crate::{
    plan::Plan,
    rate::Rate,
    settings::{Kind, Settings, Work, package},
};

/// More threads, connections or handles than that are a slip of the pen.
const MOST: usize = 10_000;

/// So that no sum of times is too long for the clock.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The problem, if there is one.
pub(crate) fn check(settings: &Settings, plan: &Plan) -> Result<(), String> {
    scenarios(settings, plan)?;
    numbers(settings, plan)?;
    drive(settings, plan)?;
    server(settings, plan)?;
    seats(plan)
}

fn scenarios(settings: &Settings, plan: &Plan) -> Result<(), String> {
    if !settings.mix.is_empty() && settings.work != Work::default() {
        return Err(
            "the file has scenarios: --scenario and the options of one cannot be added to them"
                .into(),
        );
    }
    let mut names = BTreeSet::new();
    for work in &plan.works {
        let name = work.name();
        if !settings.mix.is_empty() && work.kind.is_none() {
            return Err("each scenario of a file needs its kind, like kind = \"ping\"".into());
        }
        if let Some((option, kinds)) = misplaced(work) {
            return Err(format!("{name}: {option} is for {kinds} only"));
        }
        if work.body.as_ref().is_some_and(|body| !body.is_object()) {
            return Err(format!("{name}: the body is no JSON object"));
        }
        let rooms = ["janus.plugin.videoroom", "janus.plugin.audiobridge"];
        let echoes = ["janus.plugin.echotest", "janus.plugin.audiobridge"];
        let plugin = work.plugin.as_deref().map(package);
        let unknown = |known: &[&str]| plugin.as_ref().is_some_and(|it| !known.contains(&&**it));
        if work.kind() == Kind::Room && unknown(&rooms) {
            return Err(format!("{name}: the plugin is videoroom or audiobridge"));
        }
        if work.kind() == Kind::Media && unknown(&echoes) {
            return Err(format!("{name}: the plugin is echotest or audiobridge"));
        }
        if work.weight == Some(0) {
            return Err(format!("{name}: with a weight of 0 it is never run"));
        }
        if !names.insert(name.clone()) {
            return Err(format!(
                "two scenarios are called {name}: give one of them another name"
            ));
        }
    }
    Ok(())
}

/// An option that is set, and that the scenario does not have; and what has it.
fn misplaced(work: &Work) -> Option<(&'static str, &'static str)> {
    use Kind::{Attach, Events, Media, Request, Room, Sip};
    let options: [(&str, bool, &str, &[Kind]); 9] = [
        (
            "plugin",
            work.plugin.is_some(),
            "attach, request, room and media",
            &[Attach, Request, Room, Media],
        ),
        ("body", work.body.is_some(), "request", &[Request]),
        ("rooms", work.rooms.is_some(), "room", &[Room]),
        (
            "participants",
            work.participants.is_some(),
            "room, events, and media in an AudioBridge",
            if work.is_bridged() {
                &[Media]
            } else {
                &[Room, Events]
            },
        ),
        ("sip-proxy", work.sip_proxy.is_some(), "sip", &[Sip]),
        ("sip-account", work.sip_account.is_some(), "sip", &[Sip]),
        ("pairs", work.pairs.is_some(), "sip", &[Sip]),
        ("peers", work.peers.is_some(), "media", &[Media]),
        ("address", work.address.is_some(), "media", &[Media]),
    ];
    let mut wrong = options
        .into_iter()
        .filter(|(_, is_set, _, kinds)| *is_set && !kinds.contains(&work.kind()));
    wrong.next().map(|(option, _, whose, _)| (option, whose))
}

fn numbers(settings: &Settings, plan: &Plan) -> Result<(), String> {
    let of_works = plan.works.iter().flat_map(|work| {
        let handles = work.rooms().saturating_mul(work.participants());
        let hearers = if work.is_bridged() {
            work.participants()
        } else {
            1
        };
        let bridged = work.peers().saturating_mul(hearers);
        [
            ("rooms", work.rooms()),
            ("participants", work.participants()),
            ("participants of all rooms", handles),
            ("pairs", work.pairs()),
            ("peers", work.peers()),
            ("peers and those who hear them", bridged),
        ]
    });
    let workers = match plan.open {
        Some(_) => "in-flight",
        None => "callers",
    };
    let of_plan = [("connections", plan.connections), (workers, plan.workers)];
    for (name, number) in of_plan.into_iter().chain(of_works) {
        if !(1..=MOST).contains(&number) {
            return Err(format!("{name}: from 1 to {MOST}, not {number}"));
        }
    }
    for work in &plan.works {
        if work.kind() == Kind::Media && work.participants == Some(1) {
            return Err("participants: a peer alone in its room hears nothing".into());
        }
        let accounts = 2 * work.pairs() as u64;
        if u64::from(work.sip_account()) + accounts > u64::from(u32::MAX) {
            return Err("sip-account: too large for the pairs that follow".into());
        }
    }
    let weights: u64 = plan.works.iter().map(|it| u64::from(it.weight())).sum();
    if weights > u64::from(u32::MAX) {
        return Err("the weights of the scenarios add up to too much".into());
    }
    for (name, time, least) in [
        ("for", plan.length, 1),
        ("warm-up", plan.warm_up, 0),
        ("timeout", plan.timeout, 1),
        ("knee", plan.knee, 1),
    ] {
        if time < Duration::from_nanos(least) {
            return Err(format!("{name}: longer than 0s"));
        }
        if time > LONGEST {
            return Err(format!("{name}: a year at most"));
        }
    }
    let ramp = settings.rate.as_ref().and_then(Rate::length);
    if let (Some(asked), Some(ramp)) = (settings.length, ramp) {
        if asked > ramp {
            let ramp = humantime::format_duration(ramp);
            return Err(format!(
                "for: the ramp is over after {ramp}; leave it out, or ramp for longer"
            ));
        }
    }
    Ok(())
}

fn drive(settings: &Settings, plan: &Plan) -> Result<(), String> {
    if settings.rate.is_some() && settings.callers.is_some() {
        return Err(
            "either a rate or callers: the one is an open loop, the other a closed one".into(),
        );
    }
    if plan.open.is_none() {
        let open = [
            ("arrivals", settings.arrivals.is_some()),
            ("in-flight", settings.in_flight.is_some()),
        ];
        if let Some((option, _)) = open.into_iter().find(|(_, is_set)| *is_set) {
            return Err(format!(
                "{option} is for an open loop: say at which --rate, like --rate 100"
            ));
        }
    }
    if settings.knee.is_some() && settings.rate.as_ref().and_then(Rate::length).is_none() {
        return Err(
            "knee is for a ramp: say so, like --rate \"100..2000 step 100 every 10s\"".into(),
        );
    }
    Ok(())
}

fn server(settings: &Settings, plan: &Plan) -> Result<(), String> {
    let has = |kind| plan.works.iter().any(|work| work.kind() == kind);
    if has(Kind::Media) && !cfg!(feature = "webrtc") {
        return Err("media needs a janus-load that was built with --features load,webrtc".into());
    }
    if has(Kind::Media) && settings.url.is_none() {
        return Err("media needs a Janus: say its URL".into());
    }
    let lacks_proxy = |work: &Work| work.kind() == Kind::Sip && work.sip_proxy.is_none();
    if has(Kind::Sip) && (settings.url.is_none() || plan.works.iter().any(lacks_proxy)) {
        return Err(
            "sip needs a Janus, and the address of a SIP server: URL --sip-proxy URI".into(),
        );
    }
    if has(Kind::Reclaim) && plan.connections < 2 {
        return Err("reclaim moves sessions between connections: it needs two".into());
    }
    let url = settings.url.as_deref().unwrap_or_default();
    if settings.ca.is_some() && !(url.starts_with("wss:") || url.starts_with("https:")) {
        return Err("ca is for wss:// and https:// only".into());
    }
    if let Some(pid) = settings.server_pid {
        if !Path::new(&format!("/proc/{pid}/stat")).exists() {
            return Err(format!(
                "server-pid: no process {pid} can be seen on this machine"
            ));
        }
    }
    Ok(())
}

/// Callers or connections that nobody would use.
fn seats(plan: &Plan) -> Result<(), String> {
    let seats: usize = plan.works.iter().map(|it| it.seats(plan.workers)).sum();
    if plan.open.is_none() && plan.workers > seats {
        return Err(format!(
            "callers: {} are more than the {seats} who can act at once; more participants, pairs or \
             peers are needed for that",
            plan.workers
        ));
    }
    let used = plan.works.iter().map(|it| it.connections(plan.workers));
    let used = used.max().unwrap_or(1);
    if plan.connections > used {
        return Err(format!(
            "connections: {} are more than the {used} that would be used; each caller, participant, \
             pair or peer uses one",
            plan.connections
        ));
    }
    Ok(())
}

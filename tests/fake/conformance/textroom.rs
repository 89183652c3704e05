//! The TextRoom plugin, over the Janus API. Each scenario has rooms of its own on the server that all
//! share.

mod connections;
mod people;
mod rooms;

use serde_json::{Value, json};

use super::target::Setup::Plain;
use super::world::{Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new(
        "textroom: unknown and missing requests",
        Plain,
        rooms::unknown,
    ),
    Scenario::new(
        "textroom: rooms are made, changed and destroyed",
        Plain,
        rooms::rooms,
    ),
    Scenario::new(
        "textroom: rooms without an id or a text",
        Plain,
        rooms::defaults,
    ),
    Scenario::new(
        "textroom: elements of wrong types",
        Plain,
        rooms::wrong_types,
    ),
    Scenario::new("textroom: elements missing", Plain, rooms::missing),
    Scenario::new(
        "textroom: members join, speak and leave",
        Plain,
        people::members,
    ),
    Scenario::new(
        "textroom: what join, leave and message are refused for",
        Plain,
        people::members_refused,
    ),
    Scenario::new("textroom: who is in a room", Plain, people::participants),
    Scenario::new("textroom: tokens", Plain, people::tokens),
    Scenario::new("textroom: kicks and announcements", Plain, people::kicks),
    Scenario::new(
        "textroom: a data channel is offered once",
        Plain,
        connections::offered,
    ),
    Scenario::new("textroom: acks", Plain, connections::acks),
    Scenario::new(
        "textroom: hangup with a PeerConnection",
        Plain,
        connections::hangup,
    ),
    Scenario::new(
        "textroom: hangup without a PeerConnection",
        Plain,
        connections::bare_hangup,
    ),
    Scenario::new(
        "textroom: the end of a handle and of a session",
        Plain,
        connections::ends,
    ),
];

const TEXTROOM: &str = "janus.plugin.textroom";
type Place = (Link, u64, u64);

fn message((_, session, handle): Place, body: Value) -> Value {
    json!({"janus": "message", "session_id": session, "handle_id": handle, "body": body})
}

/// A request that is answered at once.
fn ask(world: &mut World, place: Place, body: Value) -> Value {
    world.ask(place.0, message(place, body))
}

/// The same for one that data channels have.
fn over_api(world: &mut World, place: Place, verb: &str, mut body: Value) {
    body["request"] = "exists".into();
    body["textroom"] = verb.into();
    ask(world, place, body);
}

/// One that is answered by an event.
fn tell(world: &mut World, place: Place, body: Value) -> Value {
    world.tell(place.0, message(place, body))
}

/// Records how a room is listed; others are on that server too.
fn listed(world: &mut World, place: Place, room: u64) {
    let answer = world.hush(place.0, message(place, json!({"request": "list"})));
    let list = answer["plugindata"]["data"]["list"].as_array().cloned();
    let own = list.unwrap_or_default().into_iter();
    let own: Vec<Value> = own.filter(|it| it["room"] == room).collect();
    world.note(&format!("listed: {}", Value::from(own)));
}

/// Two handles of one session.
fn two(world: &mut World) -> [Place; 2] {
    let (link, session, first) = world.attached(TEXTROOM);
    let second = world.attach(link, session, TEXTROOM);
    [(link, session, first), (link, session, second)]
}

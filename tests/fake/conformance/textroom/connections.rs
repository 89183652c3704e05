//! PeerConnections, whose data channels this plugin is for.

use serde_json::{Value, json};

use super::{Place, TEXTROOM, World, ask, listed, message, over_api, tell, two};
use crate::conformance::echotest::offer_of;

pub fn offered(world: &mut World) {
    let place = world.attached(TEXTROOM);
    for verb in ["restart", "setup", "SETUP", "restart"] {
        tell(world, place, json!({"request": verb}));
    }
    tell(world, place, json!({"request": "ack"}));
}

fn with_answer(world: &mut World, place: Place) -> Value {
    let sdp = offer_of(&["data"]).replace("a=setup:actpass", "a=setup:active");
    let mut request = message(place, json!({"request": "ack"}));
    request["jsep"] = json!({"type": "answer", "sdp": sdp});
    world.ask_and_see(place.0, request)
}

pub fn acks(world: &mut World) {
    let place = world.attached(TEXTROOM);
    tell(world, place, json!({"request": "ack"}));
    with_answer(world, place);
    let place = world.attached(TEXTROOM);
    tell(world, place, json!({"request": "setup"}));
    with_answer(world, place);
    tell(world, place, json!({"request": "restart"}));
    with_answer(world, place);
}

pub fn hangup(world: &mut World) {
    let place = world.attached(TEXTROOM);
    let (link, session, handle) = place;
    ask(world, place, json!({"request": "create", "room": 912}));
    let join = json!({"room": 912, "username": "alice"});
    over_api(world, place, "join", join.clone());
    tell(world, place, json!({"request": "setup"}));
    let hangup = json!({"janus": "hangup", "session_id": session, "handle_id": handle});
    world.ask_and_see(link, hangup);
    listed(world, place, 912);
    over_api(world, place, "leave", json!({"room": 912}));
    over_api(world, place, "join", join);
    tell(world, place, json!({"request": "setup"}));
    tell(world, place, json!({"request": "restart"}));
    ask(world, place, json!({"request": "destroy", "room": 912}));
}

pub fn bare_hangup(world: &mut World) {
    let place = world.attached(TEXTROOM);
    let (link, session, handle) = place;
    ask(world, place, json!({"request": "create", "room": 913}));
    over_api(
        world,
        place,
        "join",
        json!({"room": 913, "username": "alice"}),
    );
    let hangup = json!({"janus": "hangup", "session_id": session, "handle_id": handle});
    world.ask_and_see(link, hangup);
    listed(world, place, 913);
    ask(world, place, json!({"request": "destroy", "room": 913}));
}

pub fn ends(world: &mut World) {
    let [alice, bob] = two(world);
    ask(world, alice, json!({"request": "create", "room": 914}));
    over_api(
        world,
        alice,
        "join",
        json!({"room": 914, "username": "alice"}),
    );
    over_api(world, bob, "join", json!({"room": 914, "username": "bob"}));
    world.detach(bob.0, bob.1, bob.2, &[]);
    listed(world, alice, 914);
    let second = world.attached(TEXTROOM);
    over_api(
        world,
        second,
        "join",
        json!({"room": 914, "username": "bob"}),
    );
    let destroy = json!({"janus": "destroy", "session_id": second.1});
    world.ask_and_see(second.0, destroy);
    listed(world, alice, 914);
    ask(world, alice, json!({"request": "destroy", "room": 914}));
}

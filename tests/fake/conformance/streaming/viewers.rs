//! Viewers, as far as they get without media.

use serde_json::json;

use super::{ANSWER, Desk, World, audio, create};
use crate::conformance::echotest::offer_of;

pub fn idle(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(world, create(7060, json!({"pin": "2580"})));
    let viewer = Desk::new(world);
    for body in [
        json!({"request": "start"}),
        json!({"request": "pause"}),
        json!({"request": "configure"}),
        json!({"request": "switch", "id": 7060}),
        json!({"request": "watch"}),
        json!({"request": "watch", "id": "7060"}),
        json!({"request": "watch", "id": 7060, "media": "a"}),
        json!({"request": "watch", "id": 7060, "media": [1]}),
        json!({"request": "watch", "id": 7060, "restart": 1}),
        json!({"request": "watch", "id": 7061}),
        json!({"request": "watch", "id": 7060}),
        json!({"request": "watch", "id": 7060, "pin": 2580}),
        json!({"request": "watch", "id": 7060, "pin": "1379"}),
    ] {
        viewer.tell(world, body, None);
    }
    desk.ask(world, json!({"request": "destroy", "id": 7060}));
}

pub fn stop(world: &mut World) {
    let viewer = Desk::new(world);
    viewer.tell(world, json!({"request": "stop"}), None);
}

pub fn offers(world: &mut World) {
    let desk = Desk::new(world);
    let media = json!([
        audio(),
        {"type": "video", "mid": "v", "port": 0, "codec": "vp8", "pt": 100},
        {"type": "video", "mid": "w", "port": 0, "codec": "h264", "pt": 101,
         "fmtp": "profile-level-id=42e01f"},
    ]);
    desk.ask(world, create(7070, json!({ "media": media })));
    for more in [
        json!({}),
        json!({"media": []}),
        json!({"media": ["w", "a", "zz"]}),
        json!({"offer_video": false}),
    ] {
        let viewer = Desk::new(world);
        let mut body = json!({"request": "watch", "id": 7070});
        for (key, value) in more.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        viewer.tell(world, body.clone(), None);
        viewer.tell(world, body, None);
        viewer.tell(world, json!({"request": "start"}), None);
        viewer.tell(world, json!({"request": "pause"}), None);
        viewer.tell(
            world,
            json!({"request": "configure", "mid": "a", "send": false}),
            None,
        );
    }
    let viewer = Desk::new(world);
    let nothing = json!({"request": "watch", "id": 7070, "media": ["zz"]});
    viewer.tell(world, nothing, None);
    viewer.tell(world, json!({"request": "watch", "id": 7070}), None);
    desk.ask(world, json!({"request": "info", "id": 7070}));
}

pub fn own_offer(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(world, create(7080, json!({})));
    let viewer = Desk::new(world);
    let offer = json!({"type": "offer", "sdp": offer_of(&["audio"])});
    let mut request = viewer.message(&json!({"request": "watch", "id": 7080}));
    request["jsep"] = offer;
    request["transaction"] = json!("told");
    let client = world.client(viewer.link);
    client.send(&request.to_string()).expect("the link stands");
    let (mut said, mut acked) = (false, false);
    while !(said && acked) {
        let message = world.receive(viewer.link, ANSWER).expect("an event");
        acked |= message["janus"] == "ack";
        if message["janus"] == "event" && message["transaction"] == "told" {
            said = true;
            let (data, kind) = (&message["plugindata"]["data"], &message["jsep"]["type"]);
            world.note(&format!("{data} {kind}"));
        }
    }
}

pub fn viewers(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(world, create(7090, json!({"metadata": "floor 2"})));
    desk.ask(world, create(7091, json!({})));
    let viewer = Desk::new(world);
    viewer.tell(world, json!({"request": "watch", "id": 7090}), None);
    viewer.tell(world, json!({"request": "watch", "id": 7091}), None);
    let viewers = |world: &mut World| {
        for id in [7090, 7091] {
            let info = desk.message(&json!({"request": "info", "id": id}));
            let info = world.hush(desk.link, info);
            let viewers = &info["plugindata"]["data"]["info"]["viewers"];
            world.note(&format!("{id} has {viewers} viewers"));
        }
    };
    viewers(world);
    for metadata in ["floor 2", "floor 3"] {
        desk.ask(
            world,
            json!({"request": "edit", "id": 7090, "new_metadata": metadata,
                   "edited_event": true}),
        );
    }
    viewer.hear(world, &["event"]);
    for id in [7092, 7091] {
        viewer.tell(world, json!({"request": "switch", "id": id}), None);
    }
    viewers(world);
    desk.ask(world, json!({"request": "kick_all", "id": 7091}));
    viewer.hear(world, &["event", "hangup"]);
    viewers(world);
    viewer.tell(world, json!({"request": "watch", "id": 7090}), None);
    desk.ask(world, json!({"request": "destroy", "id": 7090}));
    viewer.hear(world, &["event", "hangup"]);
    viewer.tell(world, json!({"request": "pause"}), None);
    desk.ask(world, json!({"request": "destroy", "id": 7091}));
}

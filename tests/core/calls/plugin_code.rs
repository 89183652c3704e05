//! The code of a program's own plugin type may use the connection whose message it is asked about.

use std::{borrow::Cow, sync::OnceLock};

use common::scripted::Scripted;
use janus_blocking::{
    Config, Connection, Handle, Plugin, Request, Result, plugin, plugin::Terminal,
};
use serde::Serialize;
use serde_json::{Value, json, value::RawValue};

static CONNECTION: OnceLock<Connection> = OnceLock::new();

#[derive(Debug)]
struct Curious(Handle);

impl Plugin for Curious {
    const PACKAGE: &'static str = "janus.plugin.curious";

    type Event = Value;

    fn new(handle: Handle) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle {
        &self.0
    }

    fn decode(data: &RawValue) -> serde_json::Result<Value> {
        plugin::decode(data)
    }

    fn event_name(data: &RawValue) -> Cow<'_, str> {
        let connection = CONNECTION.get().expect("it was opened");
        assert_eq!(connection.unmatched_messages().garbage, 0);
        let is_done = data.get().contains("done");
        if is_done { "done" } else { "" }.into()
    }
}

#[derive(Debug, Serialize)]
#[serde(tag = "request", rename = "look")]
struct Look {}

impl Request for Look {
    type Plugin = Curious;
    type Reply = Value;

    const NAME: &'static str = "look";
    const TERMINAL: Terminal = Terminal::Named(&["done"]);
}

#[test]
fn a_plugin_that_is_asked_for_the_name_of_an_event_may_use_the_connection() -> Result<()> {
    let server = Scripted::start(|request, out| {
        if request["janus"] != "message" {
            return out.usual(request);
        }
        out.answer(request, json!({"janus": "ack"}));
        for state in ["begun", "done"] {
            let data = json!({"plugin": "janus.plugin.curious", "data": {"state": state}});
            let (session, sender) = (&request["session_id"], &request["handle_id"]);
            out.answer(
                request,
                json!({"janus": "event", "session_id": session, "sender": sender, "plugindata": data}),
            );
        }
    });
    let connection = CONNECTION.get_or_init(|| Config::new(server.url()).open().expect("`info`"));
    let curious: Curious = connection.create_session()?.attach()?;
    assert_eq!(curious.handle().request(&Look {})?["state"], "done");
    let first = curious
        .events()
        .try_recv()?
        .expect("it was put in the queue");
    assert!(format!("{first:?}").contains("begun"), "{first:?}");
    Ok(())
}

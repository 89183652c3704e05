//! A room of VideoRoom or AudioBridge that a run makes for itself.

use std::sync::Arc;

use janus_blocking::{
    Connection, Error, ErrorCode, Raw, Session, audiobridge,
    serde_json::{Value, json},
    videoroom,
};
use parking_lot::Mutex;

use super::{Lasting, Left, hangs_if, patience};
use crate::failure::{Failure, Outcome};

/// A room, and the handle that has made it. It goes with the last who has it.
pub(super) struct Hall {
    pub(super) plugin: String,
    pub(super) room: u64,
    host: Mutex<Lasting<Raw>>,
}

impl Hall {
    /// Makes a room; the server chooses its number.
    pub(super) fn open(connection: Connection, plugin: &str) -> Outcome<Arc<Self>> {
        let mut host = Lasting::new(connection);
        let (_, raw) = host.kept(|session| Ok(session.attach_raw(plugin)?))?;
        let room = create(raw, None)?["room"].as_u64();
        Ok(Arc::new(Self {
            plugin: plugin.to_owned(),
            room: room.ok_or(Failure::Missing("number of the room"))?,
            host: Mutex::new(host),
        }))
    }

    /// Enters it by a new handle.
    pub(super) fn enter(&self, session: &Session, name: &str) -> Outcome<Raw> {
        let raw = session.attach_raw(&self.plugin)?;
        self.join(&raw, name)?;
        Ok(raw)
    }

    /// Makes the handle join.
    pub(super) fn join(&self, raw: &Raw, name: &str) -> Outcome<()> {
        let joined = raw.request(json!({
            "request": "join",
            // Without effect in an AudioBridge.
            "ptype": "publisher",
            "room": self.room,
            "display": name,
        }));
        let lost = joined.as_ref().is_err_and(|error| is_no_room(error.code()));
        if lost {
            // For the next one: the server has been started anew.
            let _ = self.build_again();
        }
        joined?;
        Ok(())
    }

    fn build_again(&self) -> Outcome<()> {
        let mut host = self.host.lock();
        let (_, raw) = host.kept(|session| Ok(session.attach_raw(&self.plugin)?))?;
        // Another one may have done it meanwhile, which is refused.
        let created = create(raw, Some(self.room));
        host.note(created.map(drop).map_err(Into::into))
    }

    /// One of those who have it is done; the last one destroys it.
    pub(super) fn close(self: Arc<Self>) -> Left {
        let Some(Self { room, host, .. }) = Arc::into_inner(self) else {
            return Left::default();
        };
        let mut host = host.into_inner();
        let destroyed = host.kept.as_ref().map_or(Ok(()), |(_, raw)| {
            let raw = raw.with_timeout(patience());
            let destroy = raw.request(json!({ "request": "destroy", "room": room }));
            destroy.map(drop).map_err(Failure::from)
        });
        // A server that was started anew does not have it.
        let rooms = host.note(destroyed).is_err_and(|failure| match failure {
            Failure::Janus(error) => {
                hangs_if(&error);
                !is_no_room(error.code()) && !error.is_closed()
            }
            Failure::Missing(_) | Failure::NotBegun => true,
        });
        let rooms = u64::from(rooms);
        host.end() + Left { sessions: 0, rooms }
    }
}

/// Creates a room of that number, or of one that the server chooses.
fn create(raw: &Raw, room: Option<u64>) -> Result<Value, Error> {
    let mut create = json!({
        "request": "create",
        "description": "janus-load",
        // Without effect in an AudioBridge.
        "publishers": 100_000,
        "notify_joining": true,
    });
    if let Some(room) = room {
        create["room"] = room.into();
    }
    raw.request(create)
}

fn is_no_room(code: Option<ErrorCode>) -> bool {
    let codes = [
        videoroom::error_code::NO_SUCH_ROOM,
        audiobridge::error_code::NO_SUCH_ROOM,
    ];
    code.is_some_and(|code| codes.contains(&code))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use common::wait_until;
    use janus_blocking::testing::FakeGateway;

    use super::*;
    use crate::settings::package;

    #[test]
    fn a_room_that_went_with_its_server_is_made_as_it_was() {
        let gateway = FakeGateway::start().expect("a gateway");
        let connection = gateway.connect().expect("a connection");
        let again = || connection.with_timeout(connection.config().request_timeout);
        let hall = Hall::open(again(), &package("audiobridge")).expect("a room");
        gateway.restart();
        wait_until(Duration::from_secs(60), "somebody in the room", || {
            let mut guest = Lasting::new(again());
            guest.kept(|session| hall.enter(session, "guest")).is_ok()
        });
        let requests = gateway.requests();
        let creates = requests.iter().map(|request| request.body());
        let mut creates = creates.filter(|body| body["request"] == "create");
        let first = creates.next().expect("the first");
        let mut again = creates.next_back().expect("another").clone();
        let room = again.as_object_mut().and_then(|body| body.remove("room"));
        assert_eq!(room, Some(Value::from(hall.room)));
        assert_eq!(&again, first);
        assert_eq!(hall.close(), Left::default());
    }
}

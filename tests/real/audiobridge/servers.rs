//! What AudioBridge adds to the servers of the tests.

use common::voice::Voice;
use janus_blocking::{
    AudioBridge,
    audiobridge::{
        Attendee, Codec, Create, Event, Participant,
        participant::{Join, Joined, PlainRtp},
    },
    plugin::Id,
};

pub(crate) use crate::servers::{ADMIN_KEY, SOON, assert_refused};
use crate::{desk::Desk, servers};

pub(crate) type Servers = servers::Servers<AudioBridge>;

/// Somebody in a room, over plain RTP.
pub(crate) struct Caller {
    pub(crate) desk: Desk<Participant>,
    pub(crate) voice: Voice,
    pub(crate) joined: Joined,
}

impl Servers {
    /// Makes a room with these settings and a random id.
    pub(crate) fn room(&self, create: &Create) -> (Desk<AudioBridge>, Id) {
        let desk = self.desk::<AudioBridge>();
        let created = desk.plugin.create(create).expect("a room");
        (desk, created.room)
    }

    /// A participant of that name, without media.
    pub(crate) fn listener(&self, room: &Id, name: &str) -> (Desk<Participant>, Joined) {
        let desk = self.desk::<Participant>();
        let join = Join::new(room).display(name);
        let joined = desk.plugin.join(&join).expect("joined");
        assert_eq!(joined.room, *room);
        (desk, joined)
    }

    /// A participant of that group, without media.
    pub(crate) fn listener_of(&self, room: &Id, group: &str) -> (Desk<Participant>, Joined) {
        let desk = self.desk::<Participant>();
        let joined = desk.plugin.join(&Join::new(room).group(group));
        (desk, joined.expect("joined"))
    }

    /// A participant with plain RTP, in G.711.
    pub(crate) fn caller(&self, join: Join) -> Caller {
        let (desk, voice) = (self.desk::<Participant>(), Voice::new());
        let rtp = PlainRtp::new("127.0.0.1", voice.port()).payload_type(0);
        let join = join.codec(Codec::Pcmu).rtp(rtp);
        let joined = desk.plugin.join(&join).expect("joined");
        Caller {
            desk,
            voice,
            joined,
        }
    }
}

impl Caller {
    /// The port of Janus's that takes its audio.
    pub(crate) fn port(&self) -> u16 {
        let rtp = self.joined.rtp.as_ref();
        rtp.expect("Janus has a port for it").port
    }
}

/// Waits until something changes with that participant.
#[track_caller]
pub(crate) fn changed(desk: &Desk<Participant>, id: &Id) -> Attendee {
    desk.wait("a change of a participant", |event, _| match event {
        Event::Participants(it) => it.participants.iter().find(|it| it.id == *id).cloned(),
        _ => None,
    })
}

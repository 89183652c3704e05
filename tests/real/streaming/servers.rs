//! What Streaming adds to the servers of the tests.

use janus_blocking::{
    Event, Jsep, Streaming, VideoRoom,
    plugin::Id,
    streaming::{
        self, CreateRtp, Created, CreatedPort, Info, MountpointInfo, RtpStream, Viewer,
        viewer::{Status, Watch},
    },
    videoroom::{self, Create, Publisher, publisher::Join},
    webrtc::JsepKind,
};
use serde_json::Value;

pub(crate) use crate::servers::{ADMIN_KEY, SOON, assert_refused};
use crate::{desk::Desk, servers};

pub(crate) type Servers = servers::Servers<Streaming>;

impl Servers {
    /// A mountpoint of one audio stream that any source may feed.
    pub(crate) fn audio(&self, desk: &Desk<Streaming>) -> (Id, u16) {
        let created = desk.plugin.create_rtp(&CreateRtp::new(vec![audio()]));
        let created = created.expect("a mountpoint");
        let port = port(&created, "a").port.expect("a port");
        (created.stream.id, port)
    }

    /// Answers a viewer's offer by a publisher of a room of its own, and waits until both are
    /// connected.
    pub(crate) fn connect(&self, viewer: &Desk<Viewer>, offer: &Jsep) -> Desk<Publisher> {
        assert_eq!(offer.kind, JsepKind::Offer);
        let room = self.desk::<VideoRoom>().plugin;
        let create = Create::new().videocodec("vp8,vp9").audiocodec("opus,pcma");
        let room = room.create(&create).expect("a room").room;
        let relay = self.desk::<Publisher>();
        relay.plugin.join(&Join::new(room)).expect("joined");
        let publish = videoroom::publisher::Publish::new();
        let (_, answer) = relay.plugin.publish(&publish, offer).expect("published");
        let started = viewer.plugin.start(&Jsep::answer(answer.sdp));
        let status = started.expect("started").status;
        assert!(
            matches!(status, Status::Starting | Status::Started),
            "{status:?}"
        );
        wait_started(viewer);
        relay.wait_up();
        relay
    }

    /// Watches, and connects.
    pub(crate) fn watch(&self, watch: &Watch) -> (Desk<Viewer>, Desk<Publisher>) {
        let viewer = self.desk::<Viewer>();
        let (progress, offer) = viewer.plugin.watch(watch).expect("an offer");
        assert_eq!(progress.status, Status::Preparing);
        let relay = self.connect(&viewer, &offer);
        (viewer, relay)
    }
}

/// Both come when the PeerConnection is up, in any order.
pub(crate) fn wait_started(viewer: &Desk<Viewer>) {
    let (mut up, mut started) = (false, false);
    viewer.look(
        "PeerConnection; has this machine an address besides loopback?",
        |event| {
            match event {
                Event::WebrtcUp => up = true,
                Event::Plugin {
                    event: streaming::Event::Started,
                    ..
                } => started = true,
                _ => {}
            }
            (up && started).then_some(())
        },
    );
}

/// Waits until the relay gets media in that line.
pub(crate) fn wait_media(relay: &Desk<Publisher>, mid: &str) {
    relay.look("media", |event| match event {
        Event::Media(media) => {
            let here = media.mid.as_deref() == Some(mid) && media.receiving == Some(true);
            here.then_some(())
        }
        _ => None,
    });
}

pub(crate) fn audio() -> RtpStream {
    RtpStream::audio("a").codec("opus").pt(111)
}

pub(crate) fn port<'a>(created: &'a Created, mid: &str) -> &'a CreatedPort {
    let mut ports = created.stream.ports.iter();
    ports.find(|port| port.mid == mid).expect("a stream")
}

pub(crate) fn info(desk: &Desk<Streaming>, id: &Id) -> MountpointInfo {
    desk.plugin.info(&Info::new(id)).expect("it is there")
}

/// Which `create` and which `watch` it is.
pub(crate) fn variant(sent: &Value) -> String {
    let body = &sent["body"];
    let variant = match body["request"].as_str() {
        Some("create") if !body["type"].is_null() => body["type"].as_str(),
        Some("watch") if sent["jsep"].is_null() => Some("plugin_offer"),
        Some("watch") => Some("user_offer"),
        _ => None,
    };
    variant.unwrap_or_default().to_owned()
}

//! `rtp_forward`, `stop_rtp_forward`, `listforwarders`.

use common::voice::Voice;
use janus_blocking::{
    AudioBridge,
    audiobridge::{
        Codec, Create, HostFamily, ListForwarders, RtpForward, SrtpSuite, StopRtpForward,
        error_code,
    },
    plugin::Id,
};

use super::servers::{ADMIN_KEY, SOON, Servers, assert_refused};
use common::wait_until;

pub(crate) fn story(servers: &Servers) {
    let groups = ["door", "desk"].map(str::to_owned).to_vec();
    let (desk, room) = servers.room(&Create::new().secret("hush").groups(groups));
    let bridge = &desk.plugin;
    let copy = Voice::new();
    let forward = RtpForward::new(&room, "127.0.0.1", copy.port())
        .group("door")
        .ssrc(77)
        .codec(Codec::Pcma)
        .ptype(8)
        .host_family(HostFamily::Ipv4)
        .always_on(true);
    assert_refused(bridge.rtp_forward(&forward), error_code::MISSING_ELEMENT);
    let forward = forward.secret("hush");
    let made = bridge.rtp_forward(&forward).expect("forwarded");
    assert_eq!((&made.room, made.group.as_deref()), (&room, Some("door")));
    assert_eq!((&*made.host, made.port), ("127.0.0.1", copy.port()));
    // Silence is sent too, as that was asked for; but in a room where nobody is nothing is mixed.
    let (guest, _) = servers.listener_of(&room, "door");
    wait_until(SOON, "a copy comes", || {
        let heard = copy.hear();
        heard.is_some_and(|it| (it.payload_type, it.ssrc) == (8, 77))
    });

    let list = ListForwarders::new(&room).secret("hush");
    let forwarders = bridge.list_forwarders(&list).expect("a list");
    assert_eq!(forwarders.room, room);
    let [forwarder] = &forwarders.rtp_forwarders[..] else {
        panic!("not one: {forwarders:?}")
    };
    assert_eq!(
        (forwarder.stream_id, forwarder.group.as_deref()),
        (made.stream_id, Some("door"))
    );
    assert_eq!((&*forwarder.ip, forwarder.port), ("127.0.0.1", copy.port()));
    assert_eq!(
        (forwarder.ssrc, forwarder.ptype, &forwarder.codec),
        (Some(77), Some(8), &Codec::Pcma)
    );
    assert!(forwarder.always_on && !forwarder.srtp);
    assert_refused(
        bridge.list_forwarders(&ListForwarders::new(&room)),
        error_code::MISSING_ELEMENT,
    );

    let stop = StopRtpForward::new(&room, made.stream_id).secret("hush");
    let stopped = bridge.stop_rtp_forward(&stop).expect("stopped");
    assert_eq!(
        (stopped.room, stopped.stream_id),
        (room.clone(), made.stream_id)
    );
    // One that is not there is no error.
    bridge.stop_rtp_forward(&stop).expect("stopped");
    secured(bridge, &room);
    let unknown = RtpForward::new(&room, "127.0.0.1", 9)
        .group("attic")
        .secret("hush");
    assert_refused(bridge.rtp_forward(&unknown), error_code::NO_SUCH_GROUP);
    guest.plugin.leave().expect("left");
}

fn secured(bridge: &AudioBridge, room: &Id) {
    // 30 bytes of key and salt, in base64.
    let forward = RtpForward::new(room, "127.0.0.1", 9)
        .srtp_suite(SrtpSuite::Tag80)
        .srtp_crypto("MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw")
        .secret("hush");
    let made = bridge.rtp_forward(&forward).expect("forwarded");
    let list = ListForwarders::new(room).secret("hush");
    let list = bridge
        .list_forwarders(&list)
        .expect("a list")
        .rtp_forwarders;
    let forwarder = list.iter().find(|it| it.stream_id == made.stream_id);
    let forwarder = forwarder.expect("it is listed");
    assert!(forwarder.srtp && forwarder.group.is_none() && !forwarder.always_on);
    assert_eq!(
        (&forwarder.codec, forwarder.ptype),
        (&Codec::Opus, Some(100))
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn copies_of_the_mix_come_to_a_socket() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_admin_key_guards_forwarders_where_the_server_says_so() {
    let key = format!("admin_key = \"{ADMIN_KEY}\"");
    Servers::each_with(&[&key, "lock_rtp_forward = true"], |servers| {
        let (desk, room) = servers.room(&Create::new().admin_key(ADMIN_KEY));
        let forward = RtpForward::new(&room, "127.0.0.1", 9);
        let refused = [
            (None, error_code::MISSING_ELEMENT),
            (Some("let-them"), error_code::UNAUTHORIZED),
        ];
        for (key, code) in refused {
            let forward = match key {
                Some(key) => forward.clone().admin_key(key),
                None => forward.clone(),
            };
            assert_refused(desk.plugin.rtp_forward(&forward), code);
        }
        let made = desk
            .plugin
            .rtp_forward(&forward.admin_key(ADMIN_KEY))
            .expect("forwarded");
        let stop = StopRtpForward::new(&room, made.stream_id);
        assert_refused(
            desk.plugin.stop_rtp_forward(&stop),
            error_code::MISSING_ELEMENT,
        );
        desk.plugin
            .stop_rtp_forward(&stop.admin_key(ADMIN_KEY))
            .expect("stopped");
    });
}

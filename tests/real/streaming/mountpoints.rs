//! `create` of RTP mountpoints, `edit`, `destroy`, `list`, `info`, `enable`, `disable`, `kick_all`.

use std::time::Duration;

use janus_blocking::{
    Streaming,
    plugin::Id,
    streaming::{
        CreateRtp, DataType, Destroy, Disable, Edit, Enable, Info, KickAll, List, MediaKind,
        Mountpoint, RtpStream, error_code,
    },
};

use super::{
    feed::Feed,
    servers::{ADMIN_KEY, SOON, Servers, assert_refused, audio, info, port},
};
use crate::desk::Desk;

fn listed(desk: &Desk<Streaming>, list: &List, id: &Id) -> Option<Mountpoint> {
    let all = desk.plugin.list(list).expect("a list").list;
    all.into_iter().find(|entry| entry.id == *id)
}

fn streams() -> Vec<RtpStream> {
    vec![
        audio()
            .label("the voice")
            .msid("gate sound")
            .rtcpport(0)
            .fmtp("useinbandfec=1")
            .skew(true),
        RtpStream::video("v")
            .codec("vp8")
            .pt(100)
            .rtcpport(0)
            .simulcast(true)
            .port2(0)
            .port3(0),
        RtpStream::video("w")
            .codec("vp9")
            .pt(101)
            .svc(true)
            .bufferkf(true),
        RtpStream::data("d")
            .datatype(DataType::Text)
            .buffermsg(true),
    ]
}

pub(crate) fn story(servers: &Servers) {
    let desk = servers.desk::<Streaming>();
    let create = CreateRtp::new(streams())
        .id(40_001)
        .name("gate")
        .description("front gate")
        .metadata("floor 2")
        .is_private(false)
        .secret("hush")
        .pin("2580")
        .collision(Duration::from_secs(1))
        .bufferkf_ms(Duration::from_millis(500))
        .bufferkf_bytes(100_000)
        .threads(2)
        .playoutdelay_ext(true)
        .datatype(DataType::Binary);
    let created = desk.plugin.create_rtp(&create).expect("a mountpoint");
    assert_eq!((created.name.as_str(), created.permanent), ("gate", false));
    let stream = &created.stream;
    assert_eq!((&stream.id, stream.kind.as_str()), (&40_001.into(), "live"));
    assert_eq!(
        (stream.description.as_str(), stream.is_private),
        ("front gate", false)
    );
    assert_eq!((stream.ports.len(), created.warning.as_deref()), (4, None));
    let [a, v, d] = ["a", "v", "d"].map(|mid| port(&created, mid));
    assert_eq!((&a.kind, &d.kind), (&MediaKind::Audio, &MediaKind::Data));
    assert!(a.port.is_some() && a.rtcp_port.is_some() && a.port_2.is_none());
    assert_eq!(a.msid.as_deref(), Some("gate sound"));
    assert!(v.port_2.is_some() && v.port_3.is_some() && d.rtcp_port.is_none());
    let taken = desk.plugin.create_rtp(&create.clone().name("other"));
    assert_refused(taken, error_code::CANT_CREATE);
    let no_codec = CreateRtp::new(vec![RtpStream::audio("a")]);
    assert_refused(desk.plugin.create_rtp(&no_codec), error_code::CANT_CREATE);
    let empty = CreateRtp::new(vec![]);
    assert_refused(desk.plugin.create_rtp(&empty), error_code::CANT_CREATE);

    told(servers, &desk, (a.port, v.port_3));
    legacy(&desk);
    changed(&desk);

    let destroy = Destroy::new(40_001);
    assert_refused(desk.plugin.destroy(&destroy), error_code::MISSING_ELEMENT);
    let wrong = destroy.clone().secret("hush");
    assert_refused(desk.plugin.destroy(&wrong), error_code::UNAUTHORIZED);
    let destroy = destroy.secret("whisper");
    assert_eq!(
        desk.plugin.destroy(&destroy).expect("destroyed").id,
        40_001.into()
    );
    assert_refused(
        desk.plugin.destroy(&destroy),
        error_code::NO_SUCH_MOUNTPOINT,
    );
    let gone = desk.plugin.info(&Info::new(40_001));
    assert_refused(gone, error_code::NO_SUCH_MOUNTPOINT);
}

/// `info` and `list`, with the secret and without.
fn told(servers: &Servers, desk: &Desk<Streaming>, ports: (Option<u16>, Option<u16>)) {
    let all = desk
        .plugin
        .info(&Info::new(40_001).secret("hush"))
        .expect("it is there");
    assert_eq!((all.name.as_deref(), all.viewers), (Some("gate"), Some(0)));
    assert_eq!(all.description.as_deref(), Some("front gate"));
    assert_eq!(all.metadata.as_deref(), Some("floor 2"));
    let secrets = [&all.secret, &all.pin].map(|it| it.as_ref().map(|it| it.expose()));
    assert_eq!(secrets, [Some("hush"), Some("2580")]);
    assert!(all.enabled && !all.is_private && !all.rtsp && !all.srtp);
    assert_eq!(
        (all.collision, all.threads),
        (Some(Duration::from_secs(1)), Some(2))
    );
    let kept = (Some(Duration::from_millis(500)), Some(100_000));
    let kept = if servers.is_new() { kept } else { (None, None) };
    assert_eq!((all.bufferkf_ms, all.bufferkf_bytes), kept);
    let [a, v, w, d] = &all.media[..] else {
        panic!("not four streams: {:?}", all.media)
    };
    assert_eq!((a.mindex, a.mid.as_deref()), (Some(0), Some("a")));
    assert_eq!(
        (a.label.as_deref(), a.msid.as_deref()),
        (Some("the voice"), Some("gate sound"))
    );
    assert_eq!((a.pt, a.codec.as_deref()), (Some(111), Some("opus")));
    assert_eq!(a.rtpmap.as_deref(), Some("opus/48000/2"));
    assert_eq!(a.fmtp.as_deref(), Some("useinbandfec=1"));
    assert!(a.skew_compensation && a.age.is_some() && a.recording.is_none());
    assert_eq!((a.port, v.port3), ports);
    assert!(a.rtcpport.is_some() && v.port2.is_some() && v.videosimulcast);
    assert!(w.videosvc && w.videobufferkf != servers.is_new());
    assert_eq!(v.label.as_deref(), Some("video"));
    // Of the two it is the one beside the streams that counts.
    let datatype = servers.is_new().then_some("binary");
    assert_eq!(
        (&d.kind, d.datatype.as_deref()),
        (&MediaKind::Data, datatype)
    );

    for less in [Info::new(40_001), Info::new(40_001).secret("wrong")] {
        let less = desk.plugin.info(&less).expect("less is told");
        assert_eq!((less.name, less.secret, less.viewers), (None, None, None));
        assert_eq!((less.media[0].port, less.media.len()), (None, 4));
    }
    let entry = listed(desk, &List::new(), &40_001.into()).expect("it is listed");
    assert_eq!(
        (entry.kind.as_str(), entry.description.as_str()),
        ("live", "front gate")
    );
    assert!(entry.enabled && entry.metadata.as_deref() == Some("floor 2"));
    let first = &entry.media[0];
    assert_eq!((first.mid.as_str(), &first.kind), ("a", &MediaKind::Audio));
    assert_eq!(
        (first.label.as_str(), first.msid.as_deref()),
        ("the voice", Some("gate sound"))
    );
    assert!(first.age.is_some());
}

/// The deprecated form of `create`.
fn legacy(desk: &Desk<Streaming>) {
    let mut create = CreateRtp::new(vec![]).id(40_002).name("2nd");
    create.media = None;
    let create = create
        .audio(true)
        .audioport(0)
        .audiopt(111)
        .audiocodec("opus");
    let create = create
        .video(true)
        .videoport(0)
        .videopt(100)
        .videocodec("vp8");
    let create = create.data(true).dataport(0).datatype(DataType::Text);
    let created = desk.plugin.create_rtp(&create).expect("a mountpoint");
    assert_eq!(created.warning.as_deref(), Some("deprecated_api"));
    assert_eq!(created.name, "mp-2nd");
    let it = &created.stream;
    assert!(it.audio_port.is_some() && it.video_port.is_some() && it.data_port.is_some());
    assert!(it.ports.is_empty());
    let destroyed = desk.plugin.destroy(&Destroy::new(40_002));
    assert_eq!(destroyed.expect("destroyed").id, 40_002.into());
}

/// `edit`, `disable`, `enable` and `kick_all`.
fn changed(desk: &Desk<Streaming>) {
    let edit = Edit::new(40_001);
    assert_refused(desk.plugin.edit(&edit), error_code::MISSING_ELEMENT);
    let edit = edit
        .secret("hush")
        .new_description("back gate")
        .new_metadata("floor 3")
        .new_secret("whisper")
        .new_pin("")
        .new_is_private(true)
        .edited_event(true);
    let edited = desk.plugin.edit(&edit).expect("it can be changed");
    assert_eq!((edited.id, edited.permanent), (40_001.into(), false));
    assert_refused(desk.plugin.edit(&edit), error_code::UNAUTHORIZED);
    assert_eq!(
        listed(desk, &List::new(), &40_001.into()),
        None,
        "it is private now"
    );
    let all = desk
        .plugin
        .info(&Info::new(40_001).secret("whisper"))
        .expect("it is there");
    assert_eq!((all.pin, all.is_private), (None, true));
    assert_eq!(all.description.as_deref(), Some("back gate"));
    assert_eq!(all.metadata.as_deref(), Some("floor 3"));

    let disable = Disable::new(40_001);
    assert_refused(desk.plugin.disable(&disable), error_code::MISSING_ELEMENT);
    desk.plugin
        .disable(&disable.secret("whisper"))
        .expect("disabled");
    assert!(!info(desk, &40_001.into()).enabled);
    let enable = Enable::new(40_001);
    assert_refused(desk.plugin.enable(&enable), error_code::MISSING_ELEMENT);
    desk.plugin
        .enable(&enable.secret("whisper"))
        .expect("enabled");
    assert!(info(desk, &40_001.into()).enabled);
    let kick = KickAll::new(40_001).secret("whisper");
    desk.plugin.kick_all(&kick).expect("nobody was there");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_mountpoint_is_made_changed_found_and_destroyed() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_age_of_a_stream_shows_whether_it_is_fed() {
    Servers::each(|servers| {
        let desk = servers.desk::<Streaming>();
        let (id, port) = servers.audio(&desk);
        let age = || info(&desk, &id).media[0].age.expect("it is RTP");
        let old = Duration::from_millis(400);
        common::wait_until(SOON, "nothing has come for a while", || age() > old);
        let feed = Feed::audio(port);
        common::wait_until(SOON, "packets come", || age() < old / 2);
        drop(feed);
        common::wait_until(SOON, "no more packets come", || age() > old);
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_permanent_mountpoint_is_in_the_servers_configuration() {
    Servers::each(|servers| {
        let desk = servers.desk::<Streaming>();
        let create = CreateRtp::new(vec![audio()]).id(7).permanent(true);
        assert!(
            desk.plugin
                .create_rtp(&create)
                .expect("a mountpoint")
                .permanent
        );
        let edit = Edit::new(7).new_description("gate").permanent(true);
        assert!(
            desk.plugin
                .edit(&edit)
                .expect("it can be changed")
                .permanent
        );
        let destroy = Destroy::new(7).permanent(true);
        assert_eq!(
            desk.plugin.destroy(&destroy).expect("destroyed").id,
            7.into()
        );
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_admin_key_makes_mountpoints_and_lists_private_ones() {
    let key = format!("admin_key = \"{ADMIN_KEY}\"");
    Servers::each_with(&[&key], |servers| {
        let desk = servers.desk::<Streaming>();
        let create = CreateRtp::new(vec![audio()]).id(7).is_private(true);
        assert_refused(desk.plugin.create_rtp(&create), error_code::MISSING_ELEMENT);
        let wrong = create.clone().admin_key("wrong");
        assert_refused(desk.plugin.create_rtp(&wrong), error_code::UNAUTHORIZED);
        let created = desk.plugin.create_rtp(&create.admin_key(ADMIN_KEY));
        assert!(created.expect("a mountpoint").stream.is_private);
        assert_eq!(listed(&desk, &List::new(), &7.into()), None);
        let list = List::new().admin_key(ADMIN_KEY);
        assert!(listed(&desk, &list, &7.into()).is_some());
        let wrong = desk.plugin.list(&List::new().admin_key("wrong"));
        assert_refused(wrong, error_code::UNAUTHORIZED);
    });
}

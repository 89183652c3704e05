//! What `handle_info` tells of handles with media: the answers of real servers, typed.

use std::{collections::BTreeSet, fs};

use common::{WireProxy, wait_until};
use janus_blocking::{
    EchoTest, HandleId, Jsep,
    admin::{
        Admin, Dump,
        info::{HandleInfo, PluginInfo},
    },
    echotest::Settings,
};
use serde_json::Value;

use crate::{
    feed::Feed,
    servers::{SOON, Servers},
};

/// All keys that the facts have in any shape of this API, those of a VideoRoom's streams included.
fn known() -> BTreeSet<String> {
    let file = format!("{}/tests/data/janus-api.json", env!("CARGO_MANIFEST_DIR"));
    let facts: Value =
        serde_json::from_str(&fs::read_to_string(file).expect("a file")).expect("JSON");
    let mut known = BTreeSet::new();
    for shapes in [
        &facts["admin"]["shapes"],
        &facts["plugins"]["videoroom"]["shapes"],
    ] {
        for fields in shapes.as_object().expect("an object").values() {
            let names = fields.as_array().into_iter().flatten();
            known.extend(names.filter_map(|it| it["name"].as_str().map(str::to_owned)));
        }
    }
    known
}

/// The keys in there, without those that are names of media and of header extensions.
fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    ("media", Value::Object(media)) if !media.contains_key("filename") => {
                        media.values().for_each(|medium| keys(medium, found));
                    }
                    ("extensions" | "metadata", _) => {}
                    _ => keys(value, found),
                }
                found.insert(key.clone());
            }
        }
        Value::Array(list) => list.iter().for_each(|it| keys(it, found)),
        _ => {}
    }
}

fn assert_media(info: &HandleInfo) {
    let webrtc = info.webrtc.as_ref().expect("a PeerConnection");
    assert!(info.flags.as_ref().expect("flags").ready);
    assert!(webrtc.dtls.ready && webrtc.dtls.valid, "{webrtc:?}");
    assert!(
        ["ready", "connected"].contains(&&*webrtc.ice.state),
        "{webrtc:?}"
    );
    assert!(webrtc.ice.selected_pair.is_some() && !webrtc.ice.local_candidates.is_empty());
    let medium = webrtc.media.values().next().expect("one medium");
    assert_eq!(medium.kind, "audio");
    let codec = medium.codecs.as_ref().expect("a codec").codec.as_deref();
    assert_eq!(codec, Some("opus"));
    assert!(medium.rtcp.is_some() && medium.ssrc.is_some(), "{medium:?}");
}

fn story(servers: &Servers<EchoTest>) {
    let proxy = WireProxy::to_port(servers.admin_port());
    let admin = Admin::open(&proxy.url(), servers.admin_secret()).expect("the Admin API");
    let (mut feed, offer) = Feed::new(servers);
    let echo = servers.desk::<EchoTest>();
    let answer = echo.plugin.offer(&Settings::new().audio(true), &offer);
    feed.answer(Jsep::answer(answer.expect("an answer").sdp));
    echo.wait_up();
    let (session, handle) = (echo.session.id(), echo.plugin.handle().id());
    let info = |handle: HandleId| admin.handle_info(session, handle).expect("its info");
    feed.talking(|| {
        echo.wait_media();
        let folder = servers.folder().to_string_lossy().into_owned();
        let dump = Dump::new().folder(folder).filename("talk.pcap");
        admin.start_pcap(session, handle, &dump).expect("begun");
        wait_until(SOON, "packets are counted and written", || {
            let found = info(handle);
            let webrtc = found.webrtc.expect("a PeerConnection");
            let heard = webrtc
                .media
                .values()
                .any(|it| it.stats.incoming.packets > 0);
            let file = fs::metadata(servers.folder().join("talk.pcap"));
            heard && file.is_ok_and(|file| file.len() > 1_000)
        });
        admin.stop_pcap(session, handle).expect("ended");
        let pcap = fs::read(servers.folder().join("talk.pcap")).expect("the file");
        // Behind the heads of file and packet, and Ethernet's: IPv4, from the client.
        let packet = &pcap[24 + 16 + 14..];
        assert_eq!(
            (packet[0], &packet[12..20]),
            (0x45, &[10, 1, 1, 1, 10, 2, 2, 2][..])
        );
        assert_eq!(
            packet[20..24],
            [0x03, 0xE8, 0x07, 0xD0],
            "ports 1000 and 2000"
        );
        admin
            .start_text2pcap(session, handle, &dump.clone().filename("talk.txt"))
            .expect("begun");
        wait_until(SOON, "lines are written", || {
            let text = fs::read_to_string(servers.folder().join("talk.txt")).unwrap_or_default();
            text.starts_with("I ") && text.contains(" JANUS_TEXT2PCAP_RTP [session=")
        });
        admin.stop_text2pcap(session, handle).expect("ended");
        let found = info(handle);
        assert_media(&found);
        let sdps = found.sdps.expect("both");
        assert!(sdps.local.is_some() && sdps.remote.is_some());
        match found.plugin_specific {
            PluginInfo::EchoTest(echo) => assert!(echo.audio_active && !echo.destroyed),
            other => panic!("{other:?}"),
        }
        // Those of the feed too: a publisher's, a subscriber's.
        for other in admin.list_sessions().expect("a list") {
            for handle in admin.list_handles(other).expect("a list") {
                let found = admin.handle_info(other, handle).expect("its info");
                let typed = !matches!(found.plugin_specific, PluginInfo::Other(_));
                assert!(typed, "{found:?}");
            }
        }
    });
    let mut found = BTreeSet::new();
    for text in proxy.received() {
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        keys(&answer["info"], &mut found);
    }
    let known = known();
    let unknown: Vec<_> = found.difference(&known).collect();
    assert!(
        unknown.is_empty() && found.len() > 80,
        "{unknown:?} of {}",
        found.len()
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_real_servers_tell_of_media_is_typed_and_of_known_keys() {
    Servers::each(story);
}

//! The requests about mountpoints, with nothing and with everything set.

use std::time::Duration;

use janus_blocking::streaming::{
    CreateFile, CreateRtp, CreateRtsp, DataType, Destroy, Disable, Edit, Enable, Info, KickAll,
    LegacyRecording, List, RecordedStream, Recording, RtpStream, SrtpSuite,
};
use serde_json::{Value, json};

use crate::wire::{Case, SECRET, case};

fn stream() -> RtpStream {
    RtpStream::video("v")
        .label("the gate")
        .msid("gate camera")
        .mcast("239.1.2.3")
        .iface("eth0")
        .port(5004)
        .rtcpport(5005)
        .pt(100)
        .codec("vp8")
        .rtpmap("VP8/90000")
        .fmtp("profile-id=0")
        .skew(true)
        .bufferkf(true)
        .simulcast(true)
        .port2(5006)
        .port3(5008)
        .svc(false)
        .datatype(DataType::Binary)
        .buffermsg(true)
        .h264sps("Z0LAHtkDxWhAAAADAEAAAAwDxYuS,aMuMsg==")
}

fn create_rtp() -> CreateRtp {
    CreateRtp::new(vec![stream()])
        .id(7)
        .name("gate")
        .description("front gate")
        .metadata("floor 2")
        .is_private(true)
        .secret(SECRET)
        .pin(SECRET)
        .permanent(true)
        .collision(Duration::from_millis(1500))
        .bufferkf_ms(Duration::from_micros(1))
        .bufferkf_bytes(100_000)
        .threads(2)
        .srtpsuite(SrtpSuite::Tag80)
        .srtpcrypto(SECRET)
        .e2ee(true)
        .playoutdelay_ext(true)
        .abscapturetime_src_ext_id(1)
        .datatype(DataType::Text)
        .admin_key(SECRET)
        .audio(true)
        .video(true)
        .data(true)
        .audiomcast("239.1.2.4")
        .audioport(5010)
        .audiortcpport(5011)
        .audiopt(111)
        .audiocodec("opus")
        .audiortpmap("opus/48000/2")
        .audiofmtp("useinbandfec=1")
        .audioiface("eth0")
        .audioskew(true)
        .videomcast("239.1.2.5")
        .videoport(5012)
        .videortcpport(5013)
        .videopt(100)
        .videocodec("h264")
        .videortpmap("H264/90000")
        .videofmtp("profile-level-id=42e01f")
        .videobufferkf(true)
        .videoiface("eth0")
        .videosimulcast(true)
        .videoport2(5014)
        .videoport3(5016)
        .videoskew(true)
        .videosvc(true)
        .h264sps("Z0LAHtkDxWhAAAADAEAAAAwDxYuS,aMuMsg==")
        .datamcast("239.1.2.6")
        .dataport(5018)
        .databuffermsg(true)
        .dataiface("eth0")
}

fn create_file(empty: CreateFile) -> CreateFile {
    empty
        .id(8)
        .name("jingle")
        .description("a jingle")
        .metadata("loud")
        .is_private(true)
        .secret(SECRET)
        .pin(SECRET)
        .permanent(true)
        .video(false)
        .data(false)
        .media(vec![])
        .audiocodec("opus")
        .audiortpmap("opus/48000/2")
        .audiofmtp("useinbandfec=1")
        .audiopt(111)
        .admin_key(SECRET)
}

fn create_rtsp() -> CreateRtsp {
    CreateRtsp::new(format!("rtsp://viewer:{SECRET}@10.0.0.7/gate"))
        .rtsp_user("viewer")
        .rtsp_pwd(SECRET)
        .audio(true)
        .video(true)
        .data(false)
        .media(vec![])
        .id(9)
        .name("gate")
        .description("front gate")
        .metadata("floor 2")
        .is_private(true)
        .secret(SECRET)
        .pin(SECRET)
        .permanent(true)
        .rtsp_quirk(true)
        .rtsp_failcheck(false)
        .rtsp_check(false)
        .rtspiface("eth0")
        .rtsp_reconnect_delay(Duration::from_secs(10))
        .rtsp_session_timeout(Duration::from_secs(60))
        .rtsp_timeout(Duration::from_secs(20))
        .rtsp_conn_timeout(Duration::from_millis(1500))
        .rtsp_notify_changes(true)
        .audiocodec("pcma")
        .audiortpmap("PCMA/8000")
        .audiofmtp("none")
        .audiopt(8)
        .videocodec("h264")
        .videortpmap("H264/90000")
        .videofmtp("profile-level-id=42e01f")
        .videopt(96)
        .videobufferkf(true)
        .bufferkf_ms(Duration::from_secs(1))
        .bufferkf_bytes(100_000)
        .threads(2)
        .admin_key(SECRET)
}

pub(crate) fn cases() -> Vec<Case> {
    // What the constructors set although Janus has it as optional: without it, it refuses.
    let mut rtp = CreateRtp::new(vec![]);
    rtp.media = None;
    let [mut live, mut on_demand] = ["/srv/a.opus"; 2].map(CreateFile::live);
    live.audio = None;
    on_demand.audio = None;
    on_demand.kind = CreateFile::on_demand("").kind;
    let mut rtsp = CreateRtsp::new("");
    rtsp.url = None;
    let mut stop = Recording::stop(7, vec![]);
    stop.media = None;
    let recorded = vec![RecordedStream::to("v", "/tmp/gate")];
    let file = |name: &str| LegacyRecording::File(name.to_owned());
    vec![
        case("rtp", rtp, create_rtp()),
        case("live", live, create_file(CreateFile::live("/srv/a.opus"))),
        case(
            "ondemand",
            on_demand,
            create_file(CreateFile::on_demand("/srv/a.opus")),
        ),
        case("rtsp", rtsp, create_rtsp()),
        case(
            "",
            Edit::new(7),
            Edit::new(7)
                .secret(SECRET)
                .new_description("back gate")
                .new_metadata("floor 3")
                .new_secret(SECRET)
                .new_pin(SECRET)
                .new_is_private(false)
                .permanent(true)
                .edited_event(true),
        ),
        case(
            "",
            Destroy::new(7),
            Destroy::new(7).permanent(true).secret(SECRET),
        ),
        case("", List::new(), List::new().admin_key(SECRET)),
        case("", Info::new(7), Info::new(7).secret(SECRET)),
        case("", Enable::new(7), Enable::new(7).secret(SECRET)),
        case("", Disable::new(7), Disable::new(7).secret(SECRET)),
        case("", KickAll::new(7), KickAll::new(7).secret(SECRET)),
        case(
            "",
            stop,
            Recording::start(7, recorded)
                .audio(file("/tmp/gate-audio"))
                .video(file("/tmp/gate-video"))
                .data(file("/tmp/gate-data"))
                .secret(SECRET),
        ),
    ]
}

fn sent(request: impl serde::Serialize) -> Value {
    serde_json::to_value(request).expect("JSON")
}

#[test]
fn disable_never_lets_janus_stop_recordings() {
    let expected = json!({"request": "disable", "id": 7, "stop_recording": false});
    assert_eq!(sent(Disable::new(7)), expected);
    assert_eq!(sent(Disable::default())["stop_recording"], false);
}

#[test]
fn constructors_set_what_janus_would_refuse_to_miss() {
    assert_eq!(sent(CreateFile::live("a.opus"))["audio"], true);
    assert_eq!(sent(CreateFile::on_demand("a.opus"))["type"], "ondemand");
    let request = sent(CreateRtp::new(vec![RtpStream::audio("a")]));
    let audio = json!([{"type": "audio", "mid": "a", "port": 0}]);
    assert_eq!(request["media"], audio);
}

#[test]
fn recordings_in_the_deprecated_form_have_a_type_for_each_action() {
    let mut stop = Recording::stop(7, vec![]);
    stop.media = None;
    let sent = sent(stop.audio(LegacyRecording::Stop));
    let expected = json!({"request": "recording", "id": 7, "action": "stop", "audio": true});
    assert_eq!(sent, expected);
}

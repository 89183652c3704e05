//! Where the two real versions differ, to the line; everywhere else they are the same.

/// A scenario that the two versions see differently.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    pub scenario: &'static str,
    pub reason: &'static str,
    /// The lines that only 1.1.2's record has.
    pub only_1_1_2: &'static [&'static str],
    /// The lines that only 1.4.1's record has.
    pub only_1_4_1: &'static [&'static str],
}

/// All of them.
pub const DIFFERENCES: &[Difference] = &[
    Difference {
        scenario: "streaming: stop without anything to stop",
        reason: "answered since 1.3.1",
        only_1_1_2: &["stop: nothing"],
        only_1_4_1: &[r#"stop: {"result":{"status":"idle"},"streaming":"event"} null"#],
    },
    Difference {
        scenario: "streaming: an offer of the viewer's",
        reason: "answered since 1.1.4; before, Janus makes an offer of its own",
        only_1_1_2: &[r#"{"result":{"status":"preparing"},"streaming":"event"} "offer""#],
        only_1_4_1: &[r#"{"result":{"status":"starting"},"streaming":"event"} "answer""#],
    },
    Difference {
        scenario: "timeout: how long it takes",
        reason: "1.1.2 ends a session at the second pass of its watchdog (every 2 s) that finds it too old, 1.4.1 at the first",
        only_1_1_2: &["one ends within 1.25 s of its time: false"],
        only_1_4_1: &["one ends within 1.25 s of its time: true"],
    },
    Difference {
        scenario: "info: keys and values",
        reason: "each tells its own version; 1.4.1 has two more settings",
        only_1_1_2: &["version: 1102", r#"version_string: "1.1.2""#],
        only_1_4_1: &[
            "hangup-on-failed: false",
            "ice-consent-freshness: false",
            "version: 1401",
            r#"version_string: "1.4.1""#,
        ],
    },
    Difference {
        scenario: "info: plugins",
        reason: "plugins have versions of their own; VoiceMail went after 1.1.2",
        only_1_1_2: &[
            "janus.plugin.audiobridge version: 12",
            r#"janus.plugin.audiobridge version_string: "0.0.12""#,
            "janus.plugin.nosip version: 1",
            r#"janus.plugin.nosip version_string: "0.0.1""#,
            "janus.plugin.recordplay version: 4",
            r#"janus.plugin.recordplay version_string: "0.0.4""#,
            "janus.plugin.sip version: 8",
            r#"janus.plugin.sip version_string: "0.0.8""#,
            "janus.plugin.streaming version: 9",
            r#"janus.plugin.streaming version_string: "0.0.9""#,
            "janus.plugin.videoroom version: 9",
            r#"janus.plugin.videoroom version_string: "0.0.9""#,
            r#"janus.plugin.voicemail author: "Meetecho s.r.l.""#,
            r#"janus.plugin.voicemail description: "This is a plugin implementing a very simple VoiceMail service for Janus, recording Opus streams.""#,
            r#"janus.plugin.voicemail name: "JANUS VoiceMail plugin""#,
            "janus.plugin.voicemail version: 7",
            r#"janus.plugin.voicemail version_string: "0.0.7""#,
        ],
        only_1_4_1: &[
            "janus.plugin.audiobridge version: 13",
            r#"janus.plugin.audiobridge version_string: "0.0.13""#,
            "janus.plugin.nosip version: 2",
            r#"janus.plugin.nosip version_string: "0.0.2""#,
            "janus.plugin.recordplay version: 5",
            r#"janus.plugin.recordplay version_string: "0.0.5""#,
            "janus.plugin.sip version: 10",
            r#"janus.plugin.sip version_string: "0.0.10""#,
            "janus.plugin.streaming version: 11",
            r#"janus.plugin.streaming version_string: "0.0.11""#,
            "janus.plugin.videoroom version: 10",
            r#"janus.plugin.videoroom version_string: "0.0.10""#,
        ],
    },
    Difference {
        scenario: "envelope: white space around the object",
        reason: "1.1.2 wants another object when anything follows the last one, be it white space",
        only_1_1_2: &[
            r#"A < {"error":{"code":454,"reason":"Invalid Janus API request - "},"janus":"error"}"#,
            r#"A < {"error":{"code":454,"reason":"Invalid Janus API request - "},"janus":"error"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"pong","transaction":"r1"}"#,
            r#"A < {"janus":"pong","transaction":"r1"}"#,
        ],
    },
    Difference {
        scenario: "attach: all plugins, and detach",
        reason: "VoiceMail went after 1.1.2",
        only_1_1_2: &[
            r#"A < {"data":{"id":"<H10>"},"janus":"success","session_id":"<S1>","transaction":"t20"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"error":{"code":460,"reason":"No such plugin 'janus.plugin.voicemail'"},"janus":"error","session_id":"<S1>","transaction":"t20"}"#,
        ],
    },
    Difference {
        scenario: "hangup: without a PeerConnection",
        reason: "1.1.2's EchoTest says `done` though there was nothing to end",
        only_1_1_2: &[
            r#"A < {"janus":"event","plugindata":{"data":{"echotest":"event","result":"done"},"plugin":"janus.plugin.echotest"},"sender":"<H1>","session_id":"<S1>"}"#,
        ],
        only_1_4_1: &[],
    },
    Difference {
        scenario: "echotest: settings since 1.1.3",
        reason: "1.1.2 neither checks nor recognises the settings for SVC",
        only_1_1_2: &[
            r#"A < {"janus":"event","plugindata":{"data":{"echotest":"event","result":"ok"},"plugin":"janus.plugin.echotest"},"sender":"<H1>","session_id":"<S1>","transaction":"t4"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"echotest":"event","error":"Message error: no supported attributes found","error_code":413},"plugin":"janus.plugin.echotest"},"sender":"<H1>","session_id":"<S1>","transaction":"t5"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"echotest":"event","error":"Message error: no supported attributes found","error_code":413},"plugin":"janus.plugin.echotest"},"sender":"<H1>","session_id":"<S1>","transaction":"t6"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"echotest":"event","result":"ok"},"plugin":"janus.plugin.echotest"},"sender":"<H1>","session_id":"<S1>","transaction":"t7"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"echotest":"event","result":"ok"},"plugin":"janus.plugin.echotest"},"sender":"<H1>","session_id":"<S1>","transaction":"t8"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"event","plugindata":{"data":{"echotest":"event","error":"Invalid element type (svc should be a boolean)","error_code":413},"plugin":"janus.plugin.echotest"},"sender":"<H1>","session_id":"<S1>","transaction":"t4"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"echotest":"event","result":"ok"},"plugin":"janus.plugin.echotest"},"sender":"<H1>","session_id":"<S1>","transaction":"t5"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"echotest":"event","result":"ok"},"plugin":"janus.plugin.echotest"},"sender":"<H1>","session_id":"<S1>","transaction":"t6"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"echotest":"event","error":"Invalid value (spatial_layer should be 0, 1 or 2)","error_code":413},"plugin":"janus.plugin.echotest"},"sender":"<H1>","session_id":"<S1>","transaction":"t7"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"echotest":"event","error":"Invalid element type (temporal_layer should be a positive integer)","error_code":413},"plugin":"janus.plugin.echotest"},"sender":"<H1>","session_id":"<S1>","transaction":"t8"}"#,
        ],
    },
    Difference {
        scenario: "echotest: feedback that was not offered",
        reason: "`transport-cc`: 1.1.2 answers it on video always, 1.4.1 where the header extension is offered",
        only_1_1_2: &[
            "    m=video PORT UDP/TLS/RTP/SAVPF 96 a=sendrecv a=mid:0 a=rtcp-mux a=setup:active a=rtpmap:96 VP8/90000 a=rtcp-fb:96 ccm fir a=rtcp-fb:96 nack a=rtcp-fb:96 nack pli a=rtcp-fb:96 goog-remb a=rtcp-fb:96 transport-cc",
            "    m=video PORT UDP/TLS/RTP/SAVPF 96 a=sendrecv a=mid:0 a=rtcp-mux a=setup:active a=rtpmap:96 VP8/90000 a=rtcp-fb:96 ccm fir a=rtcp-fb:96 nack a=rtcp-fb:96 nack pli a=rtcp-fb:96 goog-remb a=rtcp-fb:96 transport-cc",
            "    m=audio PORT UDP/TLS/RTP/SAVPF 111 a=sendrecv a=mid:0 a=rtcp-mux a=setup:active a=rtpmap:111 opus/48000/2",
        ],
        only_1_4_1: &[
            "    m=video PORT UDP/TLS/RTP/SAVPF 96 a=sendrecv a=mid:0 a=rtcp-mux a=setup:active a=rtpmap:96 VP8/90000 a=rtcp-fb:96 ccm fir a=rtcp-fb:96 nack a=rtcp-fb:96 nack pli a=rtcp-fb:96 goog-remb",
            "    m=video PORT UDP/TLS/RTP/SAVPF 96 a=sendrecv a=mid:0 a=rtcp-mux a=setup:active a=rtpmap:96 VP8/90000 a=rtcp-fb:96 ccm fir a=rtcp-fb:96 nack a=rtcp-fb:96 nack pli a=rtcp-fb:96 goog-remb",
            "    m=audio PORT UDP/TLS/RTP/SAVPF 111 a=sendrecv a=mid:0 a=rtcp-mux a=setup:active a=rtpmap:111 opus/48000/2 a=rtcp-fb:111 transport-cc",
        ],
    },
    Difference {
        scenario: "audiobridge: plain RTP",
        reason: "1.4.1 takes a plain RTP participant for set up at once, 1.1.2 with its first packet",
        only_1_1_2: &[
            r#"B < {"janus":"success","plugindata":{"data":{"audiobridge":"participants","participants":[{"id":1,"muted":false,"setup":false},{"id":2,"muted":false,"setup":false}],"room":3071},"plugin":"janus.plugin.audiobridge"},"sender":"<H2>","session_id":"<S2>","transaction":"t8"}"#,
            r#"[{"id":1,"muted":false,"setup":false},{"id":2,"muted":false,"setup":false}]"#,
            r#"C < {"janus":"success","plugindata":{"data":{"audiobridge":"participants","participants":[{"id":1,"muted":false,"setup":false},{"id":2,"muted":false,"setup":false},{"id":3,"muted":false,"setup":false,"talking":false}],"room":3071},"plugin":"janus.plugin.audiobridge"},"sender":"<H3>","session_id":"<S3>","transaction":"t12"}"#,
        ],
        only_1_4_1: &[
            r#"B < {"janus":"success","plugindata":{"data":{"audiobridge":"participants","participants":[{"id":1,"muted":false,"setup":false},{"id":2,"muted":false,"setup":true}],"room":3071},"plugin":"janus.plugin.audiobridge"},"sender":"<H2>","session_id":"<S2>","transaction":"t8"}"#,
            r#"[{"id":1,"muted":false,"setup":false},{"id":2,"muted":false,"setup":true}]"#,
            r#"C < {"janus":"success","plugindata":{"data":{"audiobridge":"participants","participants":[{"id":1,"muted":false,"setup":false},{"id":2,"muted":false,"setup":true},{"id":3,"muted":false,"setup":true,"talking":false}],"room":3071},"plugin":"janus.plugin.audiobridge"},"sender":"<H3>","session_id":"<S3>","transaction":"t12"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"audiobridge":"event","participants":[{"id":2,"muted":false,"setup":true}],"room":3071},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"audiobridge":"event","participants":[{"id":3,"muted":false,"setup":true}],"room":3071},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"audiobridge":"event","participants":[{"id":3,"muted":false,"setup":true}],"room":3071},"plugin":"janus.plugin.audiobridge"},"sender":"<H2>","session_id":"<S2>"}"#,
        ],
    },
    Difference {
        scenario: "audiobridge: moving between rooms",
        reason: "1.1.2 puts those who move to another position than those who join",
        only_1_1_2: &[
            r#"B < {"janus":"event","plugindata":{"data":{"audiobridge":"joined","participants":[{"display":"Alice","id":2,"muted":true,"setup":false,"spatial_position":64}],"room":3092},"plugin":"janus.plugin.audiobridge"},"sender":"<H2>","session_id":"<S2>"}"#,
        ],
        only_1_4_1: &[
            r#"B < {"janus":"event","plugindata":{"data":{"audiobridge":"joined","participants":[{"display":"Alice","id":2,"muted":true,"setup":false,"spatial_position":50}],"room":3092},"plugin":"janus.plugin.audiobridge"},"sender":"<H2>","session_id":"<S2>"}"#,
        ],
    },
    Difference {
        scenario: "audiobridge: kicks of those without a PeerConnection",
        reason: "since 1.2.2 they stay",
        only_1_1_2: &[
            r#"B < {"janus":"event","plugindata":{"data":{"audiobridge":"event","leaving":2,"room":3111},"plugin":"janus.plugin.audiobridge"},"sender":"<H2>","session_id":"<S2>"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"participants","participants":[{"id":1,"muted":false,"setup":false}],"room":3111},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t12"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"participants","participants":[{"id":1,"muted":false,"setup":false},{"id":2,"muted":false,"setup":false}],"room":3111},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t12"}"#,
            r#"C < {"janus":"event","plugindata":{"data":{"audiobridge":"destroyed","room":3111},"plugin":"janus.plugin.audiobridge"},"sender":"<H3>","session_id":"<S3>"}"#,
        ],
    },
    Difference {
        scenario: "audiobridge: suspending",
        reason: "1.1.2 knows no `suspend`",
        only_1_1_2: &[
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"event","error":"Unknown request 'suspend'","error_code":482},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t8"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"event","error":"Unknown request 'suspend'","error_code":482},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t9"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"event","error":"Unknown request 'suspend'","error_code":482},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t10"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"event","error":"Unknown request 'resume'","error_code":482},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t11"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"event","error":"Unknown request 'suspend'","error_code":482},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t12"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"event","error":"Unknown request 'suspend'","error_code":482},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t13"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"event","error":"Unknown request 'resume'","error_code":482},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t15"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"audiobridge":"event","participants":[{"display":"Bob","id":2,"muted":false,"setup":false}],"room":3121},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"event","error":"Missing mandatory element (secret)","error_code":483},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t8"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"success"},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t9"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"audiobridge":"event","room":3121,"suspended":2},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"success"},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t10"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"success"},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t11"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"audiobridge":"event","resumed":2,"room":3121},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"event","error":"No such user 3 in room 3121","error_code":492},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t12"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"success"},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t13"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"audiobridge":"event","room":3121,"suspended":1},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"audiobridge":"event","room":3121,"suspended":2},"plugin":"janus.plugin.audiobridge"},"sender":"<H2>","session_id":"<S2>"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"audiobridge":"event","resumed":2,"room":3121},"plugin":"janus.plugin.audiobridge"},"sender":"<H2>","session_id":"<S2>"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"audiobridge":"event","room":3121,"suspended":1},"plugin":"janus.plugin.audiobridge"},"sender":"<H2>","session_id":"<S2>"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"success"},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t15"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"audiobridge":"event","participants":[{"display":"Bob","id":2,"muted":false,"setup":false}],"resumed":1,"room":3121},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"audiobridge":"event","resumed":1,"room":3121},"plugin":"janus.plugin.audiobridge"},"sender":"<H2>","session_id":"<S2>"}"#,
        ],
    },
    Difference {
        scenario: "audiobridge: files that cannot be played",
        reason: "1.1.2 knows neither `listannouncements` nor `stop_all_files`",
        only_1_1_2: &[
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"event","error":"Unknown request 'listannouncements'","error_code":482},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t13"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"event","error":"Unknown request 'stop_all_files'","error_code":482},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t14"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"success","plugindata":{"data":{"announcements":[],"audiobridge":"announcements","room":3161},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t13"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"audiobridge":"success","file_id_list":[],"room":3161},"plugin":"janus.plugin.audiobridge"},"sender":"<H1>","session_id":"<S1>","transaction":"t14"}"#,
        ],
    },
    Difference {
        scenario: "sip: register a guest",
        reason: "1.4.1 tells a `unique_id`",
        only_1_1_2: &[
            r#"A < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","master_id":"<number>","register_sent":false,"username":"g"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t3"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","master_id":"<number>","register_sent":false,"username":"h"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t4"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","master_id":"<number>","register_sent":false,"unique_id":"<text>","username":"g"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t3"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","master_id":"<number>","register_sent":false,"unique_id":"<text>","username":"h"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t4"}"#,
        ],
    },
    Difference {
        scenario: "sip: register without sending it",
        reason: "1.4.1 tells a `unique_id`",
        only_1_1_2: &[
            r#"A < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","master_id":"<number>","register_sent":false,"username":"d"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t3"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","master_id":"<number>","register_sent":false,"unique_id":"<text>","username":"d"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t3"}"#,
        ],
    },
    Difference {
        scenario: "sip: register with wrong types",
        reason: "1.1.2 does not know `automatic_ringing`",
        only_1_1_2: &[
            r#"A < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","master_id":"<number>","register_sent":false,"username":"d"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t24"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Invalid element type (automatic_ringing should be a boolean)","error_code":444,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t24"}"#,
        ],
    },
    Difference {
        scenario: "sip: register with conflicts",
        reason: "1.1.2 refuses a guest with `send_register` even when it is false",
        only_1_1_2: &[
            r#"D < {"janus":"event","plugindata":{"data":{"error":"Conflicting elements: send_register cannot be true if guest is true","error_code":444,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H4>","session_id":"<S4>","transaction":"t12"}"#,
        ],
        only_1_4_1: &[
            r#"D < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","master_id":"<number>","register_sent":false,"unique_id":"<text>","username":"d"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H4>","session_id":"<S4>","transaction":"t12"}"#,
        ],
    },
    Difference {
        scenario: "sip: helpers",
        reason: "1.4.1 tells a `unique_id`",
        only_1_1_2: &[
            r#"A < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","master_id":"<number>","register_sent":false,"username":"g"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t3"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","helper":true,"master_id":"<number>","register_sent":false,"username":"g"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t8"}"#,
            r#"C < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","helper":true,"master_id":"<number>","register_sent":false,"username":"g"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H3>","session_id":"<S3>","transaction":"t9"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","helper":true,"master_id":"<number>","register_sent":false,"username":"g"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t13"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","master_id":"<number>","register_sent":false,"unique_id":"<text>","username":"g"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t3"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","helper":true,"master_id":"<number>","register_sent":false,"unique_id":"<text>","username":"g"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t8"}"#,
            r#"C < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","helper":true,"master_id":"<number>","register_sent":false,"unique_id":"<text>","username":"g"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H3>","session_id":"<S3>","transaction":"t9"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"result":{"event":"registered","helper":true,"master_id":"<number>","register_sent":false,"unique_id":"<text>","username":"g"},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t13"}"#,
        ],
    },
    Difference {
        scenario: "sip: accept without a call",
        reason: "1.4.1 accepts after `progress` too, and says so",
        only_1_1_2: &[
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not invited? status=idle)","error_code":447,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t5"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not invited? status=idle)","error_code":447,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t6"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not invited? status=idle)","error_code":447,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t7"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not invited? status=idle)","error_code":447,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t8"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not invited or progress? status=idle)","error_code":447,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t5"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not invited or progress? status=idle)","error_code":447,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t6"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not invited or progress? status=idle)","error_code":447,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t7"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not invited or progress? status=idle)","error_code":447,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t8"}"#,
        ],
    },
    Difference {
        scenario: "sip: requests since 1.1.3",
        reason: "1.1.2 does not know them",
        only_1_1_2: &[
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Unknown request (progress)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t5"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Unknown request (send_ringing)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t6"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Unknown request (keyframe)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t7"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Unknown request (rtp_forward)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t8"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Unknown request (stop_rtp_forward)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t9"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Unknown request (stop_rtp_forward)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t10"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Unknown request (listforwarders)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t11"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Unknown request (progress)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t12"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Unknown request (send_ringing)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t13"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Unknown request (keyframe)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t14"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Unknown request (rtp_forward)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t15"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Unknown request (stop_rtp_forward)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t16"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Unknown request (stop_rtp_forward)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t17"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Unknown request (listforwarders)","error_code":442,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t18"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not invited? status=idle)","error_code":447,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t5"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not in a call?)","error_code":0,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t6"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not in a call?)","error_code":0,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t7"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Missing mandatory element (streams)","error_code":443,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t8"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"Missing mandatory element (stream_id)","error_code":443,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t9"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"error":"No such stream (5)","error_code":455,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t10"}"#,
            r#"A < {"janus":"event","plugindata":{"data":{"result":{"event":"forwarders","rtp_forwarders":[]},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H1>","session_id":"<S1>","transaction":"t11"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not invited? status=idle)","error_code":447,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t12"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not in a call?)","error_code":0,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t13"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Wrong state (not in a call?)","error_code":0,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t14"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Missing mandatory element (streams)","error_code":443,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t15"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"Missing mandatory element (stream_id)","error_code":443,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t16"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"error":"No such stream (5)","error_code":455,"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t17"}"#,
            r#"B < {"janus":"event","plugindata":{"data":{"result":{"event":"forwarders","rtp_forwarders":[]},"sip":"event"},"plugin":"janus.plugin.sip"},"sender":"<H2>","session_id":"<S2>","transaction":"t18"}"#,
        ],
    },
    Difference {
        scenario: "textroom: who is in a room",
        reason: "1.1.2 forgets the key `textroom`",
        only_1_1_2: &[
            r#"A < {"janus":"success","plugindata":{"data":{"participants":[],"room":908},"plugin":"janus.plugin.textroom"},"sender":"<H1>","session_id":"<S1>","transaction":"t5"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"participants":[{"display":"Alice","username":"alice"}],"room":908},"plugin":"janus.plugin.textroom"},"sender":"<H1>","session_id":"<S1>","transaction":"t7"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"success","plugindata":{"data":{"participants":[],"room":908,"textroom":"success"},"plugin":"janus.plugin.textroom"},"sender":"<H1>","session_id":"<S1>","transaction":"t5"}"#,
            r#"A < {"janus":"success","plugindata":{"data":{"participants":[{"display":"Alice","username":"alice"}],"room":908,"textroom":"success"},"plugin":"janus.plugin.textroom"},"sender":"<H1>","session_id":"<S1>","transaction":"t7"}"#,
        ],
    },
    Difference {
        scenario: "textroom: kicks and announcements",
        reason: "1.1.2 misspells the key `textroom`",
        only_1_1_2: &[
            r#"A < {"janus":"success","plugindata":{"data":{"textbridge":"success"},"plugin":"janus.plugin.textroom"},"sender":"<H1>","session_id":"<S1>","transaction":"t8"}"#,
        ],
        only_1_4_1: &[
            r#"A < {"janus":"success","plugindata":{"data":{"textroom":"success"},"plugin":"janus.plugin.textroom"},"sender":"<H1>","session_id":"<S1>","transaction":"t8"}"#,
        ],
    },
    Difference {
        scenario: "textroom: hangup without a PeerConnection",
        reason: "1.1.2's TextRoom leaves all rooms though there was nothing to end",
        only_1_1_2: &[
            r#"listed: [{"description":"Room 913","history":0,"num_participants":0,"pin_required":false,"room":913}]"#,
        ],
        only_1_4_1: &[
            r#"listed: [{"description":"Room 913","history":0,"num_participants":1,"pin_required":false,"room":913}]"#,
        ],
    },
];

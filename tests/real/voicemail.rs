//! Every request of the VoiceMail plugin against Janus 1.1.2; later ones do not have it.

use std::fs;

use common::{exchanged, sdp};
use janus_blocking::{
    Connection, Event as CoreEvent, Jsep, VoiceMail,
    voicemail::{Event, error_code},
    webrtc::JsepKind,
};

use crate::{
    desk::Desk,
    feed::Feed,
    servers::{self, assert_refused},
};

type Servers = servers::Servers<VoiceMail>;

/// Begins a message.
fn begin(servers: &Servers) -> (Feed, Desk<VoiceMail>) {
    let (feed, offer) = Feed::new(servers);
    let mail = servers.desk::<VoiceMail>();
    let answer = mail.plugin.record(&offer).expect("an answer");
    assert_eq!(answer.kind, JsepKind::Answer);
    feed.answer(answer);
    (feed, mail)
}

/// The plugin ends the handle.
#[track_caller]
fn gone(mail: &Desk<VoiceMail>) {
    mail.look("the end of the handle", |event| match event {
        CoreEvent::Detached => Some(()),
        _ => None,
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_message_is_recorded_and_every_request_is_exchanged() {
    Servers::each(|servers| {
        if servers.is_new() {
            let janus = Connection::open(&servers.proxy.url()).expect("Janus is there");
            let attached = janus
                .create_session()
                .expect("a session")
                .attach::<VoiceMail>();
            let error = attached.expect_err("it is gone");
            assert_eq!(error.code().map(|code| code.value()), Some(460), "{error}");
            return;
        }
        let early = servers.desk::<VoiceMail>();
        let offer = Jsep::offer(sdp::audio_offer());
        assert_refused(early.plugin.update(&offer), error_code::INVALID_STATE);

        let (mut feed, mail) = begin(servers);
        mail.wait("started", |event, _| {
            (*event == Event::Started).then_some(())
        });
        feed.talking(|| mail.wait_media());
        let again = mail
            .plugin
            .handle()
            .request(&janus_blocking::voicemail::Record::new());
        assert_refused(again, error_code::ALREADY_RECORDING);
        let answer = mail.plugin.update(&feed.restart()).expect("an answer");
        feed.answer(answer);
        let message = mail.plugin.stop().expect("stopped");
        let recording = message.recording.expect("a file");
        assert!(recording.ends_with(".opus"), "{recording}");
        gone(&mail);
        let version = servers.version.to_string();
        let exchanged = servers.exchanged(|_| String::new());
        assert_eq!(exchanged, exchanged::with("voicemail", &version));
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_message_ends_by_itself_after_ten_seconds() {
    Servers::each_with(&["path = \"mails\""], |servers| {
        if servers.is_new() {
            return;
        }
        let (mut feed, mail) = begin(servers);
        let message = feed.talking(|| {
            mail.wait("the end", |event, _| match event {
                Event::Done(message) => Some(message.clone()),
                _ => None,
            })
        });
        let recording = message.recording.expect("a file");
        let name = recording.rsplit('/').next().expect("a name");
        let file = servers.folder().join("mails").join(name);
        let file = fs::read(file).expect("the file");
        assert!(file.starts_with(b"OggS"));
        gone(&mail);
    });
}

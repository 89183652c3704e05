//! The requests of viewers, with nothing and with everything set.

use std::time::Duration;

use janus_blocking::{
    ErrorCode, Jsep, Plugin,
    streaming::{
        Viewer, error_code,
        viewer::{Configure, ConfigureStream, Off, Pause, Start, Stop, Switch, Watch},
    },
    testing::{self, Expect},
};
use serde_json::json;

use crate::wire::{Case, SECRET, case};

fn watch() -> Watch {
    Watch::new(7)
        .pin(SECRET)
        .media(vec!["a".to_owned(), "v".to_owned()])
        .restart(false)
        .offer_audio(true)
        .offer_video(true)
        .offer_data(false)
}

pub(crate) fn cases() -> Vec<Case> {
    let stream = ConfigureStream::new()
        .mid("v")
        .send(true)
        .substream(1)
        .temporal(2)
        .fallback(Duration::from_millis(500))
        .spatial_layer(1)
        .temporal_layer(2)
        .min_delay(2)
        .max_delay(-1);
    let configure = Configure::new()
        .streams(vec![stream])
        .mid("v")
        .send(false)
        .substream(1)
        .temporal(2)
        .fallback(Duration::from_millis(500))
        .spatial_layer(1)
        .temporal_layer(2)
        .min_delay(2)
        .max_delay(-1)
        .audio(Off)
        .video(Off)
        .data(Off);
    vec![
        case(
            "plugin_offer",
            Watch::new(7),
            watch()
                .substream(1)
                .temporal(2)
                .fallback(Duration::from_millis(500))
                .spatial_layer(1)
                .temporal_layer(2),
        ),
        case("user_offer", Watch::new(7), watch()),
        case("", Start::new(), Start::new()),
        case("", Pause::new(), Pause::new()),
        case("", Configure::new(), configure),
        case("", Switch::new(7), Switch::new(7)),
        case("", Stop::new(), Stop::new()),
    ]
}

#[test]
fn no_restart_is_sent_by_a_viewer_that_watches_nothing() {
    let (gateway, viewer) = testing::attached::<Viewer>().expect("a viewer");
    let refused = json!({
        "streaming": "event", "error_code": 455, "error": "Can't configure: not on a mountpoint",
    });
    let configure = Expect::request(Viewer::PACKAGE, json!({ "request": "configure" }));
    gateway.expect(configure.answer(refused));
    let error = viewer.watch(&Watch::new(7).restart(true)).unwrap_err();
    assert_eq!(error.code(), Some(error_code::NO_SUCH_MOUNTPOINT));
    let sent = gateway.requests();
    assert!(sent.iter().all(|it| it.body()["request"] != "watch"));
}

#[test]
fn an_offer_that_comes_back_is_no_answer() {
    let said = r#"{"streaming":"event","result":{"status":"preparing"}}"#;
    let offer = Jsep::offer(testing::AUDIO_SDP);
    let (_gateway, viewer) =
        testing::with_outcome::<Viewer>("watch", said, Some(offer.clone())).expect("a viewer");
    let error = viewer.watch_with_offer(&Watch::new(7), &offer).unwrap_err();
    assert_eq!(error.code(), None::<ErrorCode>);
    assert!(
        error.to_string().contains("an answer to the offer"),
        "{error}"
    );
}

//! What is heard: two participants over plain RTP, each with a tone of its own.

use std::{collections::VecDeque, time::Instant};

use common::voice::{Heard, Voice};
use janus_blocking::audiobridge::{Codec, Create, Mute, RtpForward, participant::Join};

use super::servers::{SOON, Servers};

/// Loud enough to be no noise; the tones are sent with 8,000.
const LOUD: f64 = 2_000.0;
/// How many packets are looked at, a second's, and how many of them have to be as they should be: on a
/// busy machine some are late, and others made up.
const PACKETS: usize = 50;
const GOOD: usize = 20;

/// Waits until what is heard is as it should be.
#[track_caller]
pub(crate) fn wait_heard(voice: &Voice, what: &str, good: impl Fn(&Heard) -> bool) {
    voice.forget();
    let (begun, mut last) = (Instant::now(), VecDeque::new());
    while last.iter().filter(|good| **good).count() < GOOD {
        assert!(begun.elapsed() < SOON * 2, "never: {what}; {last:?}");
        if let Some(heard) = voice.hear() {
            last.push_back(good(&heard));
            if last.len() > PACKETS {
                last.pop_front();
            }
        }
    }
}

/// Whether the packet has these tones, and not those.
pub(crate) fn has(heard: &Heard, tones: &[u32], others: &[u32]) -> bool {
    let loud = |hertz: &u32| heard.loudness(*hertz) > LOUD;
    // A tenth is what G.711 itself may add.
    let silent = |hertz: &u32| heard.loudness(*hertz) < LOUD / 10.0;
    tones.iter().all(loud) && others.iter().all(silent)
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn each_hears_the_other_and_not_itself_and_a_forwarder_both() {
    Servers::each(|servers| {
        let create = Create::new().allow_rtp_participants(true).secret("hush");
        let (desk, room) = servers.room(&create);
        let [alice, bob] =
            ["Alice", "Bob"].map(|name| servers.caller(Join::new(&room).display(name)));
        let _low = alice.voice.say(alice.port(), 400);
        let high = bob.voice.say(bob.port(), 1_000);
        wait_heard(&alice.voice, "Alice hears Bob", |it| {
            it.payload_type == 0 && has(it, &[1_000], &[400])
        });
        wait_heard(&bob.voice, "Bob hears Alice", |it| {
            has(it, &[400], &[1_000])
        });

        let copy = Voice::new();
        let forward = RtpForward::new(&room, "127.0.0.1", copy.port())
            .codec(Codec::Pcmu)
            .ptype(0)
            .ssrc(77)
            .secret("hush");
        desk.plugin.rtp_forward(&forward).expect("forwarded");
        wait_heard(&copy, "the copy has both", |it| {
            it.ssrc == 77 && has(it, &[400, 1_000], &[])
        });

        let mute = Mute::new(&room, &alice.joined.id).secret("hush");
        desk.plugin.mute(&mute).expect("muted");
        wait_heard(&copy, "the copy has Bob alone", |it| {
            has(it, &[1_000], &[400])
        });
        drop(high);
        wait_heard(&alice.voice, "nobody is heard", |it| {
            has(it, &[], &[400, 1_000])
        });
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn groups_are_mixed_for_all_and_forwarded_by_themselves() {
    Servers::each(|servers| {
        let groups = ["door", "desk"].map(str::to_owned).to_vec();
        let create = Create::new().allow_rtp_participants(true).groups(groups);
        let (desk, room) = servers.room(&create);
        let [door, inner] =
            ["door", "desk"].map(|group| servers.caller(Join::new(&room).group(group)));
        let _tones = [
            door.voice.say(door.port(), 400),
            inner.voice.say(inner.port(), 1_000),
        ];
        let [of_door, of_all] = [Some("door"), None].map(|group| {
            let copy = Voice::new();
            let forward = RtpForward::new(&room, "127.0.0.1", copy.port()).codec(Codec::Pcmu);
            let forward = match group {
                Some(group) => forward.group(group),
                None => forward,
            };
            let made = desk.plugin.rtp_forward(&forward).expect("forwarded");
            assert_eq!(made.group.as_deref(), group);
            copy
        });
        wait_heard(&of_door, "one group", |it| has(it, &[400], &[1_000]));
        wait_heard(&of_all, "both groups", |it| has(it, &[400, 1_000], &[]));
        wait_heard(&inner.voice, "the other group is heard", |it| {
            has(it, &[400], &[1_000])
        });
    });
}

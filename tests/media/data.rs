//! Data channels.

use janus_blocking::{
    Error, Jsep,
    webrtc::{Codec, DataChannel, Direction, Media, MediaError, Message, Peer, PeerEvent},
};

use super::{
    pair::{Side, WAIT, connected, refused},
    renegotiation::offered,
};

fn opened_there(peer: &Peer) -> DataChannel {
    loop {
        match peer
            .events()
            .recv_timeout(WAIT)
            .expect("it is open")
            .expect("an event")
        {
            PeerEvent::DataChannel(channel) => return channel,
            _ => continue,
        }
    }
}

fn message(channel: &DataChannel) -> Message {
    channel
        .recv_timeout(WAIT)
        .expect("it is open")
        .expect("a message")
}

#[test]
fn messages_pass_both_ways_whoever_opened_the_channel() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = connected(a.peer().data("chat"), b.peer().data("other"));
    let chat = one.data_channel("chat").expect("it was asked for");
    assert_eq!(chat.label(), "chat");
    chat.wait_open(WAIT).expect("it opens");
    let there = opened_there(&other);
    assert_eq!(there.label(), "chat");
    chat.send_text("hello").expect("it is open");
    assert_eq!(message(&there).text(), Some("hello"));
    there.send(&[0, 159, 146, 150]).expect("it is open");
    let back = message(&chat);
    assert_eq!(
        (back.data.len(), back.is_text, back.text()),
        (4, false, None)
    );

    // The one that the answering side has opened.
    assert_eq!(opened_there(&one).label(), "other");
    let mine = other.data_channel("other").expect("it was asked for");
    mine.send_text("from the other side").expect("it is open");
    let theirs = one.data_channel("other").expect("it is known");
    assert_eq!(message(&theirs).text(), Some("from the other side"));
    assert!(one.data_channel("none").is_none());
}

#[test]
fn large_messages_arrive_whole_and_too_large_ones_are_refused() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Opus];
    let (one, other) = connected(
        a.peer().audio(Direction::SendRecv, &codecs).data("files"),
        b.peer().audio(Direction::SendRecv, &codecs).data("files"),
    );
    let files = one.data_channel("files").expect("it was asked for");
    files.wait_open(WAIT).expect("it opens");
    let there = opened_there(&other);
    for bytes in [1, 1200, 60_000, 65_536] {
        let sent: Vec<u8> = (0..bytes).map(|at| at as u8).collect();
        files.send(&sent).expect("it is open");
        assert_eq!(message(&there).data, sent);
    }
    let error = files.send(&[0; 65_537]).unwrap_err();
    assert!(
        matches!(error, Error::Config { field: "data", .. }),
        "{error}"
    );
}

#[test]
fn a_reader_that_keeps_up_with_nothing_makes_the_writer_see_a_full_channel() {
    let (a, b) = (Side::new(), Side::new());
    let (one, _other) = connected(a.peer().data("fast"), b.peer().data("fast"));
    let fast = one.data_channel("fast").expect("it was asked for");
    fast.wait_open(WAIT).expect("it opens");
    // More than is ever buffered.
    let full = (0..10_000).find_map(|_| fast.send(&[7; 10_000]).err());
    let Some(Error::Media(error)) = full else {
        panic!("{full:?}")
    };
    assert_eq!(*error, MediaError::ChannelFull);
}

#[test]
fn a_channel_ends_with_its_peer() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = connected(a.peer().data("chat"), b.peer().data("chat"));
    let chat = one.data_channel("chat").expect("it was asked for");
    chat.wait_open(WAIT).expect("it opens");
    opened_there(&other)
        .send_text("last words")
        .expect("it is open");
    assert_eq!(message(&chat).text(), Some("last words"));
    other.close();
    let error = chat.recv().unwrap_err();
    assert!(error.to_string().contains("Janus closed it"), "{error}");
    assert!(chat.send_text("nobody hears it").is_err());
    assert!(chat.wait_open(WAIT).is_err());
}

#[test]
fn a_further_channel_opens_on_a_connected_peer() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Opus];
    let (one, other) = connected(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
    );
    let passes = |label: &str| {
        let channel = one.data_channel(label).expect("it was added");
        channel.wait_open(WAIT).expect("it opens");
        let there = opened_there(&other);
        assert_eq!(there.label(), label);
        channel.send_text(label).expect("it is open");
        assert_eq!(message(&there).text(), Some(label));
    };
    // The first needs a line of its own.
    let added = offered(one.renegotiate().data("first"), &other);
    assert!(added.expect("an answer").is_empty());
    passes("first");
    // Others use it; nothing has to be offered, unless something else has.
    let none = one.renegotiate().data("second").data("third");
    let none = none.offer_by(|offer| panic!("{}", offer.sdp));
    assert!(none.expect("it is there").is_empty());
    for label in ["second", "third"] {
        let channel = one.data_channel(label).expect("it was added");
        channel.wait_open(WAIT).expect("it opens");
        opened_there(&other);
    }
    let hold = one.renegotiate().data("fourth");
    let hold = hold.direction(&one.audio().expect("audio"), Direction::SendOnly);
    offered(hold, &other).expect("an answer");
    passes("fourth");

    for twice in [
        one.renegotiate().data("first"),
        one.renegotiate().data("new").data("new"),
    ] {
        let error = twice.offer_by(|offer| panic!("{}", offer.sdp)).unwrap_err();
        assert!(
            matches!(error, Error::Config { field: "data", .. }),
            "{error}"
        );
    }
    let twice = a.peer().data("new").data("new");
    let error = twice.offer_by(|offer| panic!("{}", offer.sdp)).unwrap_err();
    assert!(
        matches!(error, Error::Config { field: "data", .. }),
        "{error}"
    );
}

#[test]
fn a_channel_that_is_refused_does_not_open_and_can_be_tried_again() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Opus];
    let (one, other) = connected(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
    );
    let failed = one.renegotiate().data("chat").offer_by(|_| Err(refused()));
    assert!(failed.is_err());
    let channel = one.data_channel("chat");
    let opens = channel.map(|it| it.wait_open(WAIT).expect_err("nobody was told of it"));
    assert!(matches!(opens, None | Some(Error::Media(_))), "{opens:?}");
    offered(one.renegotiate().data("chat"), &other).expect("an answer");
    let channel = one.data_channel("chat").expect("it was added");
    channel.wait_open(WAIT).expect("it opens");
    channel.send_text("here").expect("it is open");
    assert_eq!(message(&opened_there(&other)).text(), Some("here"));
}

/// The answer with the line of data channels refused.
fn without_data(answer: &Jsep) -> Jsep {
    let (before, line) = answer
        .sdp
        .split_once("m=application ")
        .expect("there is one");
    let mid = line.lines().find_map(|line| line.strip_prefix("a=mid:"));
    let mid = format!(" {}", mid.expect("it has one"));
    let before = before
        .lines()
        .map(|line| match line.strip_prefix("a=group:BUNDLE") {
            Some(mids) => format!("a=group:BUNDLE{}\r\n", mids.replace(&mid, "")),
            None => format!("{line}\r\n"),
        });
    let line = line.split_once(' ').expect("words").1;
    Jsep::answer(format!(
        "{}m=application 0 {line}",
        before.collect::<String>()
    ))
}

#[test]
fn where_data_channels_are_refused_nobody_waits_for_one() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Opus];
    let (one, other) = connected(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
    );
    let change = one.renegotiate().data("chat");
    let tracks =
        change.offer_by(|offer| other.accept_offer(offer, |answer| Ok(without_data(answer))));
    assert!(tracks.expect("the rest is as before").is_empty());
    if let Some(channel) = one.data_channel("chat") {
        channel.wait_open(WAIT).expect_err("it was refused");
    }
    let again = one.renegotiate().data("again");
    let error = again
        .offer_by(|_| unreachable!("nothing is sent"))
        .expect_err("refused");
    assert!(
        error.to_string().contains("has refused data channels"),
        "{error}"
    );

    // In the first answer.
    let first = a.peer().audio(Direction::SendRecv, &codecs).data("chat");
    let first = first.offer_by(|offer| {
        let mut answered = None;
        b.peer()
            .audio(Direction::SendRecv, &codecs)
            .answer_to(offer, |answer| {
                answered = Some(without_data(answer));
                Ok(())
            })?;
        Ok(answered.expect("an answer"))
    });
    let first = first.expect("there is audio");
    if let Some(channel) = first.data_channel("chat") {
        channel.wait_open(WAIT).expect_err("it was refused");
    }
}

/// Sends as fast as the channel takes it.
fn send(channel: &DataChannel, data: &[u8]) {
    let sent = || match channel.send(data) {
        Ok(()) => Some(()),
        Err(Error::Media(error)) if *error == MediaError::ChannelFull => None,
        Err(error) => panic!("{error}"),
    };
    common::wait::wait_for(WAIT, sent).expect("there is room");
}

#[test]
fn messages_that_nobody_reads_take_up_a_bounded_number_of_bytes() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = connected(a.peer().data("unread"), b.peer().data("unread"));
    let channel = one.data_channel("unread").expect("it was asked for");
    channel.wait_open(WAIT).expect("it opens");
    let there = opened_there(&other);
    // 7 MB, most of which are there once the last is sent.
    (0..120).for_each(|number| send(&channel, &[number; 60_000]));
    let first = there.recv_timeout(WAIT).expect_err("the first are lost");
    let Error::Lagged { lost, .. } = first else {
        panic!("{first}")
    };
    let mut numbers = vec![];
    while numbers.last() != Some(&119) {
        numbers.push(message(&there).data[0]);
    }
    // 4 MiB, and what was on its way.
    assert!(numbers.len() < 90, "{} messages", numbers.len());
    assert_eq!(lost + numbers.len() as u64, 120);
    assert!(numbers.is_sorted(), "{numbers:?}");
}

#[test]
fn a_channel_that_is_read_loses_nothing_to_one_that_is_not() {
    let media = Media::builder().address([127, 0, 0, 1]);
    let media = media.data_queue_bytes(200_000).start();
    let (a, b) = (Side::new(), Side::with(media.expect("a thread")));
    let (one, other) = connected(a.peer().data("unread").data("read"), b.peer().data("any"));
    let [unread, read] = ["unread", "read"].map(|label| {
        let channel = one.data_channel(label).expect("it was asked for");
        channel.wait_open(WAIT).expect("it opens");
        let there = || other.data_channel(label);
        let there = common::wait::wait_for(WAIT, there).expect("it opens there");
        (channel, there)
    });
    (0..10).for_each(|number| send(&unread.0, &[number; 50_000]));
    for number in 0..10 {
        send(&read.0, &[number; 50_000]);
        assert_eq!(message(&read.1).data[0], number);
    }
    let lost = unread.1.recv().expect_err("the first are lost");
    assert!(matches!(lost, Error::Lagged { lost: 7.., .. }), "{lost}");
    // The channel is over, and can be asked for no more.
    one.close();
    let rest = std::iter::from_fn(|| unread.1.recv().ok());
    let rest: Vec<_> = rest.map(|message| message.data[0]).collect();
    assert!(rest.ends_with(&[9]) && rest.len() <= 3, "{rest:?}");
}

//! Two peers, on handles of a fake gateway each, that take their descriptions from one another.

use std::time::Duration;

use janus_blocking::{
    Connection, EchoTest, Error, Jsep, Result,
    testing::{self, FakeGateway},
    webrtc::{Codec, Direction, Media, Peer, PeerBuilder},
};

/// Longer than anything takes, on the busiest machine.
pub(crate) const WAIT: Duration = Duration::from_secs(60);

/// A program with a handle, and media.
pub(crate) struct Side {
    pub(crate) gateway: FakeGateway,
    pub(crate) echo: EchoTest,
    pub(crate) media: Media,
}

impl Side {
    pub(crate) fn new() -> Self {
        let media = Media::builder().address([127, 0, 0, 1]).start();
        Self::with(media.expect("a thread"))
    }

    pub(crate) fn with(media: Media) -> Self {
        let (gateway, echo) = testing::attached::<EchoTest>().expect("a gateway");
        Self {
            gateway,
            echo,
            media,
        }
    }

    pub(crate) fn peer(&self) -> PeerBuilder<'_> {
        self.media.peer(self.echo.handle())
    }
}

/// Has `offers` make an offer and `answers` answer it; `change` sees both on their way.
pub(crate) fn exchange(
    offers: PeerBuilder<'_>,
    answers: PeerBuilder<'_>,
    change: impl Fn(&Jsep) -> Jsep,
) -> Result<(Peer, Peer)> {
    let mut other = None;
    let peer = offers.offer_by(|offer| {
        let (peer, answer) = answers.answer_to(&change(offer), |answer| Ok(answer.clone()))?;
        other = Some(peer);
        Ok(change(&answer))
    })?;
    Ok((peer, other.expect("it has answered")))
}

/// Two connected peers.
pub(crate) fn connected(offers: PeerBuilder<'_>, answers: PeerBuilder<'_>) -> (Peer, Peer) {
    let (a, b) = exchange(offers, answers, Jsep::clone).expect("a common description");
    a.wait_connected(WAIT).expect("a connection");
    b.wait_connected(WAIT).expect("a connection");
    (a, b)
}

/// Two connected peers with audio both ways.
pub(crate) fn talking(a: &Side, b: &Side) -> (Peer, Peer) {
    let codecs = [Codec::Pcma];
    connected(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
    )
}

/// A description with another text.
pub(crate) fn changed(jsep: &Jsep, sdp: String) -> Jsep {
    let mut changed = jsep.clone();
    changed.sdp = sdp;
    changed
}

/// An error, of something else.
pub(crate) fn refused() -> Error {
    Connection::open("").expect_err("there is no such address")
}

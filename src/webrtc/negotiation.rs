//! Making a peer: offers and answers.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use str0m::{
    Candidate, Rtc, RtcConfig,
    change::{SdpAnswer, SdpOffer, SdpPendingOffer},
    media::{MediaKind, Mid},
};

use super::{
    Codec, Direction, Frame, JsepKind, Media, MediaError, Peer, PeerClosed,
    channel::Channels,
    dtmf,
    inbox::{Outlet, inbox},
    line::{Line, Tracks},
    sdp::{Description, unusable},
    socket::Socket,
    stack::Stack,
    terms::{Term, Terms},
};
use crate::{Error, Handle, Jsep, Result, router::Observer};

/// How many frames may wait behind one that is missing. Time is to end the wait, not their number: what
/// was held up on the way comes all at once.
const HELD: usize = 256;

/// A peer to be made; see [`Media::peer`](super::Media::peer).
#[derive(Clone)]
#[must_use = "the peer is made by `offer_by` or `answer_to`"]
pub struct PeerBuilder<'a> {
    media: &'a Media,
    handle: &'a Handle,
    terms: Terms,
}

impl<'a> PeerBuilder<'a> {
    pub(super) fn new(media: &'a Media, handle: &'a Handle) -> Self {
        Self {
            media,
            handle,
            terms: Terms::default(),
        }
    }

    /// With audio: which way, and in which codecs, the preferred one first.
    pub fn audio(mut self, direction: Direction, codecs: &[Codec]) -> Self {
        self.terms.audio = Some(Term::new(direction, codecs, true));
        self
    }

    /// Without audio in the first offer: it can be added later, in these codecs, by
    /// [`Peer::renegotiate`]. What an offer of the other side's has of it is accepted at any time,
    /// in these directions at most.
    pub fn audio_later(mut self, direction: Direction, codecs: &[Codec]) -> Self {
        self.terms.audio = Some(Term::new(direction, codecs, false));
        self
    }

    /// With video: which way, and in which codecs, the preferred one first.
    pub fn video(mut self, direction: Direction, codecs: &[Codec]) -> Self {
        self.terms.video = Some(Term::new(direction, codecs, true));
        self
    }

    /// Without video in the first offer; as [`audio_later`](Self::audio_later).
    pub fn video_later(mut self, direction: Direction, codecs: &[Codec]) -> Self {
        self.terms.video = Some(Term::new(direction, codecs, false));
        self
    }

    /// Sends video in several layers, the best one first, by these names (`rid`s): three or two, for
    /// example `["h", "m", "l"]`. Each is a picture of its own size, written by
    /// [`Track::write_layer`](super::Track::write_layer); Janus gives each receiver the one that it
    /// wants (`substream` 2 is the best of three, 0 the last).
    ///
    /// It is part of this side's offers; whether the plugin takes it says
    /// [`Track::layers`](super::Track::layers). Janus has it for VP8 and H.264.
    pub fn simulcast(mut self, layers: &[&str]) -> Self {
        self.terms.layers = layers.iter().map(|it| (*it).to_owned()).collect();
        self
    }

    /// With the keys of a telephone (DTMF as telephone events, RFC 4733) beside audio:
    /// [`Track::send_dtmf`](super::Track::send_dtmf) sends them, and those of the other side come as
    /// [`PeerEvent::Dtmf`](super::PeerEvent::Dtmf).
    pub fn dtmf(mut self) -> Self {
        self.terms.dtmf = true;
        self
    }

    /// With a data channel of that label, which this side opens once the peer is connected; several
    /// calls add several. (What the other side opens comes as
    /// [`PeerEvent::DataChannel`](super::PeerEvent::DataChannel). Janus opens a channel with the first
    /// message that needs it.)
    pub fn data(mut self, label: impl Into<String>) -> Self {
        self.terms.channels.push(label.into());
        self
    }

    /// Makes the peer by an offer of this side: `send` takes the offer to Janus, and returns its
    /// answer.
    ///
    /// The offer has all candidates in it. No lock is held while `send` runs. When `send` fails
    /// because the plugin refused, or its answer cannot be used, the core's `hangup` is sent, so that
    /// Janus takes another offer on this handle.
    ///
    /// # Errors
    ///
    /// Those of `send`; [`Error::Media`] if the answer cannot be used; [`Error::Config`] for what no
    /// peer can be made of; [`Error::Closed`] if the handle has ended.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, echotest::Settings};
    /// use janus_blocking::webrtc::{Codec, Direction, Media};
    ///
    /// # let (_gateway, echo) = janus_blocking::testing::attached::<EchoTest>()?;
    /// let media = Media::builder().address([127, 0, 0, 1]).start()?;
    /// let peer = media.peer(&echo).audio(Direction::SendRecv, &[Codec::Opus]);
    /// let peer = peer.offer_by(|offer| echo.offer(&Settings::new(), offer))?;
    /// // `peer.wait_connected(..)?` follows. (The fake gateway answers, but has no media.)
    /// assert_eq!(peer.audio()?.codec(), Some(Codec::Opus));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn offer_by(self, send: impl FnOnce(&Jsep) -> Result<Jsep>) -> Result<Peer> {
        self.check()?;
        let sockets = self.media.sockets(self.handle.endpoint().as_str())?;
        let mut rtc = self.rtc(&sockets)?;
        let (offer, pending, mids, channels) = self.offer(&mut rtc)?;
        let draft = Draft::new(&self, rtc, sockets, channels, false)?;
        let answer = match send(&Jsep::offer(offer).trickle(false)) {
            Ok(answer) => answer,
            Err(error) => {
                let refused = matches!(
                    error,
                    Error::Plugin { .. } | Error::Unexpected { .. } | Error::Decode { .. }
                );
                if refused {
                    // What becomes of it is not what the caller has to know.
                    let _ = self.handle.hangup();
                }
                return Err(error);
            }
        };
        let taken = self.take_answer(&draft.stack, &answer, pending, &mids);
        match taken {
            Ok(()) => draft.begin(),
            Err(error) => {
                let _ = self.handle.hangup();
                Err(error)
            }
        }
    }

    /// Makes the peer by an answer of this side: `send` takes the answer to Janus. Returns what
    /// `send` returns beside the peer.
    ///
    /// Lines of the offer that the peer was not given are refused, and directions and codecs are
    /// narrowed to its own. No lock is held while `send` runs.
    ///
    /// # Errors
    ///
    /// [`MediaError::NoCommonCodec`] and [`MediaError::Sdp`] before anything is sent; those of
    /// `send`; [`MediaError::Closed`] if the call has ended while it ran; [`Error::Config`] for what no
    /// peer can be made of; [`Error::Closed`] if the handle has ended.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Error, Jsep, Result, Sip, sip::Accept};
    /// use janus_blocking::webrtc::{Codec, Direction, Media, Peer};
    ///
    /// fn answer(media: &Media, sip: &Sip, offer: &Jsep) -> Result<Peer> {
    ///     let peer = media.peer(sip);
    ///     let peer = peer.audio(Direction::SendRecv, &[Codec::Opus, Codec::Pcma, Codec::Pcmu]);
    ///     let (peer, _) = peer.answer_to(offer, |answer| sip.accept(&Accept::new(), answer))?;
    ///     Ok(peer)
    /// }
    /// ```
    pub fn answer_to<T>(
        self,
        offer: &Jsep,
        send: impl FnOnce(&Jsep) -> Result<T>,
    ) -> Result<(Peer, T)> {
        self.check()?;
        let description = read(offer, &JsepKind::Offer, &self.terms)?;
        self.terms.check_codecs(&description)?;
        let sockets = self.media.sockets(self.handle.endpoint().as_str())?;
        let mut rtc = self.rtc(&sockets)?;
        let (answer, mids) = self.answer(&mut rtc, &description)?;
        let mut lines = Tracks::default();
        let mut refused = Vec::new();
        for (mid, kind) in &mids {
            match self.line(&mut rtc, *mid, kind, &description) {
                Some((line, frames)) => lines.add(line, frames),
                None => refused.push(*kind),
            }
        }
        self.terms.check_tracks(&lines, &refused, &description)?;
        let mut channels = Channels::default();
        if description.offers("application") {
            let mut changes = rtc.sdp_api();
            for label in &self.terms.channels {
                channels.add(changes.add_channel(label.clone()), label.clone(), false);
            }
            // There is a line for them already: nothing has to be offered.
            let _ = changes.apply();
        }
        let draft = Draft::new(&self, rtc, sockets, channels, true)?;
        let noted = draft.stack.with(|_, core| {
            core.said.note(&description, &self.terms);
            // The other side may be connected, talk and hang up before `send` has returned.
            core.tracks = lines;
            core.answers = true;
        });
        noted.map_err(MediaError::Closed)?;
        let sent = send(&Jsep::answer(answer).trickle(false))?;
        Ok((draft.begin()?, sent))
    }

    fn check(&self) -> Result<()> {
        self.terms.check()?;
        self.handle.check()
    }

    /// A stack with the codecs and the candidates of the peer.
    fn rtc(&self, sockets: &[Arc<Socket>]) -> Result<Box<Rtc>> {
        let (shared, settings) = (self.media.shared(), self.media.settings());
        let mut config = RtcConfig::new()
            .set_crypto_provider(shared.provider.clone())
            .set_dtls_cert(shared.certificate.clone())
            .set_reordering_size_audio(HELD)
            .set_reordering_size_video(HELD)
            .set_reordering_timeout_audio(Some(settings.patience_audio))
            .set_reordering_timeout_video(Some(settings.patience_video))
            .set_stats_interval(Some(settings.stats_every))
            .clear_codecs();
        for codec in self.terms.codecs() {
            config = match codec {
                Codec::Opus => config.enable_opus(true, false),
                Codec::Pcmu => config.enable_pcmu(true, false),
                Codec::Pcma => config.enable_pcma(true, false),
                Codec::Vp8 => config.enable_vp8(true),
                Codec::H264 => config.enable_h264(true),
                Codec::Vp9 => config.enable_vp9(true),
            };
        }
        if self.terms.dtmf {
            dtmf::enable(config.codec_config(), self.terms.codecs());
        }
        let mut rtc = config.build(Instant::now());
        for socket in sockets {
            rtc.add_local_candidate(candidate(socket)?);
        }
        Ok(Box::new(rtc))
    }

    #[allow(clippy::type_complexity)]
    fn offer(
        &self,
        rtc: &mut Rtc,
    ) -> Result<(String, SdpPendingOffer, Vec<(Mid, &'static str)>, Channels)> {
        let mut changes = rtc.sdp_api();
        let (mut mids, mut channels) = (Vec::new(), Channels::default());
        let lines = [
            ("audio", MediaKind::Audio, &self.terms.audio),
            ("video", MediaKind::Video, &self.terms.video),
        ];
        for (name, kind, term) in lines {
            if let Some(term) = term.as_ref().filter(|term| term.at_once) {
                let layers = self.terms.simulcast(kind, term.direction);
                let mid = changes.add_media(kind, term.direction.native(), None, None, layers);
                mids.push((mid, name));
            }
        }
        for label in &self.terms.channels {
            channels.add(changes.add_channel(label.clone()), label.clone(), false);
        }
        let (offer, pending) = changes
            .apply()
            .ok_or_else(|| Error::config("peer", "there is nothing to offer"))?;
        Ok((offer.to_sdp_string(), pending, mids, channels))
    }

    /// Gives Janus's answer to the stack, and notes what it made of the lines.
    fn take_answer(
        &self,
        stack: &Stack,
        answer: &Jsep,
        pending: SdpPendingOffer,
        mids: &[(Mid, &'static str)],
    ) -> Result<()> {
        let description = read(answer, &JsepKind::Answer, &self.terms)?;
        let text = description.narrowed(|_| None);
        let parsed = SdpAnswer::from_sdp_string(&text).map_err(|error| unusable(error, &text))?;
        let taken = stack.with(|rtc, core| {
            rtc.sdp_api()
                .accept_answer(pending, parsed)
                .map_err(|error| unusable(error, &text))?;
            core.said.note(&description, &self.terms);
            if !description.offers("application") {
                core.channels.withdraw(&self.terms.channels);
            }
            expect_beside_layers(rtc, &description);
            let (mut lines, mut refused) = (Tracks::default(), Vec::new());
            for (mid, kind) in mids {
                match self.line(rtc, *mid, kind, &description) {
                    Some((line, frames)) => lines.add(line, frames),
                    None => refused.push(*kind),
                }
            }
            self.terms.check_tracks(&lines, &refused, &description)?;
            core.tracks = lines;
            Ok(())
        });
        taken.map_err(MediaError::Closed)?
    }

    /// What became of a media line; `None` if it was refused.
    fn line(
        &self,
        rtc: &mut Rtc,
        mid: Mid,
        kind: &str,
        said: &Description<'_>,
    ) -> Option<(Arc<Line>, Outlet<Frame>)> {
        let wanted = self.terms.of(kind)?.direction;
        let queue = self.media.settings().frame_queue;
        Line::negotiated(rtc, mid, queue, wanted, said)
    }

    /// Has the stack answer an offer.
    fn answer(
        &self,
        rtc: &mut Rtc,
        offer: &Description<'_>,
    ) -> Result<(String, Vec<(Mid, &'static str)>)> {
        let text = offer.narrowed(|line| self.terms.of(line.kind).map(|term| term.direction));
        let parsed = SdpOffer::from_sdp_string(&text).map_err(|error| unusable(error, &text))?;
        // Where the stack panics at what somebody has sent, the program must not.
        let accept = AssertUnwindSafe(|| rtc.sdp_api().accept_offer(parsed));
        let accepted = catch_unwind(accept);
        let failed = |_| MediaError::sdp(None, "the WebRTC stack panicked; please report it");
        let answer = accepted.map_err(failed)?;
        let answer = answer.map_err(|error| unusable(error, &text))?;
        Ok((
            offer.completed(&answer.to_sdp_string()),
            self.terms.lines(offer),
        ))
    }
}

/// What the other side is told of a socket.
pub(super) fn candidate(socket: &Socket) -> Result<Candidate> {
    let candidate = Candidate::host(socket.address, "udp");
    candidate.map_err(|error| Error::config("address", error.to_string()))
}

/// A peer whose descriptions are under way: gone without a word if nothing becomes of it.
struct Draft {
    stack: Arc<Stack>,
    peer: Option<Peer>,
}

impl Draft {
    fn new(
        builder: &PeerBuilder<'_>,
        mut rtc: Box<Rtc>,
        sockets: Vec<Arc<Socket>>,
        channels: Channels,
        answers: bool,
    ) -> Result<Self> {
        let shared = builder.media.shared();
        let (outlet, events) = inbox(builder.media.settings().event_queue);
        let name = rtc.direct_api().local_ice_credentials().ufrag;
        let stack = Stack::new(shared, sockets, rtc, channels, outlet);
        shared.routes.enter(stack.number, name, stack.clone());
        let whole = shared.check();
        let peer = Peer::new(
            stack.clone(),
            events,
            builder.terms.clone(),
            builder.media.clone(),
            builder.handle.endpoint().as_str().to_owned(),
        );
        let draft = Self {
            stack: stack.clone(),
            peer: Some(peer),
        };
        whole?;
        let observer: Arc<dyn Observer> = stack;
        let on_server = &draft.stack.on_server;
        builder.handle.observe(&observer, on_server, answers)?;
        Ok(draft)
    }

    fn begin(mut self) -> Result<Peer> {
        self.stack.begin().map_err(MediaError::Closed)?;
        let peer = self.peer.take();
        Ok(peer.ok_or(MediaError::Closed(PeerClosed::ByUs))?)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(peer) = self.peer.take() {
            peer.leave();
            self.stack.on_server.store(false, Ordering::Release);
        }
    }
}

/// An answer names the layers that it takes, and the stack then takes what it sends for one of them,
/// which it is not: such packets would be dropped.
pub(super) fn expect_beside_layers(rtc: &mut Rtc, answer: &Description<'_>) {
    for section in &answer.sections {
        let (Some(mid), Some(source)) = (section.mid(), section.source_beside_layers()) else {
            continue;
        };
        let mid = Mid::from(mid);
        if rtc
            .media(mid)
            .is_some_and(|it| it.direction().is_receiving())
        {
            let mut direct = rtc.direct_api();
            let stream = direct.expect_stream_rx(source.into(), None, mid, None);
            // As the stack does where nothing is said of repairs.
            stream.suppress_nack(true);
        }
    }
}

/// Looks at a description before the stack does.
pub(super) fn read<'a>(jsep: &'a Jsep, kind: &JsepKind, terms: &Terms) -> Result<Description<'a>> {
    jsep.check()?;
    if jsep.kind != *kind {
        let reason = format!("it is no {kind}");
        return Err(MediaError::sdp(None, reason).into());
    }
    let description = Description::parse(&jsep.sdp)?;
    let description = match kind {
        JsepKind::Answer => description.with_refusals_of_janus(),
        _ => description.with_only(|kind| terms.of(kind).is_some()),
    };
    description.check_numbers()?;
    Ok(description)
}

impl fmt::Debug for PeerBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PeerBuilder")
            .field("terms", &self.terms)
            .finish_non_exhaustive()
    }
}

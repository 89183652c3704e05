//! Changing a peer that is connected: offers and answers after the first.

use std::{
    fmt,
    sync::{Arc, atomic::Ordering},
};

use str0m::{
    Rtc,
    change::{SdpAnswer, SdpOffer, SdpPendingOffer},
    media::{MediaKind, Mid},
};

use super::{
    Direction, JsepKind, MediaError, Peer, PeerEvent, Track,
    line::{Line, goes_on},
    negotiation::{expect_beside_layers, read},
    sdp::{Description, unusable},
    stack::{Core, Stack},
    undo::{Before, Undo},
};
use crate::{Error, Jsep, Result};

/// Changes of a peer that are to be offered; see [`Peer::renegotiate`].
#[derive(Clone)]
#[must_use = "nothing is offered before `offer_by`"]
pub struct Renegotiation<'a> {
    peer: &'a Peer,
    directions: Vec<(Track, Direction)>,
    added: Vec<(&'static str, Direction)>,
    channels: Vec<String>,
    restart: bool,
}

impl Peer {
    /// Begins a new offer on this peer: other directions (hold), more tracks, an ICE restart.
    ///
    /// # Example
    ///
    /// A call is put on hold, and taken back:
    ///
    /// ```
    /// use janus_blocking::{EchoTest, Result, echotest::Settings};
    /// use janus_blocking::webrtc::{Direction, Peer};
    ///
    /// fn hold(echo: &EchoTest, peer: &Peer, held: bool) -> Result<()> {
    ///     let direction = if held { Direction::SendOnly } else { Direction::SendRecv };
    ///     let change = peer.renegotiate().direction(&peer.audio()?, direction);
    ///     change.offer_by(|offer| echo.offer(&Settings::new(), offer))?;
    ///     Ok(())
    /// }
    /// ```
    pub fn renegotiate(&self) -> Renegotiation<'_> {
        Renegotiation {
            peer: self,
            directions: Vec::new(),
            added: Vec::new(),
            channels: Vec::new(),
            restart: false,
        }
    }

    /// Answers a new offer of the other side's: other directions (it holds the call), more tracks, an
    /// ICE restart. `send` takes the answer to Janus; what it returns is returned.
    ///
    /// Tracks keep the direction that this side wants, as far as the offer lets them, and get other
    /// codecs where it has not those from before; lines of a kind that the peer was not given are
    /// refused. New tracks come as [`PeerEvent::Track`], changed ones as [`PeerEvent::Changed`], and
    /// [`tracks`](Self::tracks) has them. When `send` fails, all tracks are as before, and new ones do
    /// not come about; only an ICE restart, and a line that got codecs which it never had, cannot be
    /// taken back. No lock is held while `send` runs.
    ///
    /// # Errors
    ///
    /// Those of `send`; before anything is sent, [`MediaError::Sdp`] if the offer cannot be used, and
    /// [`MediaError::NoCommonCodec`] if no track of a kind would be left, or if the codec that a track
    /// would get has another number than before, or the number of another one;
    /// [`MediaError::Negotiating`] while another negotiation is under way; [`MediaError::Closed`] once
    /// the peer is closed.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, Result, Sip};
    /// use janus_blocking::webrtc::{Direction, Peer};
    ///
    /// /// The other party has changed the call; whether it has put it on hold.
    /// fn updated(sip: &Sip, peer: &Peer, offer: &Jsep) -> Result<bool> {
    ///     peer.accept_offer(offer, |answer| sip.update(answer))?;
    ///     Ok(!peer.audio()?.direction().receives())
    /// }
    /// ```
    pub fn accept_offer<T>(
        &self,
        offer: &Jsep,
        send: impl FnOnce(&Jsep) -> Result<T>,
    ) -> Result<T> {
        let _turn = Turn::take(&self.stack)?;
        let description = read(offer, &JsepKind::Offer, &self.terms)?;
        let lines = self.tracks();
        let text = description.narrowed(|section| {
            let mut lines = lines.iter();
            let known = lines.find(|track| section.mid() == Some(track.mid()));
            match known {
                Some(track) => Some(track.line().agreed().wanted),
                None => self.terms.of(section.kind).map(|term| term.direction),
            }
        });
        self.terms.check_change(&description)?;
        let parsed = || SdpOffer::from_sdp_string(&text).map_err(|error| unusable(error, &text));
        let offer = parsed()?;
        let restarts = self.stack.with(|_, core| core.said.restarts(&description));
        let restarts = restarts.map_err(MediaError::Closed)?;
        // Which address is the right one may have to be asked of a name server.
        let sockets = if restarts {
            self.sockets().unwrap_or_default()
        } else {
            Vec::new()
        };
        let mids: Vec<_> = self
            .terms
            .lines(&description)
            .into_iter()
            .filter_map(|(mid, kind)| Some((mid, self.terms.of(kind)?.direction)))
            .collect();
        let accepted = self.stack.with(|rtc, core| {
            let before = Before::note(rtc, core, []);
            let anew = self.lines_anew(rtc, core, &description)?;
            for mid in &core.unanswered {
                // The other side never saw it, and may have another line in its place now.
                if !description.has_mid(&mid.to_string()) {
                    rtc.sdp_api().stop_media(*mid);
                }
            }
            core.use_sockets(rtc, sockets);
            self.stack.shared.let_go();
            let accept = |rtc: &mut Rtc, offer| {
                let answer = rtc.sdp_api().accept_offer(offer);
                answer.map_err(|error| unusable(error, &text))
            };
            let mut answer = accept(rtc, offer)?;
            if !anew.is_empty() {
                anew.iter()
                    .for_each(|mid| rtc.direct_api().remove_media(*mid));
                answer = accept(rtc, parsed()?)?;
            }
            core.unanswered.clear();
            if restarts {
                core.tell_candidates(rtc);
            }
            self.stack.renamed(rtc);
            // Before the answer is sent: the first frame may follow at once.
            let news = News::read(self, rtc, core, &mids, &before, &description);
            Ok::<_, MediaError>((description.completed(&answer.to_sdp_string()), before, news))
        });
        let (answer, before, news) = accepted.map_err(MediaError::Closed)??;
        let undo = Undo {
            stack: &self.stack,
            before,
            added: news.added.clone(),
            channels: &[],
            needed: true,
        };
        let sent = send(&Jsep::answer(answer).trickle(false))?;
        undo.forget();
        news.tell(&self.stack);
        Ok(sent)
    }

    /// The lines of which the stack knows no codec that this offer has: it has to forget them first.
    fn lines_anew(
        &self,
        rtc: &mut Rtc,
        core: &Core,
        offer: &Description<'_>,
    ) -> Result<Vec<Mid>, MediaError> {
        let mut anew = Vec::new();
        for section in offer.active() {
            let (Some(mid), Some(term)) = (section.mid(), self.terms.of(section.kind)) else {
                continue;
            };
            let mid = Mid::from(mid);
            if rtc.media(mid).is_none() {
                core.said.check_new(section, &self.terms)?;
                continue;
            }
            let mut lines = core.tracks.lines().filter(|line| line.mid == mid);
            let wanted = lines
                .next()
                .map_or(term.direction, |line| line.agreed().wanted);
            let sends = wanted.sends() && offer.direction(section).receives();
            if goes_on(rtc, mid, section, sends) {
                continue;
            }
            if !core.said.allows(section, &self.terms) {
                return Err(self
                    .terms
                    .no_codec(section.kind, offer.codecs(section.kind)));
            }
            anew.push(mid);
        }
        Ok(anew)
    }
}

impl Renegotiation<'_> {
    /// Has a track flow that way, as far as the other side lets it.
    ///
    /// To hold a call, `SendOnly` (with music) or `Inactive`; `SendRecv` takes it back. `Inactive`
    /// is also how a track is removed: the media line stays in the description, and can be used again.
    pub fn direction(mut self, track: &Track, direction: Direction) -> Self {
        self.directions.retain(|(it, _)| it.mid() != track.mid());
        self.directions.push((track.clone(), direction));
        self
    }

    /// Adds an audio track, in the codecs that the peer was given for audio.
    pub fn audio(mut self, direction: Direction) -> Self {
        self.added.push(("audio", direction));
        self
    }

    /// Adds a video track, in the codecs that the peer was given for video.
    pub fn video(mut self, direction: Direction) -> Self {
        self.added.push(("video", direction));
        self
    }

    /// Adds a data channel of that label, which opens soon after: see
    /// [`Peer::data_channel`] and [`DataChannel::wait_open`](super::DataChannel::wait_open). If the
    /// peer has data channels already, nothing has to be offered for it.
    pub fn data(mut self, label: impl Into<String>) -> Self {
        self.channels.push(label.into());
        self
    }

    /// Restarts ICE: for a connection that has stalled, or when the way to the server has changed.
    /// The local addresses are those of now, unless [`MediaBuilder::address`](super::MediaBuilder::address)
    /// has set them. Media goes on over the old way until the new one works.
    pub fn restart_ice(mut self) -> Self {
        self.restart = true;
        self
    }

    /// Offers it: `send` takes the offer to Janus, and returns its answer. Returns the tracks that
    /// were added, without those that the other side refused. (A data channel that it refuses is
    /// closed.)
    ///
    /// Where nothing would change, nothing is offered. When `send` fails, all tracks are as before
    /// and the call goes on; Janus may then refuse further offers until the core's `hangup`. No lock
    /// is held while `send` runs.
    ///
    /// # Errors
    ///
    /// Those of `send`; [`Error::Config`] for a kind of track for which the peer was given no codec
    /// ([`PeerBuilder::video_later`](super::PeerBuilder::video_later)), for a track of another
    /// peer, for a label that a channel has already, and if this machine has no address for a
    /// restart; [`Error::Media`] if the answer cannot be used, while another negotiation is under way,
    /// and once the peer is closed.
    pub fn offer_by(self, send: impl FnOnce(&Jsep) -> Result<Jsep>) -> Result<Vec<Track>> {
        self.check()?;
        let stack = &self.peer.stack;
        let _turn = Turn::take(stack)?;
        let sockets = if self.restart {
            self.peer.sockets()?
        } else {
            Vec::new()
        };
        let offered = stack.with(|rtc, core| {
            self.check_labels(core)?;
            core.use_sockets(rtc, sockets);
            stack.shared.let_go();
            Ok::<_, Error>(self.offer(rtc, core))
        });
        let (offer, before, mids) = offered.map_err(MediaError::Closed)??;
        let Some((text, pending)) = offer else {
            // It flows that way already; the next offer of the other side's may ask for more.
            before.keep();
            return Ok(Vec::new());
        };
        let undo = Undo {
            stack,
            before,
            added: Vec::new(),
            channels: &self.channels,
            needed: true,
        };
        let answer = send(&Jsep::offer(text).trickle(false))?;
        let news = self.take_answer(&answer, pending, &mids, &undo.before)?;
        undo.forget();
        Ok(news.tell(stack))
    }

    fn check_labels(&self, core: &Core) -> Result<()> {
        if core.said.no_data && !self.channels.is_empty() {
            let reason = "the other side has refused data channels for this peer";
            return Err(Error::config("data", reason));
        }
        for (at, label) in self.channels.iter().enumerate() {
            if core.channels.has(label) || self.channels[..at].contains(label) {
                return Err(Error::config("data", "there is a channel of that label"));
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        for (kind, _) in &self.added {
            if self.peer.terms.of(kind).is_none() {
                let reason = format!("the peer was given no codec for it; see `{kind}_later`");
                return Err(Error::config(kind, reason));
            }
        }
        let mut tracks = self.directions.iter().map(|(track, _)| track);
        let own = |track: &Track| std::ptr::eq(track.stack(), &*self.peer.stack);
        if tracks.any(|track| !own(track)) {
            return Err(Error::config("direction", "the track is another peer's"));
        }
        Ok(())
    }

    #[allow(clippy::type_complexity)]
    fn offer(
        &self,
        rtc: &mut Rtc,
        core: &mut Core,
    ) -> (
        Option<(String, SdpPendingOffer)>,
        Before,
        Vec<(Mid, Direction)>,
    ) {
        let wanted = self.directions.iter();
        let wanted = wanted.map(|(track, direction)| (track.line().mid, *direction));
        let before = Before::note(rtc, core, wanted.clone());
        let mut changes = rtc.sdp_api();
        for (mid, direction) in wanted {
            changes.set_direction(mid, direction.native());
        }
        let mut mids = Vec::new();
        for (kind, direction) in &self.added {
            let native = match *kind {
                "audio" => MediaKind::Audio,
                _ => MediaKind::Video,
            };
            let layers = self.peer.terms.simulcast(native, *direction);
            let mid = changes.add_media(native, direction.native(), None, None, layers);
            mids.push((mid, *direction));
        }
        for label in &self.channels {
            let id = changes.add_channel(label.clone());
            core.channels.add(id, label.clone(), false);
        }
        if self.restart {
            changes.ice_restart(true);
        }
        let offer = changes.apply();
        let offer = offer.map(|(offer, pending)| (offer.to_sdp_string(), pending));
        (offer, before, mids)
    }

    fn take_answer(
        &self,
        answer: &Jsep,
        pending: SdpPendingOffer,
        mids: &[(Mid, Direction)],
        before: &Before,
    ) -> Result<News> {
        let description = read(answer, &JsepKind::Answer, &self.peer.terms)?;
        let text = description.narrowed(|_| None);
        let parsed = SdpAnswer::from_sdp_string(&text).map_err(|error| unusable(error, &text))?;
        let stack = &self.peer.stack;
        let taken = stack.with(|rtc, core| {
            let accepted = rtc.sdp_api().accept_answer(pending, parsed);
            accepted.map_err(|error| unusable(error, &text))?;
            expect_beside_layers(rtc, &description);
            if self.restart {
                core.tell_candidates(rtc);
            }
            stack.renamed(rtc);
            if !description.offers("application") {
                core.channels.withdraw(&self.channels);
            }
            Ok::<_, MediaError>(News::read(self.peer, rtc, core, mids, before, &description))
        });
        Ok(taken.map_err(MediaError::Closed)??)
    }
}

/// What a negotiation has brought.
struct News {
    added: Vec<Arc<Line>>,
    changed: Vec<Arc<Line>>,
}

impl News {
    fn read(
        peer: &Peer,
        rtc: &mut Rtc,
        core: &mut Core,
        mids: &[(Mid, Direction)],
        before: &Before,
        said: &Description<'_>,
    ) -> Self {
        core.said.note(said, &peer.terms);
        let lines = before.0.iter();
        let changed = lines.filter(|was| was.line.renegotiated(rtc, was.wanted, said));
        let changed = changed.map(|was| was.line.clone()).collect();
        let mut added = Vec::new();
        for (mid, wanted) in mids {
            if core.tracks.lines().any(|line| line.mid == *mid) {
                continue;
            }
            let line = Line::negotiated(rtc, *mid, peer.frame_queue(), *wanted, said);
            if let Some((line, frames)) = line {
                core.tracks.add(line.clone(), frames);
                added.push(line);
            }
        }
        Self { added, changed }
    }

    fn tell(self, stack: &Arc<Stack>) -> Vec<Track> {
        let added = self.added.iter().map(|line| line.of(stack.clone()));
        let added: Vec<_> = added.collect();
        let changed = self.changed.iter().map(|line| line.of(stack.clone()));
        let events = added.iter().cloned().map(PeerEvent::Track);
        let events = events.chain(changed.map(PeerEvent::Changed));
        let core = stack.core.lock();
        events.for_each(|event| core.tell(event));
        added
    }
}

/// One negotiation at a time.
struct Turn<'a>(&'a Stack);

impl<'a> Turn<'a> {
    fn take(stack: &'a Stack) -> Result<Self> {
        if let Some(why) = stack.status.closed() {
            return Err(MediaError::Closed(why).into());
        }
        if stack.negotiates.swap(true, Ordering::AcqRel) {
            return Err(MediaError::Negotiating.into());
        }
        Ok(Self(stack))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.negotiates.store(false, Ordering::Release);
    }
}

impl Stack {
    /// ICE may have been restarted: it goes by another name then.
    fn renamed(&self, rtc: &mut Rtc) {
        let name = rtc.direct_api().local_ice_credentials().ufrag;
        self.shared.routes.rename(self.number, name);
    }
}

impl fmt::Debug for Renegotiation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renegotiation")
            .field("directions", &self.directions)
            .field("added", &self.added)
            .field("channels", &self.channels)
            .field("restart", &self.restart)
            .finish_non_exhaustive()
    }
}

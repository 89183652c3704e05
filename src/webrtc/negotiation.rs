//! Making a peer: offers and answers.

use std::{fmt, sync::Arc, time::Instant};

use str0m::{
    Candidate, Rtc, RtcConfig,
    change::{SdpAnswer, SdpOffer, SdpPendingOffer},
    media::{MediaKind, Mid},
};

use super::{
    Codec, Direction, JsepKind, Media, MediaError, Peer, PeerClosed,
    channel::Channels,
    inbox::inbox,
    sdp::{Description, unusable},
    socket::Socket,
    stack::Stack,
    track::{Line, Tracks},
};
use crate::{Error, Handle, Jsep, Result, router::Observer};

/// A peer to be made; see [`Media::peer`](super::Media::peer).
#[derive(Clone)]
#[must_use = "the peer is made by `offer_by` or `answer_to`"]
pub struct PeerBuilder<'a> {
    media: &'a Media,
    handle: &'a Handle,
    audio: Option<(Direction, Vec<Codec>)>,
    video: Option<(Direction, Vec<Codec>)>,
    channels: Vec<String>,
}

impl<'a> PeerBuilder<'a> {
    pub(super) fn new(media: &'a Media, handle: &'a Handle) -> Self {
        Self {
            media,
            handle,
            audio: None,
            video: None,
            channels: Vec::new(),
        }
    }

    /// With audio: which way, and in which codecs, the preferred one first.
    pub fn audio(mut self, direction: Direction, codecs: &[Codec]) -> Self {
        self.audio = Some((direction, codecs.to_vec()));
        self
    }

    /// With video: which way, and in which codecs, the preferred one first.
    pub fn video(mut self, direction: Direction, codecs: &[Codec]) -> Self {
        self.video = Some((direction, codecs.to_vec()));
        self
    }

    /// With a data channel of that label, which this side opens once the peer is connected; several
    /// calls add several. (Janus itself opens none; what the other side opens comes as
    /// [`PeerEvent::DataChannel`](super::PeerEvent::DataChannel).)
    pub fn data(mut self, label: impl Into<String>) -> Self {
        self.channels.push(label.into());
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
    /// let peer = media.peer(echo.handle()).audio(Direction::SendRecv, &[Codec::Opus]);
    /// let peer = peer.offer_by(|offer| echo.offer(&Settings::new(), offer))?;
    /// // `peer.wait_connected(..)?` follows. (The fake gateway answers, but has no media.)
    /// assert_eq!(peer.audio()?.codec(), Some(Codec::Opus));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn offer_by(self, send: impl FnOnce(&Jsep) -> Result<Jsep>) -> Result<Peer> {
        self.check()?;
        let sockets = self.media.sockets(self.handle)?;
        let mut rtc = self.rtc(&sockets)?;
        let (offer, pending, mids, channels) = self.offer(&mut rtc)?;
        let draft = Draft::new(&self, rtc, sockets, channels)?;
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
            Ok(tracks) => draft.begin(tracks),
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
    /// `send`; [`Error::Config`] for what no peer can be made of; [`Error::Closed`] if the handle has
    /// ended.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Error, Jsep, Result, Sip, sip::Accept};
    /// use janus_blocking::webrtc::{Codec, Direction, Media, Peer};
    ///
    /// fn answer(media: &Media, sip: &Sip, offer: &Jsep) -> Result<Peer> {
    ///     let peer = media.peer(sip.handle());
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
        let description = read(offer, &JsepKind::Offer)?;
        self.check_codecs(&description)?;
        let sockets = self.media.sockets(self.handle)?;
        let mut rtc = self.rtc(&sockets)?;
        let (answer, mids) = self.answer(&mut rtc, &description)?;
        let mut lines = Tracks::default();
        let mut refused = Vec::new();
        for (mid, kind) in &mids {
            match Line::negotiated(&mut rtc, *mid, self.media.settings().frame_queue) {
                Some((line, frames)) => lines.add(line, frames),
                None => refused.push(*kind),
            }
        }
        self.check_tracks(&lines, &refused, &description)?;
        let mut channels = Channels::default();
        if description.offers("application") {
            let mut changes = rtc.sdp_api();
            for label in &self.channels {
                channels.add(changes.add_channel(label.clone()), label.clone(), false);
            }
            // There is a line for them already: nothing has to be offered.
            let _ = changes.apply();
        }
        let draft = Draft::new(&self, rtc, sockets, channels)?;
        let sent = send(&Jsep::answer(answer).trickle(false))?;
        Ok((draft.begin(lines)?, sent))
    }

    /// Refuses what no peer can be made of.
    fn check(&self) -> Result<()> {
        for (field, media, is_audio) in
            [("audio", &self.audio, true), ("video", &self.video, false)]
        {
            let Some((_, codecs)) = media else { continue };
            if codecs.is_empty() {
                return Err(Error::config(field, "it needs a codec"));
            }
            if let Some(codec) = codecs.iter().find(|codec| codec.is_audio() != is_audio) {
                return Err(Error::config(
                    field,
                    format!("{codec} is no codec for {field}"),
                ));
            }
        }
        if self.audio.is_none() && self.video.is_none() && self.channels.is_empty() {
            let reason = "the peer has neither audio nor video nor a data channel";
            return Err(Error::config("peer", reason));
        }
        self.handle.check()
    }

    fn ours(&self, kind: &str) -> Option<&(Direction, Vec<Codec>)> {
        match kind {
            "audio" => self.audio.as_ref(),
            "video" => self.video.as_ref(),
            _ => None,
        }
    }

    /// A stack with the codecs and the candidates of the peer.
    fn rtc(&self, sockets: &[Arc<Socket>]) -> Result<Box<Rtc>> {
        let (shared, settings) = (self.media.shared(), self.media.settings());
        let mut config = RtcConfig::new()
            .set_crypto_provider(shared.provider.clone())
            .set_dtls_cert(shared.certificate.clone())
            .set_reordering_timeout_audio(Some(settings.patience_audio))
            .set_reordering_timeout_video(Some(settings.patience_video))
            .clear_codecs();
        let all = [&self.audio, &self.video].into_iter().flatten();
        for codec in all.flat_map(|(_, codecs)| codecs) {
            config = match codec {
                Codec::Opus => config.enable_opus(true, false),
                Codec::Pcmu => config.enable_pcmu(true, false),
                Codec::Pcma => config.enable_pcma(true, false),
                Codec::Vp8 => config.enable_vp8(true),
                Codec::H264 => config.enable_h264(true),
                Codec::Vp9 => config.enable_vp9(true),
            };
        }
        let mut rtc = config.build(Instant::now());
        for socket in sockets {
            let candidate = Candidate::host(socket.address, "udp");
            let candidate =
                candidate.map_err(|error| Error::config("address", error.to_string()))?;
            rtc.add_local_candidate(candidate);
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
            ("audio", MediaKind::Audio, &self.audio),
            ("video", MediaKind::Video, &self.video),
        ];
        for (name, kind, media) in lines {
            if let Some((direction, _)) = media {
                let mid = changes.add_media(kind, direction.native(), None, None, None);
                mids.push((mid, name));
            }
        }
        for label in &self.channels {
            channels.add(changes.add_channel(label.clone()), label.clone(), false);
        }
        let (offer, pending) = changes
            .apply()
            .ok_or_else(|| Error::config("peer", "there is nothing to offer"))?;
        Ok((offer.to_sdp_string(), pending, mids, channels))
    }

    /// Gives Janus's answer to the stack; what it made of the lines.
    fn take_answer(
        &self,
        stack: &Stack,
        answer: &Jsep,
        pending: SdpPendingOffer,
        mids: &[(Mid, &'static str)],
    ) -> Result<Tracks> {
        let description = read(answer, &JsepKind::Answer)?;
        let text = description.narrowed(|_| None);
        let parsed = SdpAnswer::from_sdp_string(&text).map_err(|error| unusable(error, &text))?;
        let queue = self.media.settings().frame_queue;
        let taken = stack.with(|rtc, _| {
            rtc.sdp_api()
                .accept_answer(pending, parsed)
                .map_err(|error| unusable(error, &text))?;
            let (mut lines, mut refused) = (Tracks::default(), Vec::new());
            for (mid, kind) in mids {
                match Line::negotiated(rtc, *mid, queue) {
                    Some((line, frames)) => lines.add(line, frames),
                    None => refused.push(*kind),
                }
            }
            Ok::<_, MediaError>((lines, refused))
        });
        let (lines, refused) = taken.map_err(MediaError::Closed)??;
        self.check_tracks(&lines, &refused, &description)?;
        Ok(lines)
    }

    /// Has the stack answer an offer.
    fn answer(
        &self,
        rtc: &mut Rtc,
        offer: &Description<'_>,
    ) -> Result<(String, Vec<(Mid, &'static str)>)> {
        let text = offer.narrowed(|kind| self.ours(kind).map(|(direction, _)| *direction));
        let parsed = SdpOffer::from_sdp_string(&text).map_err(|error| unusable(error, &text))?;
        let answer = rtc
            .sdp_api()
            .accept_offer(parsed)
            .map_err(|error| unusable(error, &text))?;
        let mut mids = Vec::new();
        for section in &offer.sections {
            let kind = match section.kind {
                "audio" => "audio",
                "video" => "video",
                _ => continue,
            };
            if let (Some(mid), Some(_)) = (section.mid(), self.ours(kind)) {
                mids.push((Mid::from(mid), kind));
            }
        }
        Ok((offer.completed(&answer.to_sdp_string()), mids))
    }

    /// Refuses an offer without a codec that the peer was given, before the stack does something
    /// that looks like an answer.
    fn check_codecs(&self, offer: &Description<'_>) -> Result<()> {
        let data = !self.channels.is_empty() && offer.offers("application");
        let kinds = ["audio", "video"];
        let wanted = || kinds.into_iter().filter(|kind| self.ours(kind).is_some());
        for kind in wanted().filter(|kind| offer.offers(kind)) {
            self.check_common(kind, offer)?;
        }
        if data || wanted().any(|kind| offer.offers(kind)) {
            return Ok(());
        }
        let reason = "it has none of what the peer was given";
        Err(MediaError::sdp(None, reason).into())
    }

    fn check_common(&self, kind: &str, other: &Description<'_>) -> Result<()> {
        let ours: Vec<_> = self
            .ours(kind)
            .into_iter()
            .flat_map(|(_, codecs)| codecs)
            .collect();
        let offered = other.codecs(kind);
        let common = offered.iter().any(|name| {
            ours.iter()
                .any(|codec| codec.name().eq_ignore_ascii_case(name))
        });
        if common {
            return Ok(());
        }
        Err(self.no_codec(kind, offered))
    }

    fn no_codec(&self, kind: &str, offered: Vec<String>) -> Error {
        let ours = self.ours(kind).into_iter().flat_map(|(_, codecs)| codecs);
        let ours = ours.map(|codec| codec.name().to_owned()).collect();
        MediaError::NoCommonCodec { offered, ours }.into()
    }

    /// Refuses a negotiation that left a kind without any line, though there were such lines.
    fn check_tracks(
        &self,
        tracks: &Tracks,
        refused: &[&'static str],
        other: &Description<'_>,
    ) -> Result<()> {
        for kind in refused {
            if !tracks.has(*kind == "audio") && other.offers(kind) {
                return Err(self.no_codec(kind, other.codecs(kind)));
            }
        }
        let data = !self.channels.is_empty() && other.offers("application");
        if data || tracks.has(true) || tracks.has(false) {
            return Ok(());
        }
        let reason = "the other side refused all of it";
        Err(MediaError::sdp(None, reason).into())
    }
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
    ) -> Result<Self> {
        let shared = builder.media.shared();
        let (outlet, events) = inbox(builder.media.settings().event_queue);
        let name = rtc.direct_api().local_ice_credentials().ufrag;
        let stack = Stack::new(shared, sockets, rtc, channels, outlet);
        shared.routes.enter(stack.number, name, stack.clone());
        let peer = Peer {
            stack: stack.clone(),
            tracks: Vec::new(),
            events,
        };
        let draft = Self {
            stack: stack.clone(),
            peer: Some(peer),
        };
        let observer: Arc<dyn Observer> = stack;
        builder.handle.observe(&observer)?;
        Ok(draft)
    }

    fn begin(mut self, tracks: Tracks) -> Result<Peer> {
        let lines = tracks.of(&self.stack);
        self.stack.begin(tracks).map_err(MediaError::Closed)?;
        let mut peer = self
            .peer
            .take()
            .ok_or(MediaError::Closed(PeerClosed::ByUs))?;
        peer.tracks = lines;
        Ok(peer)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(peer) = self.peer.take() {
            peer.leave();
        }
    }
}

/// Looks at a description before the stack does.
fn read<'a>(jsep: &'a Jsep, kind: &JsepKind) -> Result<Description<'a>> {
    jsep.check()?;
    if jsep.kind != *kind {
        let reason = format!("it is no {kind}");
        return Err(MediaError::sdp(None, reason).into());
    }
    Ok(Description::parse(&jsep.sdp)?)
}

impl fmt::Debug for PeerBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PeerBuilder")
            .field("audio", &self.audio)
            .field("video", &self.video)
            .field("channels", &self.channels)
            .finish_non_exhaustive()
    }
}

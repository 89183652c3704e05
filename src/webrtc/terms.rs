//! What a peer was given: kinds of media, ways and codecs, and what that leaves of a description.

use str0m::media::{MediaKind, Mid, Simulcast, SimulcastLayer};

use super::{Codec, Direction, MediaError, line::Tracks, sdp::Description};
use crate::{Error, Result};

/// What a program has allowed a peer to have.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    pub(super) audio: Option<Term>,
    pub(super) video: Option<Term>,
    pub(super) channels: Vec<String>,
    /// The `rid`s of video, the best layer first.
    pub(super) layers: Vec<String>,
    /// Keys of a telephone, beside audio.
    pub(super) dtmf: bool,
}

/// How many layers Janus tells apart.
pub(super) const LAYERS: usize = 3;

/// The terms of one kind of media.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) direction: Direction,
    pub(super) codecs: Vec<Codec>,
    /// It is in the peer's first offer.
    pub(super) at_once: bool,
}

impl Term {
    pub(super) fn new(direction: Direction, codecs: &[Codec], at_once: bool) -> Self {
        Self {
            direction,
            codecs: codecs.to_vec(),
            at_once,
        }
    }
}

impl Terms {
    pub(super) fn of(&self, kind: &str) -> Option<&Term> {
        match kind {
            "audio" => self.audio.as_ref(),
            "video" => self.video.as_ref(),
            _ => None,
        }
    }

    /// The codecs of all kinds, the preferred ones first.
    pub(super) fn codecs(&self) -> impl Iterator<Item = Codec> + '_ {
        let all = [&self.audio, &self.video].into_iter().flatten();
        all.flat_map(|term| term.codecs.iter().copied())
    }

    /// The media lines of an offer that are of a kind that the peer was given.
    pub(super) fn lines(&self, offer: &Description<'_>) -> Vec<(Mid, &'static str)> {
        let lines = offer.sections.iter().filter_map(|line| {
            let kind = ["audio", "video"].into_iter().find(|it| *it == line.kind)?;
            self.of(kind)?;
            Some((Mid::from(line.mid()?), kind))
        });
        lines.collect()
    }

    /// Refuses what no peer can be made of.
    pub(super) fn check(&self) -> Result<()> {
        for (field, is_audio) in [("audio", true), ("video", false)] {
            let Some(term) = self.of(field) else { continue };
            if term.codecs.is_empty() {
                return Err(Error::config(field, "it needs a codec"));
            }
            let mut codecs = term.codecs.iter();
            if let Some(codec) = codecs.find(|codec| codec.is_audio() != is_audio) {
                let reason = format!("{codec} is no codec for {field}");
                return Err(Error::config(field, reason));
            }
        }
        self.check_layers()?;
        let mut labels: Vec<_> = self.channels.iter().collect();
        labels.sort_unstable();
        labels.dedup();
        if labels.len() < self.channels.len() {
            return Err(Error::config("data", "two channels have the same label"));
        }
        let mut kinds = [&self.audio, &self.video].into_iter().flatten();
        if !kinds.any(|term| term.at_once) && self.channels.is_empty() {
            let reason = "the peer has neither audio nor video nor a data channel";
            return Err(Error::config("peer", reason));
        }
        Ok(())
    }

    fn check_layers(&self) -> Result<()> {
        let refused = |reason: &str| Err(Error::config("simulcast", reason));
        let mut layers = self.layers.iter();
        // The stack keeps 8 bytes of a name.
        let is_name = |it: &String| {
            (1..=8).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        match self.layers.len() {
            0 => return Ok(()),
            2..=LAYERS => {}
            _ => return refused("it has to be two or three layers"),
        }
        if !layers.all(is_name) {
            return refused("a name has to be one to eight letters and digits");
        }
        let mut names: Vec<_> = self.layers.iter().collect();
        names.sort_unstable();
        names.dedup();
        if names.len() < self.layers.len() {
            return refused("two layers have the same name");
        }
        if !self
            .video
            .as_ref()
            .is_some_and(|term| term.direction.sends())
        {
            return refused("the peer sends no video");
        }
        Ok(())
    }

    /// The layers of a new media line, for the stack.
    pub(super) fn simulcast(&self, kind: MediaKind, direction: Direction) -> Option<Simulcast> {
        let sends = kind.is_video() && direction.sends() && !self.layers.is_empty();
        let layers = self.layers.iter().map(|name| SimulcastLayer::new(name));
        sends.then(|| Simulcast {
            send: layers.collect(),
            recv: Vec::new(),
        })
    }

    /// Refuses an offer without a codec that the peer was given, before the stack does something
    /// that looks like an answer.
    pub(super) fn check_codecs(&self, offer: &Description<'_>) -> Result<()> {
        let data = !self.channels.is_empty() && offer.offers("application");
        let kinds = ["audio", "video"];
        let wanted = || kinds.into_iter().filter(|kind| self.of(kind).is_some());
        for kind in wanted().filter(|kind| offer.offers(kind)) {
            self.check_common(kind, offer)?;
        }
        if data || wanted().any(|kind| offer.offers(kind)) {
            return Ok(());
        }
        let reason = "it has none of what the peer was given";
        Err(MediaError::sdp(None, reason).into())
    }

    /// Refuses a later offer that would leave no track of a kind that it has.
    pub(super) fn check_change(&self, offer: &Description<'_>) -> Result<()> {
        for kind in ["audio", "video"] {
            if self.of(kind).is_some() && offer.has_active(kind) {
                self.check_common(kind, offer)?;
            }
        }
        Ok(())
    }

    fn check_common(&self, kind: &str, other: &Description<'_>) -> Result<()> {
        let ours = self.of(kind).map_or(&[][..], |term| &term.codecs);
        let offered = other.codecs(kind);
        let common = offered.iter().any(|name| {
            ours.iter()
                .any(|codec| codec.name().eq_ignore_ascii_case(name))
        });
        if common {
            return Ok(());
        }
        Err(self.no_codec(kind, offered).into())
    }

    pub(super) fn no_codec(&self, kind: &str, offered: Vec<String>) -> MediaError {
        let ours = self.of(kind).map_or(&[][..], |term| &term.codecs).iter();
        let ours = ours.map(|codec| codec.name().to_owned()).collect();
        MediaError::NoCommonCodec { offered, ours }
    }

    /// Refuses a negotiation that left a kind without any line, though there were such lines.
    pub(super) fn check_tracks(
        &self,
        tracks: &Tracks,
        refused: &[&'static str],
        other: &Description<'_>,
    ) -> Result<()> {
        for kind in refused {
            if !tracks.has(*kind == "audio") && other.offers(kind) {
                return Err(self.no_codec(kind, other.codecs(kind)).into());
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

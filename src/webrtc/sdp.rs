//! Session descriptions: what is looked at before the stack gets them.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use super::{Direction, MediaError};

mod shown;

/// The largest description that is read: one of some hundred media lines.
const LARGEST: usize = 256 << 10;

/// How many media lines one may have.
const LINES: usize = 256;

/// How many formats one of them may have: there are no more payload types.
const FORMATS: usize = 128;

/// A description, as far as it has to be understood here.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Description<'a> {
    session: Vec<&'a str>,
    pub(super) sections: Vec<Section<'a>>,
}

/// A media line and what belongs to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Section<'a> {
    head: &'a str,
    /// `audio`, `video`, `application` ..
    pub(super) kind: &'a str,
    protocol: &'a str,
    /// Its port is 0, and it is not bundled.
    refused: bool,
    /// It counts as refused: in Janus's own way, or because the peer has no use for it.
    void: bool,
    formats: Vec<&'a str>,
    lines: Vec<&'a str>,
}

impl<'a> Description<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, MediaError> {
        if text.len() > LARGEST {
            let reason = format!("{} bytes are more than {LARGEST}", text.len());
            return Err(MediaError::sdp(None, reason));
        }
        let mut description = Self {
            session: Vec::new(),
            sections: Vec::new(),
        };
        for (at, line) in text.lines().enumerate() {
            let line = line.trim_end();
            if line.is_empty() {
                continue;
            }
            let number = Some(at + 1);
            if line.as_bytes().get(1) != Some(&b'=') {
                return Err(MediaError::sdp(
                    number,
                    "a line that does not begin with `x=`",
                ));
            }
            if let Some(head) = line.strip_prefix("m=") {
                if description.sections.len() == LINES {
                    let reason = format!("there are more than {LINES} media lines");
                    return Err(MediaError::sdp(number, reason));
                }
                let section = Section::new(head)
                    .ok_or_else(|| MediaError::sdp(number, "a media line without its words"))?;
                if section.formats.len() > FORMATS {
                    let reason = format!("a media line with more than {FORMATS} formats");
                    return Err(MediaError::sdp(number, reason));
                }
                description.sections.push(section);
            } else {
                let lines = match description.sections.last_mut() {
                    Some(section) => &mut section.lines,
                    None => &mut description.session,
                };
                // VideoCall relays descriptions with two of them: the second is its own.
                let again = line.starts_with("a=mid:")
                    && lines.iter().any(|line| line.starts_with("a=mid:"));
                if !again {
                    lines.push(line);
                }
            }
        }
        description.note_bundled();
        description.check()?;
        Ok(description)
    }

    /// A port of 0 refuses no line that is bundled.
    fn note_bundled(&mut self) {
        let groups = self.session.iter();
        let groups = groups.filter_map(|line| line.strip_prefix("a=group:BUNDLE"));
        let bundled: HashSet<_> = groups.flat_map(str::split_ascii_whitespace).collect();
        for section in &mut self.sections {
            section.refused &= !section.mid().is_some_and(|mid| bundled.contains(mid));
        }
    }

    fn check(&self) -> Result<(), MediaError> {
        let reason = match () {
            () if self.sections.is_empty() => "it has no media line",
            () if !self.has("a=ice-ufrag:") => "it has no ICE user name (`a=ice-ufrag`)",
            () if !self.has("a=ice-pwd:") => "it has no ICE password (`a=ice-pwd`)",
            () if !self.has("a=fingerprint:") => "it has no fingerprint",
            () if !self.has("a=fingerprint:sha-256 ") && !self.has("a=fingerprint:SHA-256 ") => {
                "its fingerprint is none of SHA-256"
            }
            () => return Ok(()),
        };
        Err(MediaError::sdp(None, reason))
    }

    /// A number is one format, and one that RTP has, in all lines that count: they share a transport.
    /// Where the stack finds another it panics.
    pub(super) fn check_numbers(&self) -> Result<(), MediaError> {
        let refused = |reason: String| Err(MediaError::sdp(None, reason));
        let mut known = HashMap::new();
        for section in self.media() {
            for (number, name) in section.names() {
                if !number.parse().is_ok_and(|number: u8| number < 128) {
                    return refused(format!("no format has the number {number}"));
                }
                let meaning = (section.kind, section.meaning(number, name));
                if section
                    .repeated(number)
                    .skip(1)
                    .any(|_| name.eq_ignore_ascii_case("rtx"))
                {
                    return refused(format!("{number} repeats two formats"));
                }
                if *known.entry(number).or_insert_with(|| meaning.clone()) != meaning {
                    return refused(format!("{number} is the number of two formats"));
                }
            }
        }
        Ok(())
    }

    fn has(&self, start: &str) -> bool {
        let sections = self.sections.iter().map(|section| &section.lines);
        let mut all = std::iter::once(&self.session).chain(sections).flatten();
        all.any(|line| line.starts_with(start))
    }

    /// The media line of that name, unless it was refused.
    pub(super) fn section(&self, mid: &str) -> Option<&Section<'a>> {
        let mut sections = self.sections.iter();
        let found = sections.find(|section| section.mid() == Some(mid));
        found.filter(|section| !section.is_refused())
    }

    pub(super) fn has_mid(&self, mid: &str) -> bool {
        let mut sections = self.sections.iter();
        sections.any(|section| section.mid() == Some(mid))
    }

    /// The lines of audio and video that were not refused.
    pub(super) fn media(&self) -> impl Iterator<Item = &Section<'a>> {
        let sections = self.sections.iter().filter(|it| !it.is_refused());
        sections.filter(|it| ["audio", "video"].contains(&it.kind))
    }

    /// The name in ICE of who says this.
    pub(super) fn ice_name(&self) -> Option<&'a str> {
        let sections = self.sections.iter().map(|section| &section.lines);
        let mut all = std::iter::once(&self.session).chain(sections).flatten();
        all.find_map(|line| line.strip_prefix("a=ice-ufrag:"))
    }

    /// Whether a line of that kind was refused.
    pub(super) fn refuses(&self, kind: &str) -> bool {
        let mut sections = self.sections.iter();
        sections.any(|section| section.kind == kind && section.is_refused())
    }

    /// Whether there is a line of that kind that was not refused.
    pub(super) fn offers(&self, kind: &str) -> bool {
        let mut sections = self.sections.iter();
        sections.any(|section| section.kind == kind && !section.is_refused())
    }

    /// The lines on which something is to flow.
    pub(super) fn active(&self) -> impl Iterator<Item = &Section<'a>> {
        let sections = self.sections.iter();
        sections.filter(|it| !it.is_refused() && self.direction(it) != Direction::Inactive)
    }

    pub(super) fn has_active(&self, kind: &str) -> bool {
        self.active().any(|section| section.kind == kind)
    }

    /// Of an answer: Janus refuses a line by one that is inactive and has the format 0 without a name.
    pub(super) fn with_refusals_of_janus(mut self) -> Self {
        for section in &mut self.sections {
            let named = |line: &&str| line.starts_with("a=rtpmap:0 ");
            section.void = section.formats == ["0"]
                && section.lines.contains(&"a=inactive")
                && !section.lines.iter().any(named);
        }
        self
    }

    /// Of an offer: lines of a kind that the peer was not given, or that nobody here can have, count as
    /// refused, whatever is in them.
    pub(super) fn with_only(mut self, given: impl Fn(&str) -> bool) -> Self {
        for section in &mut self.sections {
            section.void = !section.is_data() && !given(section.kind);
        }
        self
    }

    /// The codecs of all lines of that kind, without those that only repair or accompany others.
    pub(super) fn codecs(&self, kind: &str) -> Vec<String> {
        let sections = self.sections.iter().filter(|section| section.kind == kind);
        let mut known = HashSet::new();
        let codecs = sections.flat_map(Section::codecs);
        codecs.filter(|name| known.insert(name.clone())).collect()
    }

    /// The direction of a line, as the side that wrote it sees it.
    pub(super) fn direction(&self, section: &Section<'_>) -> Direction {
        let mut lines = section.lines.iter().chain(&self.session);
        let found = lines.find_map(|line| direction(line));
        found.unwrap_or(Direction::SendRecv)
    }
}

impl<'a> Section<'a> {
    /// From `audio 9 UDP/TLS/RTP/SAVPF 111 8 0`.
    fn new(head: &'a str) -> Option<Self> {
        let mut words = head.split_ascii_whitespace();
        let (kind, port, protocol) = (words.next()?, words.next()?, words.next()?);
        Some(Self {
            head,
            kind,
            protocol,
            refused: port == "0",
            void: false,
            formats: words.collect(),
            lines: Vec::new(),
        })
    }

    /// Whether it is for data channels: an `application` can be anything.
    fn is_data(&self) -> bool {
        self.kind == "application" && self.protocol.ends_with("DTLS/SCTP")
    }

    fn is_refused(&self) -> bool {
        self.void || self.refused
    }

    pub(super) fn mid(&self) -> Option<&'a str> {
        let mut lines = self.lines.iter();
        lines.find_map(|line| line.strip_prefix("a=mid:"))
    }

    /// Where the answer to several layers comes from: it has one itself, which is none of them.
    pub(super) fn source_beside_layers(&self) -> Option<u32> {
        let mut lines = self.lines.iter();
        lines.find(|line| line.starts_with("a=simulcast:recv "))?;
        let mut lines = self.lines.iter();
        let source = lines.find_map(|line| line.strip_prefix("a=ssrc:"))?;
        source.split(' ').next()?.parse().ok()
    }

    /// Its formats that have a name.
    fn names(&self) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        // The first counts.
        let lines = self.lines.iter().rev();
        let named = lines.filter_map(|line| {
            let (number, name) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
            Some((number, name.split('/').next().unwrap_or(name)))
        });
        let named: HashMap<_, _> = named.collect();
        self.formats.iter().filter_map(move |format| {
            // RFC 3551 names these by number alone.
            let known = match (self.kind, *format) {
                ("audio", "0") => Some("PCMU"),
                ("audio", "8") => Some("PCMA"),
                ("audio", "9") => Some("G722"),
                ("audio", "13") => Some("CN"),
                _ => None,
            };
            Some((*format, named.get(format).copied().or(known)?))
        })
    }

    /// The formats whose losses that one repeats: `apt`.
    fn repeated(&self, format: &str) -> impl Iterator<Item = &'a str> {
        self.lines.iter().filter_map(move |line| {
            let (number, values) = line.strip_prefix("a=fmtp:")?.split_once(' ')?;
            let mut values = values.split(';').filter(|_| number == format);
            values.find_map(|value| value.trim().strip_prefix("apt="))
        })
    }

    /// What a number means: the name of the format, and for `rtx` whose losses it repeats.
    fn meaning(&self, number: &str, name: &str) -> String {
        let name = name.to_ascii_lowercase();
        match self.repeated(number).next() {
            Some(of) if name == "rtx" => format!("rtx of {of}"),
            _ => name,
        }
    }

    pub(super) fn meanings(&self) -> impl Iterator<Item = (&'a str, String)> {
        let names = self.names();
        names.map(|(number, name)| (number, self.meaning(number, name)))
    }

    /// Whether it has a format of that name, and of that number if one is given.
    pub(super) fn has_format(&self, name: &str, number: Option<&str>) -> bool {
        let mut names = self.names();
        names.any(|(format, it)| {
            it.eq_ignore_ascii_case(name) && number.is_none_or(|number| number == format)
        })
    }

    fn codecs(&self) -> impl Iterator<Item = String> + '_ {
        const NONE: [&str; 5] = ["rtx", "red", "ulpfec", "telephone-event", "CN"];
        let names = self.names().map(|(_, name)| name);
        let codecs = names.filter(|name| !NONE.iter().any(|none| none.eq_ignore_ascii_case(name)));
        codecs.map(str::to_owned)
    }
}

/// What the stack says of a description that it cannot use, with the line. The text of the
/// description may be in it: only the first line is shown.
pub(super) fn unusable(error: impl fmt::Display, text: &str) -> MediaError {
    let error = error.to_string();
    let first = error.lines().next().unwrap_or_default();
    // Its parser names a place in memory.
    let place = first.split_once("PointerOffset(0x").and_then(|(_, rest)| {
        let place = usize::from_str_radix(rest.split(')').next()?, 16).ok()?;
        text.as_bytes()
            .get(..place.checked_sub(text.as_ptr() as usize)?)
    });
    match place {
        Some(before) => {
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            MediaError::sdp(Some(line), "it cannot be parsed")
        }
        None => MediaError::sdp(None, first.chars().take(160).collect::<String>()),
    }
}

fn direction(line: &str) -> Option<Direction> {
    Some(match line {
        "a=sendrecv" => Direction::SendRecv,
        "a=sendonly" => Direction::SendOnly,
        "a=recvonly" => Direction::RecvOnly,
        "a=inactive" => Direction::Inactive,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;

//! Reads session descriptions as strictly, and as loosely, as Janus does.

/// A session description.
#[derive(Clone, Debug, Default)]
pub(super) struct Sdp {
    pub(super) session_id: u64,
    pub(super) version: u64,
    pub(super) attributes: Vec<Attribute>,
    pub(super) lines: Vec<MediaLine>,
}

/// `a=name` or `a=name:value`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) value: Option<String>,
}

/// An `m=` line and what belongs to it.
#[derive(Clone, Debug)]
pub(super) struct MediaLine {
    pub(super) kind: String,
    pub(super) port: u16,
    pub(super) protocol: String,
    pub(super) formats: Vec<String>,
    pub(super) direction: &'static str,
    pub(super) attributes: Vec<Attribute>,
}

/// The longest `m=` line that Janus reads, in bytes.
const MAX_MEDIA_LINE: usize = 200;
/// The longest `mid`.
const MAX_MID: usize = 16;

/// Reads one; the error is Janus's text.
pub(super) fn parse(text: &str) -> Result<Sdp, String> {
    if !text.starts_with("v=") {
        return Err("Invalid SDP (doesn't start with v=)".to_owned());
    }
    let mut sdp = Sdp::default();
    let (mut origin, mut name) = (false, false);
    for line in text.split('\n') {
        let line = line.split('\r').next().unwrap_or_default();
        if line.is_empty() {
            continue;
        }
        if line.len() < 3 {
            return Err(format!("Invalid line ({} bytes): {line}", line.len()));
        }
        if line.as_bytes()[1] != b'=' {
            return Err(format!("Invalid line (2nd char is not '='): {line}"));
        }
        let value = &line[2..];
        match (line.as_bytes()[0], sdp.lines.last_mut()) {
            (b'm', _) => sdp.lines.push(media_line(line, value)?),
            (b'a', Some(media)) => match direction(value) {
                Some(direction) => media.direction = direction,
                None => media.attributes.push(attribute(value)?),
            },
            (b'a', None) => sdp.attributes.push(attribute(value)?),
            (b'c', _) => address(line, value, 1)?,
            (b'b', Some(_)) if value.split_once(':').is_none_or(|(_, v)| v.is_empty()) => {
                return Err(format!("Invalid b= line: {value}"));
            }
            (_, Some(_)) => {}
            (b'v', None) if !value.starts_with(|c: char| c.is_ascii_digit()) => {
                return Err(format!("Invalid v= line: {line}"));
            }
            (b'o', None) if origin => return Err(format!("Multiple o= lines: {line}")),
            (b'o', None) => {
                (sdp.session_id, sdp.version) = origin_ids(line, value)?;
                address(line, value.splitn(4, ' ').nth(3).unwrap_or_default(), 0)?;
                origin = true;
            }
            (b's', None) if name => return Err(format!("Multiple s= lines: {line}")),
            (b's', None) => name = true,
            (b't', None) => {
                let numbers = value.split_ascii_whitespace().take(2);
                if numbers.filter(|n| n.parse::<u64>().is_ok()).count() != 2 {
                    return Err(format!("Invalid t= line: {line}"));
                }
            }
            _ => {}
        }
    }
    if !origin || !name || sdp.lines.is_empty() {
        return Err("Missing mandatory lines (o=, s= or m=)".to_owned());
    }
    Ok(sdp)
}

fn origin_ids(line: &str, value: &str) -> Result<(u64, u64), String> {
    let invalid = || format!("Invalid o= line: {line}");
    let parts: Vec<&str> = value.split_ascii_whitespace().collect();
    let [_, session, version, "IN", _, _, ..] = parts[..] else {
        return Err(invalid());
    };
    let number = |text: &str| text.parse::<u64>().map_err(|_| invalid());
    Ok((number(session)?, number(version)?))
}

/// Checks the part of `o=` or `c=` that names an address.
fn address(line: &str, value: &str, is_connection: usize) -> Result<(), String> {
    let letter = ["o", "c"][is_connection];
    let parts: Vec<&str> = value.split_ascii_whitespace().collect();
    match parts[..] {
        ["IN", kind, _, ..] if ["IP4", "IP6"].contains(&kind.to_ascii_uppercase().as_str()) => {
            Ok(())
        }
        ["IN", kind, _, ..] => Err(format!(
            "Invalid {letter}= line (unsupported protocol {kind}): {line}"
        )),
        _ => Err(format!("Invalid {letter}= line: {line}")),
    }
}

fn direction(value: &str) -> Option<&'static str> {
    ["sendrecv", "sendonly", "recvonly", "inactive"]
        .into_iter()
        .find(|direction| value.eq_ignore_ascii_case(direction))
}

fn attribute(value: &str) -> Result<Attribute, String> {
    let (name, value) = match value.split_once(':') {
        Some((_, "")) => return Err(format!("Invalid a= line: {value}")),
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (value, None),
    };
    let name = name.to_owned();
    Ok(Attribute { name, value })
}

fn media_line(line: &str, value: &str) -> Result<MediaLine, String> {
    if line.len() > MAX_MEDIA_LINE {
        return Err(format!("Invalid m= line (too long): {}", line.len()));
    }
    let invalid = || format!("Invalid m= line: {line}");
    let parts: Vec<&str> = value.split(' ').collect();
    let [kind, port, protocol, ref formats @ ..] = parts[..] else {
        return Err(invalid());
    };
    let port = port.parse().map_err(|_| invalid())?;
    if !["audio", "video", "application"].contains(&kind) {
        return Err(invalid());
    }
    if formats.is_empty() {
        return Err(format!(
            "Invalid m= line (no payload types/formats): {line}"
        ));
    }
    Ok(MediaLine {
        kind: kind.to_owned(),
        port,
        protocol: protocol.to_owned(),
        formats: formats.iter().map(|&format| format.to_owned()).collect(),
        direction: "sendrecv",
        attributes: Vec::new(),
    })
}

fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    let found = attributes
        .iter()
        .find(|a| a.name.eq_ignore_ascii_case(name));
    found.and_then(|a| a.value.as_deref())
}

impl MediaLine {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        find(&self.attributes, name)
    }

    pub(super) fn is_data(&self) -> bool {
        self.kind == "application"
    }
}

impl Sdp {
    /// Janus refuses long ones, and has no text for it.
    pub(super) fn mids_fit(&self) -> Result<(), String> {
        let too_long = |line: &MediaLine| {
            line.attribute("mid")
                .is_some_and(|mid| mid.len() > MAX_MID && !line.is_data())
        };
        if self.lines.iter().any(too_long) {
            Err(String::new())
        } else {
            Ok(())
        }
    }

    /// Whether it has what ICE and DTLS need.
    pub(super) fn can_connect(&self) -> bool {
        let has = |name: &str, fits: fn(&str) -> bool| {
            let lines = self.lines.iter().filter_map(|line| line.attribute(name));
            let mut all = find(&self.attributes, name).into_iter().chain(lines);
            all.any(fits)
        };
        let hash = |value: &str| {
            let value = value.to_ascii_lowercase();
            value.starts_with("sha-256 ") || value.starts_with("sha-1 ")
        };
        has("ice-ufrag", |_| true) && has("ice-pwd", |_| true) && has("fingerprint", hash)
    }

    /// The `mid` and kind of each line on which media is to come in.
    pub(super) fn media(&self) -> Vec<(String, &'static str)> {
        let lines = self.lines.iter().enumerate();
        let sending = lines.filter(|(_, line)| {
            line.port > 0 && ["sendrecv", "sendonly"].contains(&line.direction) && !line.is_data()
        });
        sending
            .map(|(index, line)| {
                let mid = line.attribute("mid").map(str::to_owned);
                let kind = if line.kind == "video" {
                    "video"
                } else {
                    "audio"
                };
                (mid.unwrap_or_else(|| index.to_string()), kind)
            })
            .collect()
    }
}

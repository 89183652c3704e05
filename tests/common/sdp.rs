//! Session descriptions that Janus accepts from a peer that has no media.

const FINGERPRINT: &str = "0F:1E:2D:3C:4B:5A:69:78:87:96:A5:B4:C3:D2:E1:F0:\
                           0F:1E:2D:3C:4B:5A:69:78:87:96:A5:B4:C3:D2:E1:F0";

/// An offer of one audio line, as a browser would make it.
pub fn audio_offer() -> String {
    let media = "m=audio 9 UDP/TLS/RTP/SAVPF 111 8 0";
    let lines = [
        "a=rtpmap:111 opus/48000/2",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:0 PCMU/8000",
        "a=sendrecv",
    ];
    describe(
        "actpass",
        "0",
        &[(
            media.to_owned(),
            "0".to_owned(),
            lines.map(str::to_owned).into(),
        )],
    )
}

/// An answer to Janus's offer: each media line as offered, with its first codec only.
pub fn answer_to(offer: &str) -> String {
    let mut media: Vec<(String, String, Vec<String>)> = Vec::new();
    for line in offer.lines() {
        if let Some(rest) = line.strip_prefix("m=") {
            let words: Vec<&str> = rest.split(' ').collect();
            let format = words.get(3).copied().unwrap_or("0");
            let kind = words.first().copied().unwrap_or("audio");
            let profile = words.get(2).copied().unwrap_or("UDP/TLS/RTP/SAVPF");
            media.push((
                format!("m={kind} 9 {profile} {format}"),
                String::new(),
                Vec::new(),
            ));
            continue;
        }
        let Some((head, mid, lines)) = media.last_mut() else {
            continue;
        };
        let format = head.rsplit(' ').next().unwrap_or_default().to_owned();
        if let Some(name) = line.strip_prefix("a=mid:") {
            name.clone_into(mid);
        } else if line.starts_with(&format!("a=rtpmap:{format} ")) || line == "a=sendrecv" {
            lines.push(line.to_owned());
        } else if line == "a=sendonly" {
            lines.push("a=recvonly".to_owned());
        } else if line == "a=recvonly" {
            lines.push("a=sendonly".to_owned());
        }
    }
    let group: Vec<&str> = media.iter().map(|(_, mid, _)| mid.as_str()).collect();
    describe("active", &group.join(" "), &media)
}

fn describe(setup: &str, group: &str, media: &[(String, String, Vec<String>)]) -> String {
    let mut lines = vec![
        "v=0".to_owned(),
        "o=- 1 1 IN IP4 127.0.0.1".to_owned(),
        "s=-".to_owned(),
        "t=0 0".to_owned(),
        format!("a=group:BUNDLE {group}"),
    ];
    for (head, mid, own) in media {
        lines.push(head.clone());
        lines.push("c=IN IP4 127.0.0.1".to_owned());
        lines.push(format!("a=mid:{mid}"));
        lines.push("a=ice-ufrag:test".to_owned());
        lines.push("a=ice-pwd:testtesttesttesttesttest".to_owned());
        lines.push(format!("a=fingerprint:sha-256 {FINGERPRINT}"));
        lines.push(format!("a=setup:{setup}"));
        lines.push("a=rtcp-mux".to_owned());
        lines.extend(own.iter().cloned());
    }
    lines.join("\r\n") + "\r\n"
}

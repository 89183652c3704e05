//! The SIP messages in SIPp's message log.

/// One SIP message that SIPp sent or received.
#[derive(Clone, Debug)]
pub struct SipMessage {
    /// Whether SIPp sent it.
    pub sent: bool,
    /// The whole message.
    pub text: String,
}

impl SipMessage {
    /// The status code, if this is a response.
    pub fn code(&self) -> Option<u16> {
        self.text.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
    }

    /// The method: of the request, or of the one that this responds to.
    pub fn method(&self) -> &str {
        if self.code().is_none() {
            return self.text.split(' ').next().unwrap_or_default();
        }
        self.header("CSeq")
            .and_then(|sequence| sequence.split(' ').nth(1))
            .unwrap_or_default()
    }

    /// The value of the first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.text.split("\n\n").next().unwrap_or_default();
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// What follows the headers.
    pub fn body(&self) -> &str {
        self.text.split_once("\n\n").map_or("", |(_, body)| body)
    }
}

/// Reads the log that SIPp writes with `-trace_msg`.
pub fn parse(log: &str) -> Vec<SipMessage> {
    let log = log.replace("\r\n", "\n");
    let mut messages: Vec<SipMessage> = Vec::new();
    let mut after_rule = false;
    for line in log.lines() {
        if line.starts_with("-----------------------------------------------") {
            after_rule = true;
        } else if after_rule {
            after_rule = false;
            let sent = line.contains("message sent");
            messages.push(SipMessage {
                sent,
                text: String::new(),
            });
        } else if let Some(message) = messages.last_mut() {
            // An empty line stands between SIPp's own line and the message.
            if !(message.text.is_empty() && line.is_empty()) {
                message.text.push_str(line);
                message.text.push('\n');
            }
        }
    }
    messages
}

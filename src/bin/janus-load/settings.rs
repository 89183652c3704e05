//! What is asked for: by options, and by a scenario file, which knows the same words.

use std::{fs, net::IpAddr, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use janus_blocking::serde_json::{self, Value, json};
use serde::Deserialize;

use crate::{arrivals::Process, rate::Rate};

/// What a run is made of. A word of the command line is worth more than the same one in the file.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[command(next_help_heading = "Load")]
pub(crate) struct Settings {
    /// The server, as `ws://host:8188`; also wss, http, https, unix, unixdgram. Default: a fake
    /// gateway inside of this program
    pub(crate) url: Option<String>,
    /// Open loop: operations a second, like 500, or "100..2000 step 100 every 10s"
    #[arg(long, conflicts_with = "callers")]
    #[serde(default, deserialize_with = "rate")]
    pub(crate) rate: Option<Rate>,
    /// Open loop: how operations follow each other [default: constant]
    #[arg(long)]
    pub(crate) arrivals: Option<Process>,
    /// Open loop: how many operations may be under way at once [default: 128]
    #[arg(long)]
    pub(crate) in_flight: Option<usize>,
    /// Closed loop: so many callers, each of which waits for its answer [default: 1]
    #[arg(long)]
    pub(crate) callers: Option<usize>,
    /// Connections, which the callers share [default: 1]
    #[arg(long)]
    pub(crate) connections: Option<usize>,
    /// How long it is measured; a ramp has its own length [default: 10s]
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration)]
    #[serde(default, rename = "for", deserialize_with = "time")]
    pub(crate) length: Option<Duration>,
    /// How long it runs before it is measured [default: 1s]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    #[serde(default, deserialize_with = "time")]
    pub(crate) warm_up: Option<Duration>,
    /// How long a request may take [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    #[serde(default, deserialize_with = "time")]
    pub(crate) timeout: Option<Duration>,
    /// For arrivals, and for what is drawn [default: another one each time]
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Ramp: the 99th percentile that a rate has to stay below [default: 20ms]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    #[serde(default, deserialize_with = "time")]
    pub(crate) knee: Option<Duration>,
    /// The server's process on this machine, to see what it costs
    #[arg(long, value_name = "PID")]
    pub(crate) server_pid: Option<u32>,
    /// A file with certificates of CAs to trust, beside the system's
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    #[command(flatten)]
    #[serde(skip)]
    pub(crate) work: Work,
    /// One table each: what is mixed.
    #[arg(skip)]
    #[serde(default, rename = "scenario")]
    pub(crate) mix: Vec<Work>,
}

/// One scenario, and what it needs to be told.
#[derive(Args, Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[command(next_help_heading = "Scenario")]
pub(crate) struct Work {
    /// What one operation is [default: ping]
    #[arg(long = "scenario", value_enum)]
    pub(crate) kind: Option<Kind>,
    /// In the report, where it is not that of its kind.
    #[arg(skip)]
    pub(crate) name: Option<String>,
    /// How often, beside the others of a mix.
    #[arg(skip)]
    pub(crate) weight: Option<u32>,
    /// attach, request, room, media: the plugin, by its last word or its whole name [default: echotest;
    /// room: videoroom, at the fake gateway audiobridge]
    #[arg(long)]
    pub(crate) plugin: Option<String>,
    /// request: what is sent to the plugin, as JSON [default: {"audio": true}]
    #[arg(long, value_name = "JSON", value_parser = parsed)]
    pub(crate) body: Option<Value>,
    /// room: how many rooms [default: 1]
    #[arg(long)]
    pub(crate) rooms: Option<usize>,
    /// room: how many are in each; events: how many handles hear of each event [default: 4]; media
    /// in an AudioBridge: the peer and all who hear it [default: 2]
    #[arg(long)]
    pub(crate) participants: Option<usize>,
    /// sip: the SIP server, as sip:host:5060
    #[arg(long, value_name = "URI")]
    pub(crate) sip_proxy: Option<String>,
    /// sip: the number of the first account; the pairs take those that follow [default: 1000]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) sip_account: Option<u32>,
    /// sip: how many pairs of accounts call each other [default: 1]
    #[arg(long)]
    pub(crate) pairs: Option<usize>,
    /// media: how many peers [default: 1]; without a rate, each sends 50 frames a second
    #[arg(long)]
    pub(crate) peers: Option<usize>,
    /// media: the address of this machine that is used [default: all of them]
    #[arg(long, value_name = "IP")]
    pub(crate) address: Option<IpAddr>,
}

/// The kinds of scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// `ping`
    #[default]
    Ping,
    /// Attaches a handle and detaches it
    Attach,
    /// Creates a session and destroys it
    Session,
    /// A request to a plugin
    Request,
    /// A participant leaves a room and joins it again
    Room,
    /// Registers, calls, holds, hangs up, between two accounts
    Sip,
    /// Abandons a session, claims it on another connection, reattaches
    Reclaim,
    /// One event, to all handles in a room
    Events,
    /// A frame of sound to the EchoTest and back, or through an AudioBridge, by WebRTC
    Media,
}

impl Settings {
    /// Those of a scenario file.
    pub(crate) fn read(file: &PathBuf) -> Result<Self, String> {
        let text = fs::read_to_string(file)
            .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
    }

    /// These, and those of the file where nothing else is said.
    pub(crate) fn or(self, mut file: Self) -> Self {
        // What asks for another loop or another kind of rate also replaces what the file says of its own.
        if self.callers.is_some() {
            (file.rate, file.arrivals, file.in_flight, file.knee) = (None, None, None, None);
        }
        match &self.rate {
            Some(Rate::Constant(_)) => (file.callers, file.knee) = (None, None),
            Some(Rate::Ramp { .. }) => (file.callers, file.length) = (None, None),
            None => {}
        }
        Self {
            url: self.url.or(file.url),
            rate: self.rate.or(file.rate),
            arrivals: self.arrivals.or(file.arrivals),
            in_flight: self.in_flight.or(file.in_flight),
            callers: self.callers.or(file.callers),
            connections: self.connections.or(file.connections),
            length: self.length.or(file.length),
            warm_up: self.warm_up.or(file.warm_up),
            timeout: self.timeout.or(file.timeout),
            seed: self.seed.or(file.seed),
            knee: self.knee.or(file.knee),
            server_pid: self.server_pid.or(file.server_pid),
            ca: self.ca.or(file.ca),
            work: self.work,
            mix: file.mix,
        }
    }
}

impl Work {
    pub(crate) fn kind(&self) -> Kind {
        self.kind.unwrap_or_default()
    }

    pub(crate) fn name(&self) -> String {
        let named = self.name.clone();
        named.unwrap_or_else(|| format!("{:?}", self.kind()).to_lowercase())
    }

    pub(crate) fn weight(&self) -> u32 {
        self.weight.unwrap_or(1)
    }

    /// The package name of its plugin.
    pub(crate) fn plugin(&self) -> String {
        package(self.plugin.as_deref().unwrap_or("echotest"))
    }

    /// Whether its sound goes through an AudioBridge.
    pub(crate) fn is_bridged(&self) -> bool {
        self.kind() == Kind::Media && self.plugin() == package("audiobridge")
    }

    pub(crate) fn participants(&self) -> usize {
        let usual = if self.is_bridged() { 2 } else { 4 };
        self.participants.unwrap_or(usual)
    }

    pub(crate) fn rooms(&self) -> usize {
        self.rooms.unwrap_or(1)
    }

    pub(crate) fn pairs(&self) -> usize {
        self.pairs.unwrap_or(1)
    }

    pub(crate) fn peers(&self) -> usize {
        self.peers.unwrap_or(1)
    }

    /// The number of the first account.
    pub(crate) fn sip_account(&self) -> u32 {
        self.sip_account.unwrap_or(1000)
    }

    /// How many operations can be under way at once, with that many workers.
    pub(crate) fn seats(&self, workers: usize) -> usize {
        match self.kind() {
            Kind::Room => self.rooms().saturating_mul(self.participants()),
            Kind::Sip => self.pairs(),
            _ => workers,
        }
    }

    /// How many connections have something to do, with that many workers.
    pub(crate) fn connections(&self, workers: usize) -> usize {
        match self.kind() {
            Kind::Reclaim => workers + 1,
            Kind::Events => workers.max(self.participants()),
            Kind::Media => self.peers(),
            _ => self.seats(workers),
        }
    }

    /// For the report. A body may hold a secret: only the name of its request is told.
    pub(crate) fn shown(&self) -> String {
        fn told<T: ToString>(name: &str, value: Option<T>) -> Option<String> {
            Some(format!("{name} {}", value?.to_string()))
        }
        let request = self.body.as_ref().and_then(|body| body["request"].as_str());
        let words = [
            Some(format!("{:?}", self.kind()).to_lowercase()),
            self.plugin.clone(),
            request.map(str::to_owned),
            told("rooms", self.rooms),
            told("participants", self.participants),
            told("sip-proxy", self.sip_proxy.as_deref().map(public)),
            told("sip-account", self.sip_account),
            told("pairs", self.pairs),
            told("peers", self.peers),
            told("address", self.address),
            told("weight", self.weight),
        ];
        words.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn body(&self) -> Value {
        let body = self.body.clone();
        body.unwrap_or_else(|| json!({ "audio": true }))
    }
}

/// The whole name of a plugin.
pub(crate) fn package(name: &str) -> String {
    if name.contains('.') {
        name.to_owned()
    } else {
        format!("janus.plugin.{name}")
    }
}

/// A SIP address without user, password and headers.
fn public(uri: &str) -> String {
    let uri = match uri.rsplit_once('@') {
        Some((user, host)) if user.starts_with("sips:") => format!("sips:{host}"),
        Some((_, host)) => format!("sip:{host}"),
        None => uri.to_owned(),
    };
    uri.split('?').next().unwrap_or_default().to_owned()
}

fn parsed(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let time = humantime::parse_duration(&text).map_err(serde::de::Error::custom)?;
    Ok(Some(time))
}

/// A text, or a number.
fn rate<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Rate>, D::Error> {
    let text = match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        other => other.to_string(),
    };
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_scenario_file_has_the_words_of_the_command_line() {
        let text = r#"
            url = "ws://localhost"
            rate = "100..300 step 100 every 5s"
            arrivals = "poisson"
            in-flight = 8
            for = "10s"
            warm-up = "500ms"

            [[scenario]]
            kind = "ping"
            weight = 3

            [[scenario]]
            kind = "request"
            name = "list rooms"
            plugin = "videoroom"
            body = { request = "list" }
        "#;
        let file: Settings = toml::from_str(text).expect("a scenario file");
        assert_eq!(file.length, Some(Duration::from_secs(10)));
        assert_eq!(file.arrivals, Some(Process::Poisson));
        assert_eq!(file.mix[0].weight, Some(3));
        let list = &file.mix[1];
        assert_eq!(list.name(), "list rooms");
        assert_eq!(list.plugin(), "janus.plugin.videoroom");
        assert_eq!(list.body(), json!({ "request": "list" }));

        // What the command line says is worth more, and what cannot go with it is left out.
        let line = |rate: Option<&str>, callers| Settings {
            rate: rate.map(|it| it.parse().expect("a rate")),
            callers,
            ..Settings::default()
        };
        let both = line(None, Some(2)).or(file.clone());
        assert_eq!((both.rate, both.callers), (None, Some(2)));
        assert_eq!((both.in_flight, both.arrivals), (None, None));
        let both = line(Some("5"), None).or(file.clone());
        assert_eq!((both.in_flight, both.length), (Some(8), file.length));
        let both = line(Some("1..5 step 1 every 1s"), None).or(file.clone());
        assert_eq!((both.in_flight, both.length), (Some(8), None));
        let both = line(None, None).or(file.clone());
        assert_eq!(both.rate, file.rate);
    }

    #[test]
    fn a_wrong_word_in_the_file_is_named() {
        for (text, word) in [
            ("reate = 5", "reate"),
            ("rate = -5", "-5"),
            ("for = \"long\"", "for"),
            ("[[scenario]]\nkind = \"pong\"", "pong"),
            ("[[scenario]]\nkind = \"ping\"\nbodi = 1", "bodi"),
        ] {
            let error = toml::from_str::<Settings>(text).expect_err(text);
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    /// `compare` shows what differs in it, and neither shows what is secret.
    #[test]
    fn all_that_a_scenario_was_told_is_shown_but_no_secret() {
        let usual = Work {
            kind: Some(Kind::Sip),
            ..Work::default()
        };
        let proxy = |uri: &str| Work {
            sip_proxy: Some(uri.to_owned()),
            ..usual.clone()
        };
        let others = [
            proxy("sip:one.example:5060"),
            proxy("sip:two.example:5060"),
            Work {
                sip_account: Some(2000),
                ..usual.clone()
            },
            Work {
                address: Some([127, 0, 0, 1].into()),
                ..usual.clone()
            },
        ];
        let shown: BTreeSet<_> = others.iter().chain([&usual]).map(Work::shown).collect();
        assert_eq!(shown.len(), 5, "{shown:?}");
        for (uri, shown) in [
            ("sip:one.example:5060", "sip:one.example:5060"),
            (
                "sips:me:hush@one.example;transport=tls",
                "sips:one.example;transport=tls",
            ),
            ("sip:me:hush@a@one.example?hush", "sip:one.example"),
            ("me:hush@one.example", "sip:one.example"),
        ] {
            assert_eq!(proxy(uri).shown(), format!("sip, sip-proxy {shown}"));
        }
    }
}

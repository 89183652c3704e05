//! The command line, read by hand: there are only a few words.

use std::{ffi::OsString, path::PathBuf};

pub const USAGE: &str = "sip_doorbell wait --janus URL --ticket FILE [--session FILE] --user SIPURI \
    --secret S --proxy SIPURI | sip_doorbell answer --janus URL (--ticket FILE | --session ID --admin URL) \
    [--decline] or, in a build with the \
    feature webrtc, [--play FILE] [--tone] [--record FILE], .wav for G.711 or .ogg for \
    Opus; both with [--api-secret S] [--token T]; instead of options SIP_SECRET, JANUS_API_SECRET and JANUS_TOKEN; \
    JANUS_ADMIN_SECRET for --admin | sip_doorbell demo, which needs no server";

pub enum Command {
    Help,
    Wait(Wait),
    Answer(Answer),
    Demo,
}

pub struct Wait {
    pub server: Server,
    pub ticket: PathBuf,
    /// Where the session's id is written as soon as there is one.
    pub session: Option<PathBuf>,
    pub user: String,
    pub secret: String,
    pub proxy: String,
}

pub struct Answer {
    pub server: Server,
    pub call: Call,
    pub decline: bool,
    /// `None`: the call is answered without media.
    #[cfg_attr(not(feature = "webrtc"), allow(dead_code))]
    pub sound: Option<Sound>,
}

/// How the ringing call is found.
pub enum Call {
    /// By the ticket that the first process has left.
    Ticket(PathBuf),
    /// By the Admin API: the first process was killed.
    Lost(Lost),
}

/// What is known of it then.
pub struct Lost {
    pub session: u64,
    pub admin: String,
    pub secret: String,
}

/// What the caller hears, and what is kept of them.
#[cfg_attr(not(feature = "webrtc"), allow(dead_code))]
pub struct Sound {
    pub play: Option<PathBuf>,
    pub record: Option<PathBuf>,
    /// After the file, if there is one.
    pub tone: bool,
}

pub struct Server {
    pub url: String,
    pub api_secret: Option<String>,
    pub token: Option<String>,
}

pub fn parse(words: impl Iterator<Item = OsString>) -> Result<Command, String> {
    let mut words = words.map(|word| {
        // Not shown: it may be a password.
        let text = word.into_string();
        text.map_err(|_| "an argument is not UTF-8".to_owned())
    });
    let command = words.next().transpose()?;
    let mut options = Options(Vec::new());
    while let Some(name) = words.next().transpose()? {
        if name == "--help" {
            return Ok(Command::Help);
        }
        if !name.starts_with("--") {
            return Err("options are written as --name VALUE".to_owned());
        }
        let value = match name.as_str() {
            "--decline" | "--tone" => String::new(),
            _ => match words.next().transpose()? {
                Some(value) => value,
                None => return Err(format!("{name} has no value")),
            },
        };
        options.0.push((name, value));
    }
    let command = match command.as_deref() {
        Some("wait") => Command::Wait(Wait {
            server: options.server()?,
            ticket: options.need("--ticket")?.into(),
            session: options.take("--session").map(Into::into),
            user: options.need("--user")?,
            secret: options
                .secret("--secret", "SIP_SECRET")
                .ok_or("--secret, or SIP_SECRET in the environment, is missing")?,
            proxy: options.need("--proxy")?,
        }),
        Some("answer") => Command::Answer(Answer {
            server: options.server()?,
            call: options.call()?,
            decline: options.take("--decline").is_some(),
            sound: options.sound()?,
        }),
        Some("demo") => Command::Demo,
        Some("help" | "--help") => return Ok(Command::Help),
        _ => return Err("say `wait`, `answer` or `demo` first".to_owned()),
    };
    match options.0.first() {
        None => Ok(command),
        Some((name, _)) => Err(format!("{name} is unknown here, or there twice")),
    }
}

/// Names and values that nobody has asked for yet.
struct Options(Vec<(String, String)>);

impl Options {
    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(given, _)| given == name)?;
        Some(self.0.remove(at).1)
    }

    fn need(&mut self, name: &str) -> Result<String, String> {
        self.take(name).ok_or_else(|| format!("{name} is missing"))
    }

    /// Better from the environment: the command line is there for every user of the machine to see.
    fn secret(&mut self, name: &str, variable: &str) -> Option<String> {
        let set = || std::env::var(variable).ok().filter(|it| !it.is_empty());
        self.take(name).or_else(set)
    }

    fn call(&mut self) -> Result<Call, String> {
        let Some(session) = self.take("--session") else {
            return self.need("--ticket").map(|path| Call::Ticket(path.into()));
        };
        let session = session.trim().parse();
        Ok(Call::Lost(Lost {
            session: session.map_err(|_| "--session is not the id of a session")?,
            admin: self.need("--admin")?,
            secret: self
                .secret("--admin-secret", "JANUS_ADMIN_SECRET")
                .ok_or("JANUS_ADMIN_SECRET is missing in the environment")?,
        }))
    }

    fn sound(&mut self) -> Result<Option<Sound>, String> {
        let sound = Sound {
            play: self.take("--play").map(Into::into),
            record: self.take("--record").map(Into::into),
            tone: self.take("--tone").is_some(),
        };
        let is_there = sound.tone || sound.play.is_some() || sound.record.is_some();
        if is_there && cfg!(not(feature = "webrtc")) {
            return Err("for sound, build it with --features webrtc".to_owned());
        }
        Ok(is_there.then_some(sound))
    }

    fn server(&mut self) -> Result<Server, String> {
        Ok(Server {
            url: self.need("--janus")?,
            api_secret: self.secret("--api-secret", "JANUS_API_SECRET"),
            token: self.secret("--token", "JANUS_TOKEN"),
        })
    }
}

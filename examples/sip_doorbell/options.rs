//! The command line.

use std::{ffi::OsString, path::PathBuf};

use crate::command_line::{Given, text};

pub const USAGE: &str = "sip_doorbell wait --janus URL --ticket FILE [--session FILE] --user SIPURI \
    --secret S --proxy SIPURI | sip_doorbell answer --janus URL (--ticket FILE | --session ID --admin URL) \
    [--decline] or, in a build with the \
    feature webrtc, [--play FILE] [--tone] [--record FILE], .wav for G.711 or .ogg for \
    Opus; both with [--api-secret S] [--token T]; instead of options SIP_SECRET, JANUS_API_SECRET and JANUS_TOKEN; \
    JANUS_ADMIN_SECRET for --admin | sip_doorbell demo, which needs no server";

pub enum Command {
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

/// `None` is the question for help.
pub fn parse(mut words: impl Iterator<Item = OsString>) -> Result<Option<Command>, String> {
    let command = words.next().map(text).transpose()?;
    if matches!(command.as_deref(), Some("help" | "--help")) {
        return Ok(None);
    }
    let Some(mut given) = Given::read(words, &["--decline", "--tone"])? else {
        return Ok(None);
    };
    let command = match command.as_deref() {
        Some("wait") => Command::Wait(Wait {
            server: server(&mut given)?,
            ticket: given.need("--ticket")?.into(),
            session: given.take("--session").map(Into::into),
            user: given.need("--user")?,
            secret: given
                .secret("--secret", "SIP_SECRET")
                .ok_or("--secret, or SIP_SECRET in the environment, is missing")?,
            proxy: given.need("--proxy")?,
        }),
        Some("answer") => Command::Answer(Answer {
            server: server(&mut given)?,
            call: call(&mut given)?,
            decline: given.flag("--decline"),
            sound: sound(&mut given)?,
        }),
        Some("demo") => Command::Demo,
        _ => return Err("say `wait`, `answer` or `demo` first".to_owned()),
    };
    given.finish()?;
    Ok(Some(command))
}

fn call(given: &mut Given) -> Result<Call, String> {
    let Some(session) = given.take("--session") else {
        return given.need("--ticket").map(|path| Call::Ticket(path.into()));
    };
    let session = session.trim().parse();
    Ok(Call::Lost(Lost {
        session: session.map_err(|_| "--session is not the id of a session")?,
        admin: given.need("--admin")?,
        secret: given
            .secret("--admin-secret", "JANUS_ADMIN_SECRET")
            .ok_or("JANUS_ADMIN_SECRET is missing in the environment")?,
    }))
}

fn sound(given: &mut Given) -> Result<Option<Sound>, String> {
    let sound = Sound {
        play: given.take("--play").map(Into::into),
        record: given.take("--record").map(Into::into),
        tone: given.flag("--tone"),
    };
    let is_there = sound.tone || sound.play.is_some() || sound.record.is_some();
    if is_there && cfg!(not(feature = "webrtc")) {
        return Err("for sound, build it with --features webrtc".to_owned());
    }
    Ok(is_there.then_some(sound))
}

fn server(given: &mut Given) -> Result<Server, String> {
    Ok(Server {
        url: given.need("--janus")?,
        api_secret: given.secret("--api-secret", "JANUS_API_SECRET"),
        token: given.secret("--token", "JANUS_TOKEN"),
    })
}

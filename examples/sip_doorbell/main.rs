//! A doorbell whose call outlives the program that received it.
//!
//! One process waits for a SIP call and goes away while it rings; another one, perhaps on another
//! machine, takes the very same call:
//!
//! ```text
//! sip_doorbell wait   --janus ws://10.0.0.2:8188 --ticket /run/door.json \
//!                     --user sip:door@example.org --proxy sip:10.0.0.3:5060
//! sip_doorbell answer --janus ws://10.0.0.2:8188 --ticket /run/door.json [--decline]
//! ```
//!
//! If the first process was killed before it could write the ticket, the session's id is enough, which
//! `wait --session /run/door.id` writes as soon as there is a session. The Admin API tells who calls, and
//! with which offer:
//!
//! ```text
//! sip_doorbell answer --janus ws://10.0.0.2:8188 --session "$(cat /run/door.id)" \
//!                     --admin ws://10.0.0.2:7188
//! ```
//!
//! In a build with the feature `webrtc`, `answer --play welcome.wav --tone --record visitor.wav` talks:
//! it plays the file and then a tone, and records what the caller says. That is in G.711; with files
//! `.ogg`, and without the tone, it is in Opus. Without these options no media flows.
//!
//! `sip_doorbell demo` shows both without any server, on the crate's fake Janus.
//!
//! Passwords are best given as environment variables, which other users cannot see: `SIP_SECRET`,
//! `JANUS_API_SECRET`, `JANUS_TOKEN`, `JANUS_ADMIN_SECRET`. The server needs a `reclaim_session_timeout` in its
//! `janus.jcfg`: that is how long a call can wait for its second process.

use std::{error::Error, process::ExitCode, time::Duration};

use janus_blocking::{
    Config, Connection, ErrorCode, Event, Jsep, Sip,
    sip::{self, Accept, Decline, Register, event::Hangup},
};

mod answer;
#[path = "../command_line/mod.rs"]
mod command_line;
mod demo;
mod lost;
mod note;
mod options;
#[cfg(feature = "webrtc")]
mod sound;
#[path = "../ticket_file/mod.rs"]
mod ticket_file;

use command_line::one_line;
use note::Note;
use options::{Answer, Call, Command, Server, Wait};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    command_line::end("sip_doorbell", run())
}

fn run() -> Result<()> {
    match command_line::options(options::parse, options::USAGE)? {
        None => Ok(()),
        Some(Command::Wait(options)) => wait(&options),
        Some(Command::Answer(options)) => answer(&options),
        Some(Command::Demo) => demo::demo(),
    }
}

/// The first process: leaves the ringing call and its ticket behind.
fn wait(options: &Wait) -> Result<()> {
    // What would spoil the handing over is found out now, not when somebody is at the door.
    ticket_file::check(&options.ticket)?;
    let janus = open(&options.server)?;
    if janus.opening_info().reclaim_session_timeout.is_zero() {
        return Err(KEEPS_NOTHING.into());
    }

    let session = janus.create_session().map_err(refused)?;
    if let Some(path) = &options.session {
        ticket_file::save(path, &session.id())?;
    }
    let sip: Sip = session.attach()?;
    let account = Register::new(&options.user)
        .secret(&options.secret)
        .proxy(&options.proxy);
    sip.register(&account)
        .map_err(|error| explain(error, "not registered: check --user, --secret and --proxy"))?;
    say("registered")?;

    let call = next_call(&sip)?;
    say(&format!("incoming {}", call.caller))?;

    // Sends no `detach` and no `destroy`; neither do the drops of `sip` and `session` after it.
    let handle = sip.handle().id();
    let tickets = janus.abandon();
    let mut ticket = tickets
        .into_iter()
        .find(|ticket| ticket.session_id == session.id())
        .ok_or("the session ended just now; start `wait` again")?;
    // Janus will not say again who calls and with which offer: the ticket has to.
    for ours in ticket.handles.iter_mut().filter(|ours| ours.id == handle) {
        ours.note = Some(serde_json::to_value(&call)?);
    }
    ticket_file::save(&options.ticket, &ticket)?;
    say("abandoned")
}

const KEEPS_NOTHING: &str = "this Janus ends calls together with the link of their program; \
                             set reclaim_session_timeout in its janus.jcfg";

/// Waits until somebody rings.
fn next_call(sip: &Sip) -> Result<Note> {
    for event in sip.events() {
        let Event::Plugin { event, jsep } = event? else {
            continue;
        };
        match event {
            sip::Event::IncomingCall(call) => {
                return Ok(Note {
                    caller: call.username,
                    offer: jsep,
                });
            }
            // A renewal was refused: from now on nobody can ring.
            sip::Event::RegistrationFailed(failed) => {
                let (code, reason) = (failed.code, failed.reason);
                let problem = format!("{code} {reason}, check the account");
                return Err(format!("the registrar has dropped us: {problem}").into());
            }
            _ => {}
        }
    }
    Err("there are no more events; start `wait` again".into())
}

/// The second process: takes the call and stays with it until it ends.
fn answer(options: &Answer) -> Result<()> {
    let ticket = match &options.call {
        Call::Ticket(path) => ticket_file::read(path)?.ok_or_else(|| {
            let path = path.display();
            format!("there is no ticket {path}; check the path given as --ticket")
        })?,
        Call::Lost(lost) => lost::ticket(lost)?,
    };
    let handle = ticket
        .handles_of::<Sip>()
        .next()
        .ok_or("the ticket names no SIP handle; is it one of `sip_doorbell wait`?")?;
    // Before the session is claimed: whoever can answer this call should still be able to.
    let reply = if options.decline {
        None
    } else {
        Some(Reply::prepare(handle.note.as_ref(), options)?)
    };

    let janus = open(&options.server)?;
    let resumed = janus.resume(&ticket).map_err(|error| match error {
        gone if gone.is_session_gone() => {
            let what = "the session is gone, and its call with it: wait for the next call";
            explain(gone, what)
        }
        other => refused(other),
    })?;
    let session = resumed.session;
    let sip: Sip = session.reattach(handle.id)?;

    match reply {
        Some(Reply::Silent(answer)) => {
            let accepted = sip.accept(&Accept::new(), &answer);
            accepted.map_err(accept_failed)?;
            say("accepted")?;
            tell(&hangup(&sip)?)?;
        }
        #[cfg(feature = "webrtc")]
        Some(Reply::Talking(offer, files)) => sound::talk(&sip, &offer, files)?,
        None => {
            // Without a call to decline Janus acknowledges this and says no more. With one it
            // confirms at once: so there is no need to wait as long as for other requests.
            let declined = sip
                .with_timeout(Duration::from_secs(3))
                .decline(&Decline::new().code(BUSY_HERE));
            declined.map_err(|error| match error {
                janus_blocking::Error::Timeout { acked: true, .. } => GIVEN_UP.into(),
                other => Box::<dyn Error>::from(other),
            })?;
            say("declined")?;
            tell(&hangup(&sip)?)?;
        }
    }

    // Waits for the answers, so that what failed here is heard of. Leaving by `?` above drops all
    // three, which sends the same `detach` and `destroy` without waiting.
    sip.into_handle().detach()?;
    session.destroy()?;
    janus.close();
    Ok(())
}

/// SIP's "this phone does not take it"; Janus's default would refuse for all phones of the account.
const BUSY_HERE: u16 = 486;
/// What `accept` gets without a call: from the plugin, or from the core, which forgets the caller's
/// offer with the call and then finds no use for the answer.
const NO_CALL: [ErrorCode; 3] = [
    sip::error_code::WRONG_STATE,
    ErrorCode::UNEXPECTED_ANSWER,
    ErrorCode::JSEP_INVALID_SDP,
];
const GIVEN_UP: &str = "there is no call any more, the caller has given up: wait for the next call";

/// How the call is taken.
enum Reply {
    /// With an answer that no media follows.
    Silent(Jsep),
    /// By a peer that answers this offer.
    #[cfg(feature = "webrtc")]
    Talking(Jsep, sound::Files),
}

impl Reply {
    /// From the offer in the ticket.
    fn prepare(note: Option<&serde_json::Value>, options: &Answer) -> Result<Self> {
        let offer = offer_in(note)?;
        #[cfg(feature = "webrtc")]
        if let Some(sound) = &options.sound {
            return Ok(Self::Talking(offer, sound::Files::open(sound)?));
        }
        let _ = options;
        let sdp = answer::answer_to(&offer.sdp)
            .map_err(|problem| explain(problem, "this call cannot be answered; use --decline"))?;
        Ok(Self::Silent(Jsep::answer(sdp)))
    }
}

fn accept_failed(error: janus_blocking::Error) -> Box<dyn Error> {
    match error.code() {
        Some(code) if NO_CALL.contains(&code) => explain(error, GIVEN_UP),
        _ => error.into(),
    }
}

fn offer_in(note: Option<&serde_json::Value>) -> Result<Jsep> {
    let note = note.ok_or("the ticket has no note; is it one of `sip_doorbell wait`?")?;
    let note: Note = serde_json::from_value(note.clone())
        .map_err(|error| explain(error, "the ticket's note is not of `sip_doorbell wait`"))?;
    let offer = note
        .offer
        .ok_or("the caller made no offer, which this example cannot answer; use --decline")?;
    Ok(offer)
}

fn tell(end: &Hangup) -> Result<()> {
    say(&format!("hangup {} {}", end.code, end.reason))
}

/// Waits until the call has ended, for whatever reason.
fn hangup(sip: &Sip) -> Result<Hangup> {
    for event in sip.events() {
        // `Event::Hangup`, without the plugin's, is only about the PeerConnection.
        if let Some(sip::Event::Hangup(hangup)) = event?.into_plugin() {
            return Ok(hangup);
        }
    }
    Err("there are no more events; whether the call has ended is not known".into())
}

fn open(server: &Server) -> janus_blocking::Result<Connection> {
    let mut config = Config::new(&server.url);
    config.api_secret.clone_from(&server.api_secret);
    config.token.clone_from(&server.token);
    config.open()
}

/// A server that wants to know who asks; else what the error itself says.
fn refused(error: janus_blocking::Error) -> Box<dyn Error> {
    match error.code() {
        Some(ErrorCode::UNAUTHORIZED) => explain(error, "check --api-secret and --token"),
        _ => error.into(),
    }
}

/// Prints a line at once: whoever reads it through a pipe acts on it.
fn say(line: &str) -> Result<()> {
    command_line::print(&format!("{line}\n"))
        .map_err(|error| explain(error, "nobody reads the output"))
}

/// What it means first, then what was said.
fn explain(error: impl Into<Box<dyn Error>>, meaning: &str) -> Box<dyn Error> {
    format!("{meaning} ({})", one_line(&*error.into())).into()
}

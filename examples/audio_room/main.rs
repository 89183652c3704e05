//! An intercom room: makes it, lets people in by a pin, plays a file when somebody comes, records, and
//! shows who talks.
//!
//! ```text
//! audio_room
//! audio_room --janus ws://10.0.0.2:8188 --room 1234 --announce /srv/gong.opus --record /srv/mix.wav
//! audio_room --janus ws://10.0.0.2:8188 --room 1234 --json --ticket /run/room.json
//! ```
//!
//! Without a server it shows all this on the fake one of the crate, with guests of its own. Files are
//! Janus's: they are read and written on its machine.
//!
//! It prints a line for each change, with `--json` as JSON, and takes commands as lines of its input:
//! `mute ID`, `unmute ID`, `kick ID`, `announce`. It ends with its input (Ctrl-D), and the room with it.
//! With `--ticket` both stay, and the next start of the program goes on with the very same handle.
//!
//! It is in the room itself, without audio: Janus tells what happens to those who are there. Whoever
//! has no PeerConnection cannot be kicked since Janus 1.2.2, but muted.
//!
//! Passwords are best given as environment variables, which other users cannot see: `ROOM_PIN`,
//! `ROOM_SECRET`, `ROOM_ADMIN_KEY`, `JANUS_API_SECRET`, `JANUS_TOKEN`.

use std::{
    error::Error,
    io::{self, BufRead},
    process::ExitCode,
    thread,
};

use crossbeam_channel::{Receiver, unbounded};

#[path = "../command_line/mod.rs"]
mod command_line;
mod demo;
mod host;
mod options;
mod place;
#[path = "../ticket_file/mod.rs"]
mod ticket_file;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    command_line::end("audio_room", run())
}

fn run() -> Result<()> {
    let Some(options) = command_line::options(options::parse, options::USAGE)? else {
        return Ok(());
    };
    if options.url.is_empty() {
        return demo::run(options);
    }
    host::run(&options, &lines())
}

/// The lines of the input; closed with it.
fn lines() -> Receiver<String> {
    let (sender, receiver) = unbounded();
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(io::Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

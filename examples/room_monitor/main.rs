//! Watches a room: who comes, goes, talks, and how much each sends.
//!
//! ```text
//! room_monitor --janus ws://10.0.0.2:8188 --room 1234
//! room_monitor --janus ws://10.0.0.2:8188 --room 1234 --json --ticket /run/room.json
//! room_monitor --janus ws://10.0.0.2:8188 --room 1234 --measure 10.0.0.5
//! ```
//!
//! On a terminal it shows a live table, elsewhere a line for each change, with `--json` as JSON. It
//! is a participant that sends nothing. It ends with its input (Ctrl-D), or when it is put out.
//!
//! A link that drops is opened again by the library; if the server still has the session (its
//! `reclaim_session_timeout`), the very same handle goes on, and nobody in the room sees it leave.
//! With `--ticket` so does the next start of the program, even after a kill.
//!
//! Janus does not tell bitrates. With `--measure`, which takes this machine's address as Janus sees
//! it, it is asked for RTP copies of all media, and they are counted: this is as much traffic as the
//! room has. It may need `--room-secret`.
//!
//! Passwords are best given as environment variables, which other users cannot see: `ROOM_PIN`,
//! `ROOM_TOKEN`, `ROOM_SECRET`, `JANUS_API_SECRET`, `JANUS_TOKEN`.

use std::{error::Error, process::ExitCode, time::Duration};

#[path = "../command_line/mod.rs"]
mod command_line;
mod membership;
mod options;
mod output;
mod people;
mod stats;
#[path = "../ticket_file/mod.rs"]
mod ticket_file;
mod watch;

use watch::{Ended, Monitor};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The pauses between attempts to take a place in the room; the last one repeats.
const PAUSES: [u64; 5] = [1, 2, 5, 10, 30];

fn main() -> ExitCode {
    command_line::end("room_monitor", run())
}

fn run() -> Result<()> {
    let Some(options) = command_line::options(options::parse, options::USAGE)? else {
        return Ok(());
    };
    let stop = command_line::end_of_input();
    let mut monitor = Monitor::new(options)?;
    let mut failed = 0;
    loop {
        match monitor.watch(&stop)? {
            Ended::Over => return Ok(()),
            Ended::Lost { after_joining } => {
                if after_joining {
                    failed = 0;
                }
                let pause = PAUSES[failed.min(PAUSES.len() - 1)];
                failed += 1;
                // Whoever ends the program need not wait.
                if stop.recv_timeout(Duration::from_secs(pause)).is_ok() {
                    return Ok(());
                }
            }
        }
    }
}

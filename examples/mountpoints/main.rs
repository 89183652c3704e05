//! Keeps a server at a declared set of mountpoints: creates, changes and removes them, and reports who
//! watches and what is fed.
//!
//! ```text
//! mountpoints
//! mountpoints --janus ws://10.0.0.2:8188 --file /etc/streams.json
//! mountpoints --janus ws://10.0.0.2:8188 --file /etc/streams.json --json --once
//! ```
//!
//! Without a server it shows all this on the fake one of the crate. `declared.rs` says what may be in
//! the file; it is read anew in each round, so that what is changed there is done within `--every`
//! seconds (default 5). `--once` does one round.
//!
//! A line is printed for each change, with `--json` as JSON. The program ends with its input (Ctrl-D);
//! the mountpoints stay. They carry the program's `--name` in their metadata (default `mountpoints`),
//! by which the next start knows which are its own: others it leaves alone. Private ones it finds by
//! their ids only, or with the admin key.
//!
//! Passwords are best given as environment variables, which other users cannot see:
//! `MOUNTPOINTS_SECRET` (that of all of its mountpoints), `STREAMING_ADMIN_KEY`, `JANUS_API_SECRET`,
//! `JANUS_TOKEN`.

use std::{error::Error, process::ExitCode};

#[path = "../command_line/mod.rs"]
mod command_line;
mod declared;
mod demo;
mod keeper;
mod options;

use keeper::Keeper;
use options::Options;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    command_line::end("mountpoints", run())
}

fn run() -> Result<()> {
    match command_line::options(options::parse, options::USAGE)? {
        None => Ok(()),
        Some(options) if options.url.is_empty() => demo::run(options),
        Some(options) => keep(options),
    }
}

fn keep(options: Options) -> Result<()> {
    let (once, every) = (options.once, options.every);
    let stop = command_line::end_of_input();
    let mut keeper = Keeper::new(options);
    loop {
        match keeper.round() {
            Err(error) if once => return Err(error),
            done => keeper.tell(done)?,
        }
        if once || stop.recv_timeout(every).is_ok() {
            return Ok(());
        }
    }
}

//! Shows what happens in one or more Janus, as their event handlers tell.
//!
//! ```text
//! monitor --listen 127.0.0.1:8095
//! monitor --listen 127.0.0.1:8095 --json
//! monitor --listen 10.0.0.5:8095 --user janus --prometheus 127.0.0.1:9095
//! ```
//!
//! It is the `backend` of `sampleevh` (`http://127.0.0.1:8095`) and of `wsevh` (`ws://127.0.0.1:8095`);
//! `docs/MONITOR.md` says how Janus is set up. It shows a table of live sessions, handles, PeerConnections and media each second,
//! or with `--json` each event as a line of JSON, as it came, **secrets included**. With `--prometheus` it serves sums as Prometheus
//! takes them. The password of `--user` is in the variable `MONITOR_PASSWORD`. What is dropped is told on the standard error. It ends
//! with its input (Ctrl-D).

use std::{
    error::Error,
    io::{self, IsTerminal, Write},
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crossbeam_channel::{never, select, tick};
use janus_blocking::monitor::{Event, Settings};

#[path = "../command_line/mod.rs"]
mod command_line;
mod options;
mod prometheus;
mod state;
mod table;

use options::{Options, Output};
use state::State;

fn main() -> ExitCode {
    command_line::end("monitor", run())
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(options) = command_line::options(options::parse, options::USAGE)? else {
        return Ok(());
    };
    watch(&options)
}

fn settings(options: &Options) -> Settings {
    let mut settings = Settings::new(&options.listen);
    settings.path.clone_from(&options.path);
    match &options.user {
        Some(user) => settings.basic_auth(user, options.password.as_str()),
        None => settings,
    }
}

fn watch(options: &Options) -> Result<(), Box<dyn Error>> {
    let receiver = settings(options).listen()?;
    writeln!(io::stderr(), "listening on {}", receiver.address())?;
    let state = Arc::new(Mutex::new(State::default()));
    if let Some(address) = &options.prometheus {
        let address = prometheus::serve(address, state.clone())?;
        writeln!(io::stderr(), "http://{address}/metrics")?;
    }
    let stop = command_line::end_of_input();
    let shown = match options.output {
        Output::Table => tick(Duration::from_secs(1)),
        Output::Json | Output::Nothing => never(),
    };
    let mut out = io::stdout();
    loop {
        select! {
            recv(receiver.receiver()) -> raw => match Event::decode(raw?) {
                Ok(event) => {
                    lock(&state).apply(&event);
                    if options.output == Output::Json {
                        // A text in JSON has no line breaks: those that are there are between its parts.
                        writeln!(out, "{}", event.raw().replace(['\n', '\r'], " "))?;
                    }
                }
                Err(error) => writeln!(io::stderr(), "{error}")?,
            },
            recv(shown) -> _ => {
                // Where the table was before.
                let begin = if out.is_terminal() { "\x1b[H\x1b[2J" } else { "" };
                let table = table::table(&lock(&state), &receiver.counts());
                writeln!(out, "{begin}{table}")?;
            }
            recv(stop) -> _ => return Ok(()),
        }
        lock(&state).counts = receiver.counts();
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The fake gateway as a program of its own, for any Janus client, until it is ended.
//!
//! `cargo run --features testing --example fake_gateway -- --port 8188 --janus 1.4.1`

use std::{process::ExitCode, thread, time::Duration};

use janus_blocking::testing::{Builder, FakeGateway, Version};

const USAGE: &str = "fake_gateway [--port N] [--janus 1.1.2|1.4.1] [--session-timeout SECONDS] \
                     [--reclaim-timeout SECONDS] [--secret API_SECRET]";

fn main() -> ExitCode {
    let builder = match arguments() {
        Ok(builder) => builder,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    match builder.start() {
        Ok(gateway) => {
            println!("{}", gateway.url());
            loop {
                thread::park();
            }
        }
        Err(error) => {
            eprintln!("fake_gateway: {error}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Builder, String> {
    let mut builder = FakeGateway::builder().strict(false).port(8188);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} needs a value"))?;
        let number = || {
            value
                .parse::<u16>()
                .map_err(|error| format!("{name}: {error}"))
        };
        let seconds = || number().map(|seconds| Duration::from_secs(seconds.into()));
        builder = match name.as_str() {
            "--port" => builder.port(number()?),
            "--janus" => builder.version(match value.as_str() {
                "1.1.2" => Version::V1_1_2,
                "1.4.1" => Version::V1_4_1,
                other => return Err(format!("there is no fake Janus {other}")),
            }),
            "--session-timeout" => builder.session_timeout(seconds()?),
            "--reclaim-timeout" => builder.reclaim_timeout(seconds()?),
            "--secret" => builder.api_secret(value),
            other => return Err(format!("there is no argument {other}")),
        };
    }
    Ok(builder)
}

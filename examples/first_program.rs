//! The first program of README.md and of the guide. It wants a Janus on this machine:
//! `cargo run --example first_program`.

use janus_blocking::{Connection, EchoTest, Result, echotest::Settings};

fn main() {
    run("ws://127.0.0.1:8188").unwrap_or_else(|error| eprintln!("{error}"));
}

fn run(url: &str) -> Result<()> {
    let janus = Connection::open(url)?;
    println!("Janus {}", janus.opening_info().version_string);
    let echo: EchoTest = janus.create_session()?.attach()?;
    echo.handle().send(&Settings::new().audio(true))?;
    println!("the first event: {:?}", echo.events().recv()?);
    Ok(())
}

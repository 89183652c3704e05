//! The first program of README.md and of the guide. It wants a Janus on this machine:
//! `cargo run --example first_program`.

use janus_blocking::{Connection, EchoTest, Result, echotest::Settings};
use std::time::Duration;

fn main() -> Result<()> {
    let janus = Connection::open("ws://127.0.0.1:8188")?;
    println!("Janus {}", janus.opening_info().version_string);
    let echo: EchoTest = janus.create_session()?.attach()?;
    echo.configure(&Settings::new().audio(true))?;
    while let Some(event) = echo.events().recv_timeout(Duration::from_secs(1))? {
        println!("{event:?}");
    }
    Ok(())
}

//! The smallest useful program: shows that servers work, then prints the events of a handle on each.
//!
//! `cargo run --example smallest -- ws://127.0.0.1:8188 ..`
//!
//! `cargo bench --bench footprint` measures its size and memory; see `docs/BENCHMARKS.md`.

use janus_blocking::{Connection, EchoTest, Result, echotest::Settings};

fn main() -> Result<()> {
    let mut open = Vec::new();
    for url in std::env::args().skip(1) {
        let janus = Connection::open(&url)?;
        let session = janus.create_session()?;
        let echo: EchoTest = session.attach()?;
        echo.configure(&Settings::new().audio(true))?;
        println!("{url} works");
        open.push((echo, session, janus));
    }
    for (echo, ..) in &open {
        for event in echo.events() {
            println!("{:?}", event?);
        }
    }
    Ok(())
}

//! The main job in one minute: attach, a request, an event, abandon, claim, reattach, detach.
//!
//! `cargo run --example quickstart` runs against the fake gateway inside it; give the address of a
//! real Janus to run against that: `cargo run --example quickstart -- ws://127.0.0.1:8188`.

use std::{process::ExitCode, time::Duration};

use janus_blocking::{
    Connection, EchoTest, Event, Result,
    echotest::{self, Settings},
    testing::FakeGateway,
};

fn main() -> ExitCode {
    let told = match std::env::args().nth(1) {
        Some(url) => run(&url),
        None => run_on_the_fake(),
    };
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run_on_the_fake() -> Result<()> {
    // Keeps sessions whose link is gone for 30 s: `reclaim_session_timeout` of a real one.
    let gateway = FakeGateway::builder()
        .reclaim_timeout(Duration::from_secs(30))
        .start()?;
    run(&gateway.url())?;
    println!();
    println!("This ran on the fake gateway inside the program. On a real Janus:");
    println!("    cargo run --example quickstart -- ws://127.0.0.1:8188");
    Ok(())
}

fn run(url: &str) -> Result<()> {
    let janus = Connection::open(url)?;
    println!("connected to Janus {}", janus.opening_info().version_string);

    let session = janus.create_session()?;
    let echo: EchoTest = session.attach()?;
    println!(
        "attached handle {} of session {}",
        echo.handle().id(),
        session.id()
    );

    echo.configure(&Settings::new().audio(true))?;
    println!("a request: settings taken");

    echo.handle().send(&Settings::new().video(false))?;
    match echo.events().recv_timeout(Duration::from_secs(5))? {
        Some(Event::Plugin {
            event: echotest::Event::Ok,
            ..
        }) => println!("an event: ok"),
        other => println!("an event: {other:?}"),
    }

    let ticket = session.abandon();
    println!("abandoned: nothing was ended on the server");
    drop(echo);

    let resumed = janus.resume(&ticket)?;
    let echo: EchoTest = resumed.session.reattach(resumed.handles[0].id)?;
    println!(
        "claimed and reattached handle {}: nothing was sent to attach it",
        echo.handle().id()
    );

    echo.configure(&Settings::new().audio(true))?;
    println!("the same handle answers");

    echo.into_handle().detach()?;
    resumed.session.destroy()?;
    janus.close();
    println!("detached, destroyed, closed");
    Ok(())
}

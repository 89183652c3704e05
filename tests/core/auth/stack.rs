//! How much stack the program's function has on the crate's own threads.

use std::{
    collections::BTreeSet,
    hint::black_box,
    io,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, SystemTime},
};

use common::{program::in_own_process, wait_until};
use janus_blocking::{Config, EchoTest, auth::Token, testing::FakeGateway};

use super::{SOON, open};

/// Of the 512 KiB that are promised, what is left by what called the function.
const NEEDS: usize = 400 << 10;

/// Uses that much of the stack.
fn dive() -> usize {
    let top = black_box([1_u8; 16]);
    sink(top.as_ptr() as usize)
}

#[inline(never)]
fn sink(top: usize) -> usize {
    let page = black_box([1_u8; 512]);
    if top.abs_diff(page.as_ptr() as usize) < NEEDS {
        // Not a tail call.
        return black_box(sink(top)) + usize::from(page[5]);
    }
    0
}

/// Runs it on the crate's threads of that name, by a token that is always about to expire.
fn runs_on(name: &'static str, config: Config, gateway: &FakeGateway) {
    let threads = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = threads.clone();
    let config = config.token_provider(move || {
        let here = thread::current().name().unwrap_or_default().to_owned();
        black_box(dive());
        seen.lock().expect("no panic").insert(here);
        let soon = SystemTime::now() + Duration::from_secs(2);
        Ok::<_, io::Error>(Token::new("t").expires_at(soon))
    });
    let janus = open(config);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    wait_until(SOON, name, || {
        // A poll is answered, and the next one needs a token.
        gateway.handle(echo.handle().id()).media("0", "audio", true);
        threads.lock().expect("no panic").contains(name)
    });
}

#[test]
fn the_function_has_the_stack_that_is_promised_on_every_thread() {
    // It would end the whole process.
    let test = "the_function_has_the_stack_that_is_promised_on_every_thread";
    if !in_own_process(module_path!(), test) {
        return;
    }
    let gateway = FakeGateway::builder().token("t").start().expect("a port");
    let period = Duration::from_millis(200);
    let config = Config::new(gateway.url()).keepalive(period);
    runs_on("janus-reader", config, &gateway);
    // Here the polls are the keepalives.
    let url = gateway.http_url().expect("a port");
    runs_on("janus-poll", Config::new(url), &gateway);
}

//! Both processes in one, on a Janus inside the program: nothing has to be installed.

use std::{env, fs, path::PathBuf, thread, time::Duration};

use janus_blocking::testing::FakeGateway;

use super::{
    Result, answer,
    options::{Answer, Call, Server, Wait},
    say, wait,
};

/// Nothing here takes long: it all happens in this process.
const LIMIT: Duration = Duration::from_secs(5);
/// What a Janus passes on of a caller's offer, as far as this example looks at it.
const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 8\r\nc=IN IP4 127.0.0.1\r\na=mid:0\r\na=ice-ufrag:demo\r\n\
    a=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 AA\r\na=setup:actpass\r\n";

/// Runs `wait`, makes a call, and runs `answer`.
pub fn demo() -> Result<()> {
    let gateway = FakeGateway::builder()
        .reclaim_timeout(Duration::from_secs(30))
        .start()?;
    let server = || Server {
        url: gateway.url(),
        api_secret: None,
        token: None,
    };
    let ticket = Removed(env::temp_dir().join(format!("sip_doorbell-{}.json", std::process::id())));
    thread::scope(|scope| {
        scope.spawn(|| visit(&gateway));
        wait(&Wait {
            server: server(),
            ticket: ticket.0.clone(),
            session: None,
            user: "sip:door@example.org".to_owned(),
            secret: "hush".to_owned(),
            proxy: "sip:example.org".to_owned(),
        })?;
        answer(&Answer {
            server: server(),
            call: Call::Ticket(ticket.0.clone()),
            decline: false,
            sound: None,
        })
    })?;
    say("this ran on the embedded fake; `wait` and `answer` do the same on a real Janus")
}

/// The caller: rings as soon as somebody can hear it, and hangs up once it was let in.
fn visit(gateway: &FakeGateway) {
    if gateway.sip().wait_registered("door", LIMIT) {
        let caller = "sip:visitor@example.org";
        let call = gateway.sip().call("door", caller, Some(OFFER));
        call.wait_decided(LIMIT);
        call.hangup();
    }
}

/// A file that does not outlive the demo.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        // Not there if nobody has rung.
        let _ = fs::remove_file(&self.0);
    }
}

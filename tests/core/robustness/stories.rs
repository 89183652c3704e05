//! What a program does in a conversation with Janus, whatever comes of it.

use std::time::Duration;

use janus_blocking::{
    Candidate, Config, Connection, EchoTest, HandleId, Jsep, Plugin, Raw, Result, Sip,
    connection::AttachOptions, echotest::Settings, sip,
};

use super::in_time;

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 127.0.0.1\r\na=mid:0\r\na=sendrecv\r\n\
    a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 AA\r\n\
    a=setup:actpass\r\na=rtpmap:0 PCMU/8000\r\n";

/// A client and the time that it gives its requests.
pub struct Client<'a> {
    pub url: String,
    pub wait: Duration,
    /// What happens outside: only when a conversation is recorded.
    pub world: &'a dyn Fn(Cue),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cue {
    Calls,
    HangsUp,
}

pub type Story = fn(&Client<'_>) -> Result<()>;

/// All of them, with the names of their records in `fixtures/conversations`.
pub const STORIES: [(&str, Story); 4] = [
    ("echo", echo),
    ("reclaim", reclaim),
    ("doorbell", doorbell),
    ("refusals", refusals),
];

impl Client<'_> {
    fn open(&self) -> Result<Connection> {
        let config = Config::new(&self.url)
            .reconnect(janus_blocking::connection::Reconnect::Never)
            .connect_timeout(self.wait * 4)
            .request_timeout(self.wait)
            .close_timeout(self.wait);
        in_time(self.wait * 4, || config.open())
    }

    fn ask<T>(&self, call: impl FnOnce() -> Result<T>) -> Result<T> {
        in_time(self.wait, call)
    }

    /// A request that the story goes on without.
    fn try_to<T>(&self, call: impl FnOnce() -> Result<T>) {
        let _ = self.ask(call);
    }

    /// Reads what has come, and waits a little for that many events.
    fn events<P: Plugin>(&self, plugin: &P, count: usize) {
        for _ in 0..count {
            let events = plugin.events();
            // An error of decoding is one; it goes on behind it.
            if matches!(self.ask(|| events.recv_timeout(self.wait)), Ok(None)) {
                return;
            }
        }
    }

    fn close(&self, janus: Connection) {
        in_time(self.wait, || janus.close());
    }
}

fn echo(client: &Client<'_>) -> Result<()> {
    let janus = client.open()?;
    client.try_to(|| janus.ping());
    let session = client.ask(|| janus.create_session())?;
    let echo: EchoTest = client.ask(|| session.attach())?;
    client.try_to(|| echo.configure(&Settings::new().audio(true)));
    client.try_to(|| echo.offer(&Settings::new(), &Jsep::offer(SDP)));
    let candidate = Candidate::new("candidate:1 1 udp 1 192.0.2.1 9 typ host").sdp_mid("0");
    client.try_to(|| echo.handle().trickle(&[candidate]));
    client.try_to(|| echo.handle().trickle_done());
    client.try_to(|| echo.handle().send(&Settings::new().video(false)));
    client.events(&echo, 1);
    client.try_to(|| echo.handle().hangup());
    client.events(&echo, 2);
    client.try_to(|| echo.into_handle().detach());
    client.try_to(|| session.destroy());
    client.close(janus);
    Ok(())
}

fn reclaim(client: &Client<'_>) -> Result<()> {
    let janus = client.open()?;
    let session = client.ask(|| janus.create_session())?;
    let echo: EchoTest = client.ask(|| session.attach())?;
    client.try_to(|| echo.configure(&Settings::new().audio(true)));
    let ticket = session.abandon();
    client.close(janus);

    let janus = client.open()?;
    let resumed = client.ask(|| janus.resume(&ticket))?;
    let options = AttachOptions::new().existing_handle(ticket.handles[0].id);
    let echo: EchoTest = client.ask(|| resumed.session.attach_with(options.verify(true)))?;
    client.try_to(|| echo.configure(&Settings::new().video(true)));
    client.try_to(|| resumed.session.destroy());
    client.close(janus);
    Ok(())
}

fn doorbell(client: &Client<'_>) -> Result<()> {
    let janus = client.open()?;
    let session = client.ask(|| janus.create_session())?;
    let door: Sip = client.ask(|| session.attach())?;
    let account = sip::Register::new("sip:door@127.0.0.1").secret("right");
    client.try_to(|| door.register(&account));
    (client.world)(Cue::Calls);
    // `registered`, the call.
    client.events(&door, 2);
    client.try_to(|| door.accept(&sip::Accept::new(), &Jsep::answer(SDP)));
    (client.world)(Cue::HangsUp);
    client.events(&door, 1);
    client.try_to(|| door.into_handle().detach());
    client.try_to(|| session.destroy());
    client.close(janus);
    Ok(())
}

fn refusals(client: &Client<'_>) -> Result<()> {
    let janus = client.open()?;
    client.try_to(|| janus.claim(1));
    let session = client.ask(|| janus.create_session())?;
    client.try_to(|| session.attach_raw("janus.plugin.none"));
    let echo: EchoTest = client.ask(|| session.attach())?;
    client.try_to(|| echo.configure(&Settings::new().substream(7)));
    client.try_to(|| echo.offer(&Settings::new(), &Jsep::offer("nonsense")));
    let options = AttachOptions::new().existing_handle(HandleId::new(5));
    client.try_to(|| session.attach_with::<Raw>(options.verify(true).package("p")));
    client.try_to(|| echo.into_handle().detach());
    client.try_to(|| session.destroy());
    client.close(janus);
    Ok(())
}

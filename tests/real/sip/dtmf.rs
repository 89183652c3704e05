//! Keys that the peer presses as RTP events.

use std::net::UdpSocket;

use janus_blocking::sip::{Accept, Event};

use super::phone::{SOON, Servers};

/// A caller of a few lines, because SIPp does not send RTP of its own: it never acknowledges, and
/// the call is over with the test.
struct Caller {
    sip: UdpSocket,
    rtp: UdpSocket,
}

impl Caller {
    fn invite(servers: &Servers, user: &str) -> Self {
        let socket = || UdpSocket::bind("127.0.0.1:0").expect("a port");
        let caller = Self {
            sip: socket(),
            rtp: socket(),
        };
        caller.sip.set_read_timeout(Some(SOON)).expect("a time");
        let own = caller.sip.local_addr().expect("an address");
        let media = caller.rtp.local_addr().expect("an address").port();
        let sdp = format!(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
             m=audio {media} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n\
             a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
        );
        let uri = servers.kamailio.user_uri(user);
        let invite = format!(
            "INVITE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {own};rport;branch=z9hG4bK-{media}\r\n\
             From: <sip:keys@{own}>;tag={media}\r\nTo: <{uri}>\r\nCall-ID: {media}@keys\r\n\
             CSeq: 1 INVITE\r\nContact: <sip:keys@{own}>\r\nMax-Forwards: 70\r\n\
             Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}",
            sdp.len(),
        );
        let server = ("127.0.0.1", servers.kamailio.port());
        caller.sip.send_to(invite.as_bytes(), server).expect("sent");
        caller
    }

    /// Waits for the 200, and directs RTP to where it says.
    fn wait_answer(&self) {
        let mut bytes = [0; 4096];
        loop {
            let count = self.sip.recv(&mut bytes).expect("a response in time");
            let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
            let port = text.lines().find_map(|line| line.strip_prefix("m=audio "));
            let port = port.and_then(|rest| rest.split(' ').next());
            if let (true, Some(port)) = (text.starts_with("SIP/2.0 200"), port) {
                let port: u16 = port.parse().expect("a port");
                return self.rtp.connect(("127.0.0.1", port)).expect("loopback");
            }
        }
    }

    /// The end of a key press of 1600 units, that is 200 ms at 8 kHz.
    fn press(&self, event: u8, time: u8) {
        let head = [0x80, 101, 0, time, 0, 0, 0, time, 1, 2, 3, 4];
        let key = [event, 0x80 | 10, 0x06, 0x40];
        self.rtp.send(&[&head[..], &key].concat()).expect("sent");
    }
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn keys_of_the_peer_are_events_of_later_versions() {
    Servers::each(|servers| {
        if !servers.is_new() {
            return;
        }
        let phone = servers.phone("1000");
        let caller = Caller::invite(servers, "1000");
        let (call, answer) = phone.wait_call();
        phone
            .sip
            .accept(&Accept::new(), &answer.expect("an offer"))
            .expect("accepted");
        caller.wait_answer();
        for (event, key, time) in [(5, "5", 1), (11, "#", 2)] {
            caller.press(event, time);
            let dtmf = phone.wait("key", |event, _| match event {
                Event::Dtmf(dtmf) => Some(dtmf),
                _ => None,
            });
            assert_eq!((&*dtmf.signal, dtmf.duration), (key, 1600));
            assert_eq!(dtmf.call_id, call.call_id);
            assert!(dtmf.sender.starts_with("sip:keys@"), "{dtmf:?}");
        }
    });
}

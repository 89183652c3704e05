//! An RTSP server with one audio stream, made by hand: it answers, and the media is the test's.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    thread,
};

/// A camera with a microphone only. It listens until the program ends.
#[derive(Clone)]
pub struct Camera {
    port: u16,
    media: Arc<AtomicU16>,
}

impl Camera {
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let camera = Self {
            port,
            media: Arc::default(),
        };
        let own = camera.clone();
        thread::spawn(move || {
            for link in listener.incoming().map_while(Result::ok) {
                let own = own.clone();
                thread::spawn(move || own.serve(link));
            }
        });
        camera
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where the last client wants its RTP; 0 before there was one.
    pub fn media_port(&self) -> u16 {
        self.media.load(Ordering::Relaxed)
    }

    fn serve(&self, mut link: TcpStream) {
        let (mut buffer, mut chunk) = (String::new(), [0; 4096]);
        loop {
            let length = match link.read(&mut chunk) {
                Ok(0) | Err(_) => return,
                Ok(length) => length,
            };
            buffer += &String::from_utf8_lossy(&chunk[..length]);
            while let Some(end) = buffer.find("\r\n\r\n") {
                let answer = self.answer(&buffer[..end]);
                buffer.drain(..end + 4);
                if link.write_all(answer.as_bytes()).is_err() {
                    return;
                }
            }
        }
    }

    fn answer(&self, request: &str) -> String {
        let header = |name: &str| {
            let mut lines = request.lines().filter_map(|line| line.split_once(':'));
            let found = lines.find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map_or("", |(_, value)| value.trim())
        };
        let (sdp, more) = match request.split(' ').next().unwrap_or_default() {
            "DESCRIBE" => (
                "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=gate\r\nt=0 0\r\nm=audio 0 RTP/AVP 8\r\n\
                 a=rtpmap:8 PCMA/8000\r\na=control:track1\r\n",
                format!(
                    "Content-Type: application/sdp\r\nContent-Base: rtsp://127.0.0.1:{}/gate/\r\n",
                    self.port
                ),
            ),
            "SETUP" => {
                let transport = header("Transport");
                let ports = transport.split("client_port=").nth(1).unwrap_or_default();
                let port = ports.split('-').next().unwrap_or_default();
                self.media
                    .store(port.parse().unwrap_or_default(), Ordering::Relaxed);
                let server = "server_port=9-10;ssrc=000003E8";
                let session = "Session: 12345;timeout=60";
                (
                    "",
                    format!("Transport: {transport};{server}\r\n{session}\r\n"),
                )
            }
            _ => ("", "Session: 12345\r\n".to_owned()),
        };
        let (cseq, length) = (header("CSeq"), sdp.len());
        format!("RTSP/1.0 200 OK\r\nCSeq: {cseq}\r\n{more}Content-Length: {length}\r\n\r\n{sdp}")
    }
}

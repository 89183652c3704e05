//! An HTTP proxy of others between: HAProxy, with TLS and another path.

use std::{
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};

use common::{Authority, Issued, Janus, TempDir, free_tcp_port, process::Process, wait_until};
use janus_blocking::{
    Config, EchoTest, Event,
    tls::{Pem, Tls},
};

use super::{
    LIMIT, SOON, configure,
    events::{attach, next, provoke},
    with_both,
};

struct Proxy {
    folder: TempDir,
    port: u16,
    process: Process,
}

impl Proxy {
    /// In front of that server, with another path than Janus has.
    fn before(server: &Janus, issued: &Issued) -> Self {
        let (folder, port) = (TempDir::new("haproxy"), free_tcp_port());
        let pem = issued.certificate.clone() + &issued.key;
        let pem = folder.write("server.pem", &pem);
        let url = server.http_url();
        let janus = url.trim_start_matches("http://").trim_end_matches("/janus");
        let settings = format!(
            "defaults\n  mode http\n  timeout connect 2s\n  timeout client 40s\n\
             \x20 timeout server 40s\n\
             frontend gate\n  bind 127.0.0.1:{port} ssl crt {pem}\n\
             \x20 http-request replace-path ^/gate/api(.*)$ /janus\\1\n\
             \x20 default_backend janus\n\
             backend janus\n  server janus {janus}\n",
            pem = pem.display()
        );
        folder.write("haproxy.cfg", &settings);
        let process = Self::start(&folder, port);
        Self {
            folder,
            port,
            process,
        }
    }

    fn start(folder: &TempDir, port: u16) -> Process {
        let mut command = Command::new("haproxy");
        command
            .arg("-db")
            .arg("-f")
            .arg(folder.path().join("haproxy.cfg"));
        let process = Process::start(&mut command, &folder.path().join("log"));
        wait_until(LIMIT, "it listens", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        process
    }

    /// All connections break, and new ones are taken again.
    fn restart(&mut self) {
        self.process.kill();
        self.process = Self::start(&self.folder, self.port);
    }
}

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1, and HAProxy: run tests/run"]
fn through_a_proxy_with_tls_and_a_path_of_its_own() {
    let ca = Authority::new("ours");
    let issued = ca.issue(&["localhost"]);
    with_both(|server| {
        let mut proxy = Proxy::before(server, &issued);
        let url = format!("https://localhost:{}/gate/api", proxy.port);
        let tls = Tls::new().ca(Pem::text(ca.pem()));
        let janus = Config::new(&url).tls(tls.clone()).open().expect("a link");
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        configure(&echo).expect("configured");
        let handle = attach(&session);
        for round in 0..3 {
            let begun = Instant::now();
            for number in 0..10 {
                provoke(&handle, number);
                assert_eq!(next(&handle), number);
            }
            assert!(begun.elapsed() < SOON * 2, "{:?}", begun.elapsed());
            // So that the poll waits in Janus when it is cut.
            std::thread::sleep(Duration::from_millis(100));
            proxy.restart();
            let event = handle.events().recv_timeout(LIMIT).expect("no end");
            assert!(
                matches!(event, Some(Event::Reconnected { .. })),
                "{round}: {event:?}"
            );
        }
        session.destroy().expect("destroyed");
        drop(janus);

        let elsewhere = url.replace("/gate/api", "/gate/other");
        let error = Config::new(elsewhere).tls(tls.clone()).open();
        let text = error.expect_err("no such path").to_string();
        assert!(text.contains("HTTP 404"), "{text}");
        server.stop();
        let error = Config::new(url).tls(tls).open();
        let text = error.expect_err("Janus is down").to_string();
        assert!(text.contains("HTTP 503"), "{text}");
        server.restart();
    });
}

//! Ports, names and interfaces that lead nowhere, and servers that say nothing.

use std::{
    error::Error as _,
    fs::File,
    io::{self, Read, Write},
    net::{SocketAddrV6, TcpListener, TcpStream, UdpSocket},
    process::Command,
    thread,
    time::Duration,
};

use common::{
    TempDir, free_tcp_port,
    program::{executable, test_name},
    scripted::Scripted,
};
use janus_blocking::Config;

use super::{CLOSED, ENDS, NO_HANDSHAKE, NOBODY, assert_connect, refused, tcp};

#[test]
fn a_port_where_nothing_listens() {
    let url = format!("ws://127.0.0.1:{}", free_tcp_port());
    let kind = assert_connect(&refused(&url), &url, NOBODY);
    assert_eq!(kind, Some(io::ErrorKind::ConnectionRefused));
}

#[test]
fn a_name_that_no_server_has() {
    // `.invalid` is nobody's, by RFC 2606.
    let error = Config::new("ws://janus.invalid:8188")
        .open()
        .expect_err("no such name");
    let problem = "the name `janus.invalid` could not be resolved; check it, and this machine's \
                   DNS settings";
    let kind = assert_connect(&error, "ws://janus.invalid:8188", problem);
    assert!(kind.is_some(), "{error:?}");
    // The system's own words are the cause, not the text.
    let cause = error.source().expect("a cause").to_string();
    assert!(!error.to_string().contains(&cause), "{error}: {cause}");
}

/// In a network of its own, whose name server says nothing.
#[test]
fn a_resolver_that_hangs_leaves_time_for_the_fallback_address() {
    const INSIDE: &str = "JB_HANGING_RESOLVER";
    if std::env::var_os(INSIDE).is_some() {
        let _name_server = UdpSocket::bind("127.0.0.1:53").expect("nobody else is here");
        let server = Scripted::usual();
        let config = Config::new("ws://janus.example:8188").fallback_url(server.url());
        let config = config.connect_timeout(Duration::from_secs(3));
        config.open().expect("the second one answers");
        println!("it was reached");
        return;
    }
    let folder = TempDir::new("resolver");
    let settings = folder.write("resolv.conf", "nameserver 127.0.0.1\noptions timeout:30\n");
    let script = "ip link set lo up && mount --bind \"$0\" /etc/resolv.conf && \
                  exec \"$1\" --exact \"$2\" --nocapture";
    let mut apart = Command::new("unshare");
    apart
        .args(["--map-root-user", "--mount", "--net", "sh", "-c", script])
        .arg(settings)
        .arg(executable())
        .arg(test_name(
            module_path!(),
            "a_resolver_that_hangs_leaves_time_for_the_fallback_address",
        ));
    match apart.env(INSIDE, "").output() {
        Ok(output) if String::from_utf8_lossy(&output.stdout).contains("running 1 test") => {
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(text.contains("it was reached"), "{text}");
        }
        // It takes Linux and the right to make networks.
        other => println!("not tested: {other:?}"),
    }
}

#[test]
fn an_address_with_an_interface_leads_there() {
    // Address, number of the interface, length of the prefix, scope, flags, name.
    let table = std::fs::read_to_string("/proc/net/if_inet6").unwrap_or_default();
    let mut lines = table.lines().map(|line| line.split_whitespace().collect());
    let Some(local) = lines.find(|fields: &Vec<_>| fields.get(3) == Some(&"20")) else {
        return println!("not tested: no interface has a link-local address");
    };
    let address = u128::from_str_radix(local[0], 16)
        .expect("an address")
        .into();
    let number = u32::from_str_radix(local[1], 16).expect("a number");
    let listener = TcpListener::bind(SocketAddrV6::new(address, 0, 0, number));
    let listener = listener.expect("an address of this machine");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || listener.incoming().flatten().for_each(drop));
    for percent in ["%25", "%"] {
        let url = format!("ws://[{address}{percent}{}]:{port}", local[5]);
        let error = Config::new(&url).open().expect_err("it closes the link");
        let shown = url.replace(percent, "%25");
        assert_connect(&error, &shown, CLOSED);
    }
}

#[test]
fn an_interface_that_this_machine_does_not_have() {
    let url = "ws://[fe80::1%25nosuch]:8188";
    let error = Config::new(url).open().expect_err("no such interface");
    let problem = "this machine has no network interface `nosuch`";
    assert!(assert_connect(&error, url, problem).is_some(), "{error:?}");
}

/// In a program of its own, as the other tests need files.
#[test]
fn a_program_that_has_too_many_files_open() {
    const INSIDE: &str = "JB_NO_FILES_LEFT";
    if std::env::var_os(INSIDE).is_none() {
        let test = test_name(module_path!(), "a_program_that_has_too_many_files_open");
        let program = executable();
        let mut limited = Command::new("sh");
        limited.args(["-c", "ulimit -n 32 && exec \"$0\" --exact \"$1\""]);
        let output = limited.arg(program).arg(test).env(INSIDE, "").output();
        let output = output.expect("a shell");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.contains("1 passed"),
            "{text}"
        );
        return;
    }
    let mut files = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        files.push(file);
    }
    let problem = "this program has reached its limit of open files and sockets (`ulimit -n`); \
                   close some, or raise the limit";
    for url in [
        "ws://127.0.0.1:1",
        "unix:///nowhere",
        "unixdgram:///nowhere",
        "http://127.0.0.1:1",
    ] {
        let error = Config::new(url).open().expect_err("no file is left");
        assert!(assert_connect(&error, url, problem).is_some(), "{error:?}");
    }
}

#[test]
fn a_host_that_does_not_answer() {
    // A port whose queue of connections is full, so that nobody answers a SYN.
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let limit = Duration::from_millis(50);
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, limit) {
        waiting.push(stream);
        assert!(waiting.len() < 10_000, "the queue is never full");
    }
    let url = format!("ws://{address}");
    let problem = "the host did not answer in time; it may be down, or a firewall may drop the \
                   packets: check host and port";
    let kind = assert_connect(&refused(&url), &url, problem);
    assert_eq!(kind, Some(io::ErrorKind::TimedOut));
}

#[test]
fn a_server_that_accepts_and_says_nothing() {
    let url = tcp(|stream| {
        // The stream is kept open.
        thread::spawn(move || (&stream).read_to_end(&mut Vec::new()));
    });
    let kind = assert_connect(&refused(&url), &url, NO_HANDSHAKE);
    assert_eq!(kind, Some(io::ErrorKind::TimedOut));
}

#[test]
fn a_server_that_says_little_and_slowly() {
    let url = tcp(|mut stream| {
        thread::spawn(move || {
            let head = b"HTTP/1.1 101 Switching Protocols\r\nX: "
                .iter()
                .chain([&b'x'; 1000]);
            for byte in head {
                thread::sleep(Duration::from_millis(20));
                if stream.write_all(&[*byte]).is_err() {
                    return;
                }
            }
        });
    });
    let kind = assert_connect(&refused(&url), &url, NO_HANDSHAKE);
    assert_eq!(kind, Some(io::ErrorKind::TimedOut));
}

#[test]
fn a_server_that_closes_at_once() {
    let url = tcp(drop);
    let error = refused(&url);
    // Whether the end comes before or after the handshake was sent, is chance.
    let kind = assert_connect(&error, &url, CLOSED).expect("a cause");
    assert!(ENDS.contains(&kind), "{kind:?}");
}

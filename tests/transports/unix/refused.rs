//! Servers that cannot be connected to: what is said.

use std::{
    error::Error as _,
    fs, io,
    os::unix::{
        fs::PermissionsExt,
        net::{UnixDatagram, UnixListener},
    },
    process::Command,
};

use common::{
    TempDir, Version,
    program::{executable, test_name},
};
use janus_blocking::{Config, Error};

use super::Kind;

/// Asserts the text of a `Connect`, and returns what its cause is.
#[track_caller]
fn assert_refused(url: &str, problem: &str) -> io::ErrorKind {
    let secret = "hush";
    let error = Config::new(url)
        .api_secret(secret)
        .token(secret)
        .open()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot connect to `{url}`: {problem}")
    );
    assert!(!format!("{error:?}").contains(secret));
    let source = error.source().expect("a cause").downcast_ref::<io::Error>();
    source.expect("an io::Error").kind()
}

fn urls(folder: &TempDir) -> [String; 2] {
    Kind::ALL.map(|kind| format!("{kind}://{}/server", folder.path().display()))
}

#[test]
fn a_path_where_nothing_is() {
    let folder = TempDir::new("empty");
    for url in urls(&folder) {
        let problem = "there is no socket at this path; check the path, that Janus runs, and \
                       `enabled` and `path` in janus.transport.pfunix.jcfg";
        assert_eq!(assert_refused(&url, problem), io::ErrorKind::NotFound);
    }
}

#[test]
fn a_file_that_nobody_listens_on() {
    let folder = TempDir::new("dead");
    let problem = "nobody listens at this path: Janus has ended and left the file, or its thread \
                   for Unix sockets did not start; start Janus again";
    for url in urls(&folder) {
        drop(UnixDatagram::bind(folder.path().join("server")).unwrap());
        assert_eq!(
            assert_refused(&url, problem),
            io::ErrorKind::ConnectionRefused
        );
        fs::remove_file(folder.path().join("server")).unwrap();
        // No socket at all.
        folder.write("server", "");
        assert_eq!(
            assert_refused(&url, problem),
            io::ErrorKind::ConnectionRefused
        );
        fs::remove_file(folder.path().join("server")).unwrap();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_other_type_of_socket() {
    let packets = Kind::Packets.server(Version::V1_1_2, |server| server);
    let url = packets.unix_url().replace("unix://", "unixdgram://");
    let problem = "the socket is not of type SOCK_DGRAM; write unix:// for SOCK_SEQPACKET, or \
                   check `type` in janus.transport.pfunix.jcfg";
    assert_refused(&url, problem);
    let datagrams = Kind::Datagrams.server(Version::V1_1_2, |server| server);
    let url = datagrams.unix_url().replace("unixdgram://", "unix://");
    let problem = "the socket is not of type SOCK_SEQPACKET; write unixdgram:// for SOCK_DGRAM, or \
                   check `type` in janus.transport.pfunix.jcfg";
    assert_refused(&url, problem);
    // Another program's.
    let folder = TempDir::new("stream");
    let _stream = UnixListener::bind(folder.path().join("server")).unwrap();
    assert_refused(&urls(&folder)[0], problem);
}

#[test]
fn a_path_that_is_too_long() {
    let path = format!("/{}", "x".repeat(107));
    for kind in Kind::ALL {
        let error = Config::new(format!("{kind}://{path}")).open().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "`url` cannot be used: `{kind}://{path}`: its path is too long (108 bytes, at \
                 most 107); use a shorter path"
            )
        );
        assert!(
            matches!(error, Error::Config { field: "url", .. }),
            "{error:?}"
        );
        // One less is tried.
        let error = Config::new(format!("{kind}://{}", &path[..107]))
            .open()
            .unwrap_err();
        assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    }
}

/// Root may use every socket, so that this runs as somebody else.
#[test]
fn a_socket_that_belongs_to_somebody_else() {
    const INSIDE: &str = "JB_REFUSED_FOLDER";
    let problem = "this user may not use the socket; it takes write permission for the socket's \
                   file and search permission for the folders above it";
    if let Ok(folder) = std::env::var(INSIDE) {
        for kind in Kind::ALL {
            let url = format!("{kind}://{folder}/{kind}");
            assert_eq!(
                assert_refused(&url, problem),
                io::ErrorKind::PermissionDenied
            );
        }
        return;
    }
    let folder = TempDir::new("denied");
    let closed = fs::Permissions::from_mode(0o700);
    let _packets = UnixDatagram::bind(folder.path().join("unix")).unwrap();
    let _datagrams = UnixDatagram::bind(folder.path().join("unixdgram")).unwrap();
    fs::set_permissions(folder.path(), closed).unwrap();
    let mut inside = Command::new("setpriv");
    inside.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    // A copy that this user may run.
    let open = TempDir::new("copy");
    let program = open.path().join("test");
    fs::copy(executable(), &program).unwrap();
    inside.arg(program).arg("--exact").arg(test_name(
        module_path!(),
        "a_socket_that_belongs_to_somebody_else",
    ));
    inside.env(INSIDE, folder.path());
    match inside.output() {
        // Only root can become somebody else; a user of its own cannot be tested then.
        Err(error) => println!("not tested: {error}"),
        Ok(output) if String::from_utf8_lossy(&output.stderr).contains("setpriv:") => {
            println!("not tested: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(
                output.status.success() && text.contains("1 passed"),
                "{text}"
            );
        }
    }
}

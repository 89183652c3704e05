//! The file to which Janus answers a datagram client, and that it never stays behind.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, net::UnixDatagram},
    panic,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use common::{Janus, TempDir, Version, wait_until};
use janus_blocking::{Config, EchoTest, connection::Reconnect, echotest::Settings};

use super::{Kind, LIMIT, connect};

fn server() -> Janus {
    Kind::Datagrams.server(Version::V1_1_2, |server| server.reclaim_timeout(20))
}

fn folder(janus: &Janus) -> PathBuf {
    janus.unix_path().parent().unwrap().to_owned()
}

/// The files of clients in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    entries
        .filter(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .starts_with("janus-blocking-")
        })
        .map(|entry| entry.path())
        .collect()
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn it_lies_beside_the_servers_and_every_user_may_write_to_it() {
    let janus = server();
    let connection = connect(&janus);
    let [file] = &files(&folder(&janus))[..] else {
        panic!("not one file: {:?}", files(&folder(&janus)));
    };
    assert_eq!(
        fs::metadata(file).unwrap().permissions().mode() & 0o777,
        0o666
    );
    connection.close();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn it_goes_by_close_drop_abandon_panic_and_the_end_of_the_server() {
    let janus = server();
    let folder = folder(&janus);
    let gone = |how: &str| assert!(files(&folder).is_empty(), "{how}: {:?}", files(&folder));

    let connection = connect(&janus);
    let session = connection.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    assert_eq!(files(&folder).len(), 1);
    connection.close();
    // Also while objects of it live on.
    gone("close");
    assert!(echo.handle().check().is_err());

    drop(connect(&janus));
    gone("drop");

    let _ = connect(&janus).abandon();
    gone("abandon");

    let unwound = thread::spawn({
        let connection = connect(&janus);
        move || {
            let _session = connection.create_session().unwrap();
            panic::resume_unwind(Box::new("the program's own panic"));
        }
    });
    assert!(unwound.join().is_err());
    gone("panic");

    let config = Config::new(janus.unix_url()).reconnect(Reconnect::Never);
    let connection = config.open().unwrap();
    janus.kill();
    let error = connection.ping().unwrap_err();
    assert!(error.is_closed(), "{error}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    let text = "Janus has closed its socket: it has ended or was started again";
    assert_eq!(source, text);
    gone("the end of the server");
    drop(connection);
}

#[test]
fn it_goes_when_nobody_answers() {
    let folder = TempDir::new("mute");
    let path = folder.path().join("server");
    let _mute = UnixDatagram::bind(&path).unwrap();
    let config = Config::new(format!("unixdgram://{}", path.display()));
    let error = config
        .connect_timeout(Duration::from_millis(200))
        .open()
        .unwrap_err();
    assert!(
        error.to_string().contains("did not answer `info`"),
        "{error}"
    );
    assert!(
        files(folder.path()).is_empty(),
        "{:?}",
        files(folder.path())
    );
}

#[test]
fn it_goes_when_there_is_no_server() {
    let folder = TempDir::new("nobody");
    let url = format!("unixdgram://{}/server", folder.path().display());
    Config::new(url).open().unwrap_err();
    assert!(
        files(folder.path()).is_empty(),
        "{:?}",
        files(folder.path())
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn nobody_but_the_server_can_send_to_it() {
    let janus = server();
    let connection = connect(&janus);
    let session = connection.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    let stranger = UnixDatagram::unbound().unwrap();
    let file = &files(&folder(&janus))[0];
    let error = stranger
        .send_to(b"{\"janus\":\"timeout\"}", file)
        .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied);
    echo.configure(&Settings::new().audio(true)).unwrap();
    assert_eq!(connection.unmatched_messages(), Default::default());
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn each_new_link_has_a_path_of_its_own_and_leaves_none() {
    let janus = server();
    let config = Config::new(janus.unix_url()).request_timeout(LIMIT / 2);
    let connection = config.open().unwrap();
    let before = files(&folder(&janus));
    for _ in 0..3 {
        janus.restart();
        // Its socket has gone, which is found out by sending.
        connection.ping().unwrap();
        let now = files(&folder(&janus));
        assert_eq!(now.len(), 1, "{now:?}");
        assert_ne!(now, before);
    }
    janus.kill();
    assert!(connection.info().is_err());
    let empty = || files(&folder(&janus)).is_empty();
    wait_until(LIMIT, "an attempt in vain leaves nothing", empty);
}

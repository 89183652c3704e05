//! What tickets say, on a real Janus; and the files that the examples keep them in.

#[path = "../../examples/ticket_file/mod.rs"]
mod ticket_file;

use std::{fs, path::Path, process::Command, time::Duration};

use common::{
    Janus, WireProxy, WsClient,
    program::{executable, test_name},
};
use janus_blocking::{
    CloseReason, Config, Connection, EchoTest, Error, Event, Raw, SessionTicket,
    connection::{AttachOptions, Reconnect},
    echotest::Settings,
};
use serde_json::json;

const LIMIT: Duration = Duration::from_secs(5);

#[test]
fn what_a_killed_start_left_is_in_no_later_ones_way() {
    let folder = common::TempDir::new("tickets");
    let place = folder.path().join("ticket.json");
    let ticket: SessionTicket = serde_json::from_value(
        json!({"session_id": 1, "made": 1.0, "kept_for": 30, "handles": []}),
    )
    .unwrap();
    // The next start has the same process id, as the first process of a container.
    for left in [".new".to_owned(), format!(".{}.new", std::process::id())] {
        folder.write(&format!("ticket.json{left}"), "{\"half");
    }
    assert_eq!(ticket_file::read(&place), Ok(None));
    for _ in 0..2 {
        ticket_file::check(&place).unwrap();
        ticket_file::save(&place, &ticket).unwrap();
        assert_eq!(ticket_file::read(&place), Ok(Some(ticket.clone())));
    }
    assert!(!folder.path().join("ticket.json.new").exists());
}

/// On a file system of its own.
#[test]
fn a_full_disk_and_one_that_cannot_be_written_show_at_the_start_and_spoil_no_ticket() {
    const INSIDE: &str = "JB_FULL_DISK";
    if let Some(folder) = std::env::var_os(INSIDE) {
        full_and_read_only(Path::new(&folder));
        println!("it was full");
        return;
    }
    let folder = common::TempDir::new("full");
    let script =
        "mount -t tmpfs -o size=16k tmpfs \"$0\" && exec \"$1\" --exact \"$2\" --nocapture";
    let mut apart = Command::new("unshare");
    apart
        .args(["--map-root-user", "--mount", "sh", "-c", script])
        .arg(folder.path())
        .arg(executable())
        .arg(test_name(
            module_path!(),
            "a_full_disk_and_one_that_cannot_be_written_show_at_the_start_and_spoil_no_ticket",
        ));
    match apart.env(INSIDE, folder.path()).output() {
        Ok(output) if String::from_utf8_lossy(&output.stdout).contains("running 1 test") => {
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(text.contains("it was full"), "{text}");
        }
        // It takes Linux and the right to mount.
        other => println!("not tested: {other:?}"),
    }
}

fn full_and_read_only(folder: &Path) {
    let place = folder.join("ticket.json");
    let ticket: SessionTicket = serde_json::from_value(
        json!({"session_id": 1, "made": 1.0, "kept_for": 30, "handles": []}),
    )
    .unwrap();
    ticket_file::save(&place, &ticket).unwrap();
    let fails = |why: &str| {
        for failed in [
            ticket_file::check(&place),
            ticket_file::save(&place, &ticket),
        ] {
            let text = failed.unwrap_err();
            assert!(text.contains(why), "{text}");
        }
        assert_eq!(ticket_file::read(&place), Ok(Some(ticket.clone())));
    };
    fs::write(folder.join("log"), [0; 32 << 10]).unwrap_err();
    fails("No space left on device");
    let draft = folder.join("ticket.json.new");
    assert!(!draft.exists(), "a draft takes up room");
    fs::remove_file(folder.join("log")).unwrap();
    // As a kill leaves it.
    fs::write(&draft, "half").unwrap();
    let done = Command::new("mount")
        .args(["-o", "remount,ro"])
        .arg(folder)
        .status();
    assert!(done.unwrap().success());
    fails("Read-only file system");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_program_that_is_killed_is_gone_on_with_from_a_ticket_made_in_time() {
    let janus = Janus::builder().reclaim_timeout(20).start();
    let proxy = WireProxy::start(&janus);
    let settings = Config::new(proxy.url()).reconnect(Reconnect::Never);
    let first = settings.open().unwrap();
    let session = first.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    echo.handle().set_note(json!("front door"));
    let ticket = serde_json::to_string(&session.ticket()).unwrap();
    echo.configure(&Settings::new().audio(true)).unwrap();
    // As if it was killed: no goodbye, nothing ended.
    proxy.cut();
    assert!(session.attach::<EchoTest>().unwrap_err().is_closed());
    // A broken link ends them here, not there.
    assert_eq!(session.ticket().handles[0].id, echo.handle().id());

    let ticket: SessionTicket = serde_json::from_str(&ticket).unwrap();
    assert_eq!(ticket.handles[0].note, Some(json!("front door")));
    let second = Connection::open(&janus.url()).unwrap();
    let resumed = second.resume(&ticket).unwrap();
    let echo: EchoTest = resumed.session.reattach(resumed.handles[0].id).unwrap();
    echo.configure(&Settings::new().audio(true)).unwrap();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn handles_that_have_ended_are_not_in_the_ticket() {
    let janus = Janus::start();
    let connection = Connection::open(&janus.url()).unwrap();
    let session = connection.create_session().unwrap();
    let [kept, dropped, detached, killed] = [(); 4].map(|()| session.attach::<EchoTest>().unwrap());
    let events = killed.events();
    let mut admin = WsClient::connect_as(&janus.admin_url(), "janus-admin-protocol").unwrap();
    let request = json!({
        "janus": "detach_handle", "transaction": "t", "admin_secret": janus.admin_secret(),
        "session_id": session.id(), "handle_id": killed.handle().id(),
    });
    admin.send(&request.to_string()).unwrap();
    let end = loop {
        match events.recv_timeout(LIMIT) {
            Ok(Some(Event::Plugin { .. })) => {}
            Ok(Some(Event::Detached)) => break events.recv_timeout(LIMIT).unwrap_err(),
            other => panic!("{other:?}"),
        }
    };
    assert!(end.is_handle_gone(), "{end}");
    assert_eq!(
        killed.events().close_reason(),
        Some(CloseReason::DetachedByServer)
    );
    drop(dropped);
    detached.into_handle().detach().unwrap();
    let ticket = session.ticket();
    let ids: Vec<_> = ticket.handles.iter().map(|handle| handle.id).collect();
    assert_eq!(ids, [kept.handle().id()]);
    assert_eq!(session.abandon().handles, ticket.handles);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_raw_handle_gets_its_package_from_the_ticket() {
    let janus = Janus::builder().reclaim_timeout(20).start();
    let connection = Connection::open(&janus.url()).unwrap();
    let session = connection.create_session().unwrap();
    let _room = session.attach_raw("janus.plugin.videoroom").unwrap();
    let ticket = session.abandon();
    let resumed = connection.resume(&ticket).unwrap();
    let room: Raw = resumed.session.reattach(ticket.handles[0].id).unwrap();
    assert_eq!(room.handle().package(), "janus.plugin.videoroom");
    let error = room.request(json!({ "request": "nonsense" })).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`nonsense` of janus.plugin.videoroom"),
        "{error}"
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn verifying_a_handle_that_is_in_use_sends_nothing() {
    let janus = Janus::start();
    let proxy = WireProxy::start(&janus);
    let connection = Connection::open(&proxy.url()).unwrap();
    let session = connection.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    let before = proxy.sent_bytes();
    let options = AttachOptions::new()
        .existing_handle(echo.handle().id())
        .verify(true);
    let error = session.attach_with::<EchoTest>(options).unwrap_err();
    assert!(matches!(error, Error::HandleInUse { .. }), "{error}");
    assert_eq!(proxy.sent_bytes(), before);
}

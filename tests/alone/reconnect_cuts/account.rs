//! What has reached the server, and what is on it, compared with what the calls have said.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    time::Duration,
};

use common::{Janus, WsClient, wait_for};
use janus_blocking::{Connection, HandleId, Session, SessionId, VideoRoom, videoroom::List};
use serde_json::{Value, json};

use super::{counts::Counts, load::Load};

/// The last `detach` and `destroy` of dropped objects are answered within this.
const SOON: Duration = Duration::from_secs(5);

/// The transactions of what HTTP links ask for themselves, whether Janus and a session are there, and
/// of what asked before the test whether Janus is.
const OTHERS: [&str; 3] = ["hello", "poll", "ready"];

/// What makes a request one that must not be sent twice, and tells it from all others.
fn marker(message: &Value) -> Option<String> {
    let body = &message["body"];
    match (message["janus"].as_str()?, body["request"].as_str()) {
        ("attach", _) => message["opaque_id"].as_str().map(str::to_owned),
        ("message", Some("create")) => body["description"].as_str().map(str::to_owned),
        ("message", Some("destroy")) => Some(format!("destroy {}", body["room"])),
        ("message", None) => body["bitrate"].as_u64().map(|it| format!("bitrate {it}")),
        ("detach", _) => Some(format!("detach {}", message["handle_id"])),
        ("destroy", _) => Some(format!("destroy {}", message["session_id"])),
        _ => None,
    }
}

/// The requests that Janus has read over HTTP, by its log, whose level has to be 6.
pub fn logged(server: &Janus) -> Vec<String> {
    let log = fs::read_to_string(server.log_path()).expect("a log");
    let lines = log.lines().filter_map(|line| line.split_once("] "));
    let texts = lines.map(|(_, text)| text);
    let requests =
        texts.filter(|text| text.starts_with("{\"janus\":") && text.contains("transaction"));
    requests.map(str::to_owned).collect()
}

/// Nothing that must not be repeated was sent twice, and no transaction was used twice. Texts that
/// were cut off in the middle of a frame are not among those that are counted.
#[track_caller]
pub fn assert_sent_once(sent: &[String], counts: &Counts) {
    let (mut markers, mut verbs) = (BTreeMap::<_, u64>::new(), BTreeMap::<_, u64>::new());
    let mut transactions = BTreeSet::new();
    for text in sent.iter().filter(|text| !text.starts_with("GET ")) {
        let message: Value = serde_json::from_str(text).expect("it is JSON");
        let transaction = message["transaction"].as_str().expect("a transaction");
        if OTHERS.contains(&transaction) {
            continue;
        }
        assert!(transactions.insert(transaction.to_owned()), "{text}");
        let verb = message["janus"].as_str().expect("a verb");
        *verbs.entry(verb.to_owned()).or_default() += 1;
        if let Some(marker) = marker(&message) {
            *markers.entry(marker).or_default() += 1;
        }
    }
    // Those of dropped objects are sent again when their answer has not come.
    let ends = |marker: &str| marker.starts_with("detach") || marker.starts_with("destroy");
    let twice: Vec<_> = markers
        .iter()
        .filter(|(marker, count)| **count > 1 && !ends(marker))
        .collect();
    assert!(twice.is_empty(), "sent more than once: {twice:?}");
    // Sessions have no marker: as many as there were calls, but for those of the beginning.
    let creates = verbs["create"] - 3;
    assert!(creates <= counts.calls("create"), "{creates} `create`");
    println!(
        "  sent: {verbs:?}; {} with a marker, each once",
        markers.len()
    );
}

/// Every room is one that a call made, once, and every room that must be there is.
#[track_caller]
pub fn assert_rooms(server: &Janus, counts: &Counts) {
    let janus = Connection::open(&server.url()).expect("Janus runs");
    let session: Session = janus.create_session().expect("Janus runs");
    let rooms: VideoRoom = session.attach().expect("Janus runs");
    let listed = rooms.list(&List::new()).expect("Janus answers").list;
    let mut names: Vec<_> = listed.into_iter().map(|room| room.description).collect();
    names.retain(|name| name.starts_with("room-"));
    let there: BTreeSet<_> = names.iter().cloned().collect();
    assert_eq!(
        there.len(),
        names.len(),
        "a room was created twice: {names:?}"
    );
    let (mut sure, mut unsure) = (0, 0);
    for (name, is_there) in &counts.lock().rooms {
        match is_there {
            Some(is_there) => assert_eq!(there.contains(name), *is_there, "{name}"),
            None => unsure += 1,
        }
        sure += usize::from(*is_there == Some(true));
    }
    println!(
        "  rooms: {sure} as confirmed, {unsure} unknown, {} there",
        there.len()
    );
    assert!(there.len() >= sure && there.len() <= sure + unsure);
}

/// Asks the Admin API, which keeps no session alive and claims none.
fn admin(server: &Janus, verb: &str, session: Option<SessionId>) -> Value {
    let url = server.admin_url();
    let mut client = WsClient::connect_as(&url, "janus-admin-protocol").expect("Janus runs");
    let secret = server.admin_secret();
    let mut request = json!({ "janus": verb, "transaction": "t", "admin_secret": secret });
    if let Some(session) = session {
        request["session_id"] = json!(session);
    }
    client.send(&request.to_string()).expect("Janus runs");
    let answer = client.recv(SOON).expect("Janus answers");
    serde_json::from_str(&answer).expect("it is JSON")
}

fn sessions(server: &Janus) -> BTreeSet<SessionId> {
    let answer = admin(server, "list_sessions", None);
    let ids = answer["sessions"].as_array().expect("a list");
    ids.iter()
        .filter_map(Value::as_u64)
        .map(SessionId::new)
        .collect()
}

/// Every handle of the sessions in use is one that is in use, or one of which no call could say
/// whether it would be there.
#[track_caller]
pub fn assert_handles(server: &Janus, load: &Load<'_>, counts: &Counts) {
    for (session, own) in load.handles() {
        let found = wait_for(SOON, || {
            let answer = admin(server, "list_handles", Some(session));
            let ids = answer["handles"].as_array().expect("a list");
            let ids = ids.iter().filter_map(Value::as_u64).map(HandleId::new);
            let there: BTreeSet<_> = ids.collect();
            there.is_disjoint(&counts.lock().detached).then_some(there)
        });
        let there = found.expect("what was detached goes");
        assert!(own.iter().all(|id| there.contains(id)), "{own:?} {there:?}");
        let unknown: Vec<_> = there.iter().filter(|id| !own.contains(id)).collect();
        let broken = counts.count("attach", "link broke");
        println!(
            "  handles of {session}: {} in use, {} of {broken} broken `attach`",
            own.len(),
            unknown.len(),
        );
        assert!(unknown.len() as u64 <= broken, "{unknown:?}");
    }
}

/// Of sessions those are left of which no call could say whether they would be there: Janus ends
/// them at its timeouts.
#[track_caller]
pub fn assert_left_over(server: &Janus, counts: &Counts) {
    let left = wait_for(SOON, || {
        let left = sessions(server);
        left.is_disjoint(&counts.lock().destroyed).then_some(left)
    });
    let unknown = left.expect("what was destroyed goes");
    let broken = counts.count("create", "link broke");
    println!(
        "  sessions left: {} of {broken} broken `create`",
        unknown.len()
    );
    assert!(unknown.len() as u64 <= broken, "{unknown:?}");
}

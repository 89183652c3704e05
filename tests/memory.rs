//! That nothing which belongs to nobody is kept.

use janus_blocking::{Plugin, Raw};
use serde_json::json;

use super::{open, strays};
use crate::scripted::{HANDLE, SESSION, Scripted, event};

/// The memory of this process, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number
        .and_then(|number| number.parse().ok())
        .expect("a number")
}

/// What other tests of this program may take meanwhile; a fourth of what comes here.
const GROWTH: u64 = 24 << 10;
const ROUNDS: u64 = 150;
const PER_ROUND: u64 = 2_000;

#[test]
#[cfg(target_os = "linux")]
fn hundreds_of_thousands_of_strays_take_no_memory() {
    let server = Scripted::usual();
    let janus = open(&server, 60_000);
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("p").expect("a handle");
    let claimed = janus.claim(77).expect("a session");
    let ours = server.wait_request("create")["transaction"].clone();
    let prefix = ours
        .as_str()
        .expect("text")
        .trim_end_matches(|it: char| it != '-')
        .to_owned();
    let padding = "x".repeat(250);
    let before = resident();
    for round in 0..ROUNDS {
        server.push(|out| {
            for at in 0..PER_ROUND / 5 {
                let number = round * PER_ROUND + at;
                let data = json!({ "padding": padding });
                // Transactions of ours that never were, events of nobody, garbage.
                out.json(&json!({"janus": "success", "padding": padding,
                    "transaction": format!("{prefix}{:x}", number + 1000)}));
                out.json(&event(1000 + number, data.clone()));
                let mut other = event(HANDLE, data.clone());
                other["session_id"] = json!(1000 + number);
                out.json(&other);
                out.text(&padding);
                // One handle of a claimed session that nobody reattaches: kept up to the limit.
                let mut kept = event(5, data);
                kept["session_id"] = json!(77);
                out.json(&kept);
            }
        });
        if round % 50 == 0 {
            janus.ping().expect("an answer");
        }
    }
    janus.ping().expect("an answer");
    let growth = resident().saturating_sub(before);
    let each = ROUNDS * PER_ROUND / 5;
    assert_eq!(strays(&janus), [0, 3 * each, each]);
    assert!(growth < GROWTH, "{growth} KiB more");
    let kept: Raw = claimed.reattach(5).expect("a handle");
    assert_eq!(
        kept.events()
            .iter()
            .take(1024)
            .filter(Result::is_ok)
            .count(),
        1024
    );
    let error = kept.events().recv().expect_err("a gap").to_string();
    assert!(
        error.starts_with(&format!("{} events were lost", each - 1024)),
        "{error}"
    );
    assert!(matches!(raw.events().try_recv(), Ok(None)));
    assert_eq!(session.id().value(), SESSION);
}

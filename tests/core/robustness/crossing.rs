//! Answers that are changed, repeated and out of order, to several callers at once.

use std::{collections::HashSet, sync::Mutex, thread, time::Duration};

use common::scripted::{HANDLE, SESSION, Scripted, answered};
use janus_blocking::{Config, Error};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use super::{
    in_time,
    mutate::{changed_text, changes, runner},
};

const CALLERS: u64 = 4;
const CALLS: u64 = 400;
const WAIT: Duration = Duration::from_millis(40);

/// No change of a few bytes makes one of another.
fn token(caller: u64, call: u64) -> String {
    let number = (caller * CALLS + call + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{number:016x}")
}

/// The answer with changes, unless they name another transaction of this connection: who lies
/// about that can choose the caller.
fn damaged(runner: &mut TestRunner, request: &Value, answer: &str) -> String {
    let own = request["transaction"].as_str().unwrap_or_default();
    let (prefix, _) = own.split_once('-').expect("a prefix and a number");
    let changes = changes().new_tree(runner).expect("a value").current();
    let text = changed_text(answer, &changes);
    let objects = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    let lies = objects.flatten().any(|object| {
        let named = object["transaction"].as_str().unwrap_or_default();
        named != own && named.starts_with(prefix)
    });
    if lies { answer.to_owned() } else { text }
}

#[test]
fn changed_repeated_and_shuffled_answers_reach_nobody_else() {
    let mut runner = runner(1);
    let mut seen: Vec<(Value, String)> = Vec::new();
    let mut count = 0_usize;
    let server = Scripted::start(move |request, out| {
        if request["janus"] != "message" {
            return out.usual(request);
        }
        let data = json!({"token": request["body"]["token"]});
        let answer = json!({"janus": "success", "session_id": SESSION, "sender": HANDLE,
            "plugindata": {"plugin": "p", "data": data}});
        let answer = answered(request, answer).to_string();
        count += 1;
        // Old answers again, whole and changed, around one that may be changed.
        if let Some((old, text)) = seen.get(count * 7 % 32) {
            out.text(text);
            out.text(damaged(&mut runner, old, text));
        }
        match count % 3 {
            0 => out.text(damaged(&mut runner, request, &answer)),
            _ => out.text(&answer),
        }
        match seen.len() {
            32 => seen[count % 32] = (request.clone(), answer),
            _ => seen.push((request.clone(), answer)),
        }
    });
    let config = Config::new(server.url()).request_timeout(WAIT);
    let janus = config.open().expect("an answer");
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("p").expect("a handle");
    let all: HashSet<String> = (0..CALLERS)
        .flat_map(|caller| (0..CALLS).map(move |call| token(caller, call)))
        .collect();
    let outcomes = Mutex::new([0_u64; 3]);
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (raw, all, outcomes) = (&raw, &all, &outcomes);
            scope.spawn(move || {
                for call in 0..CALLS {
                    let own = token(caller, call);
                    let answer = in_time(WAIT, || raw.request(json!({"token": own})));
                    let outcome = match answer {
                        Ok(answer) => {
                            let got = answer["token"].as_str().unwrap_or_default();
                            assert!(got == own || !all.contains(got), "{own} got {got}");
                            0
                        }
                        Err(Error::Timeout { .. }) => 1,
                        // The changes made a refusal or another kind of answer of it.
                        Err(
                            Error::Unexpected { .. } | Error::Plugin { .. } | Error::Decode { .. },
                        ) => 2,
                        Err(error) => panic!("{error:?}"),
                    };
                    outcomes.lock().expect("no panic in there")[outcome] += 1;
                }
            });
        }
    });
    let [right, lost, wrong] = outcomes.into_inner().expect("no panic in there");
    println!("{right} answers, {lost} timeouts, {wrong} of another kind, 0 crossed");
    assert!(right > CALLERS * CALLS / 2);
}

//! The same HTTP requests to real servers and to the fake.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{
    LIMIT,
    http_raw::{Http, ask, bare, get, poll, post},
    servers::{Setup, compare, id, without_ids},
};
use common::{Janus, JanusBuilder, WsClient};
use janus_blocking::testing::FakeGateway;

const PING: &str = r#"{"janus":"ping","transaction":"t"}"#;
const CREATE: &str = r#"{"janus":"create","transaction":"t"}"#;
const KEEPALIVE: &str = r#"{"janus":"keepalive","transaction":"t"}"#;
const CLAIM: &str = r#"{"janus":"claim","transaction":"t"}"#;
const ATTACH: &str = r#"{"janus":"attach","plugin":"janus.plugin.echotest","transaction":"t"}"#;
const CONFIGURE: &str = r#"{"janus":"message","body":{"audio":true},"transaction":"t"}"#;

/// Runs a scenario on all servers; it gets their addresses, HTTP and WebSocket.
fn everywhere(setup: Setup, scenario: impl Fn(&str, &str) -> Vec<String> + Sync) {
    let real = |janus: &Janus| scenario(&janus.http_url(), &janus.url());
    let fake = |gateway: &FakeGateway| scenario(&gateway.http_url().unwrap(), &gateway.url());
    compare(setup, JanusBuilder::http, real, fake);
}

/// With more keys.
fn with(message: &str, keys: &str) -> String {
    message.replacen('{', &format!("{{{keys},"), 1)
}

fn create(url: &str) -> u64 {
    id(&ask(url, &post("/janus", CREATE)))
}

fn attach(url: &str, session: u64) -> u64 {
    id(&ask(url, &post(&format!("/janus/{session}"), ATTACH)))
}

fn paths_and_bodies(url: &str, _: &str) -> Vec<String> {
    let session = create(url);
    let handle = attach(url, session);
    let (s, h) = (
        format!("/janus/{session}"),
        format!("/janus/{session}/{handle}"),
    );
    let in_session = |message: &str| with(message, &format!(r#""session_id":{session}"#));
    let in_handle = |message: &str| with(message, &format!(r#""handle_id":{handle}"#));
    let mut requests = vec![
        post("/janus", CREATE),
        post(&s, ATTACH),
        post("/janus", &in_session(ATTACH)),
        post(&s, &in_session(ATTACH)),
        post("/janus/5", &in_session(ATTACH)),
        post(&s, &with(ATTACH, r#""session_id":5"#)),
        post(&s, &with(ATTACH, r#""session_id":"5""#)),
        post(&h, CONFIGURE),
        post(&h, &in_handle(CONFIGURE)),
        post(&h, &with(CONFIGURE, r#""handle_id":5"#)),
        post(&s, &in_handle(CONFIGURE)),
        post("/janus", &in_session(&in_handle(CONFIGURE))),
        post(&format!("/janus/5/{handle}"), CONFIGURE),
        get(&format!("{h}?maxev=3")),
        get("/janus/55"),
        get("/janus/55/66"),
        get("/janus/abc"),
        get("/janus"),
        get("/janus/"),
        get("/janus//"),
        get("/other"),
        get("/janusx"),
        get("/"),
        get(&format!("{h}/7")),
        post(&format!("{h}/7"), PING),
        post("/other", PING),
        post("/janus/", PING),
        post("/janus/abc", KEEPALIVE),
        post("/janus/5abc", KEEPALIVE),
        post(&format!("{s}/"), KEEPALIVE),
        post(&format!("{s}/abc"), KEEPALIVE),
        post("/janus/55", KEEPALIVE),
        post(&format!("{s}/55"), CONFIGURE),
        post("/janus/info", PING),
        post("/janus/ping", PING),
        bare("OPTIONS", "/janus"),
        bare("OPTIONS", "/other"),
        bare("PUT", "/janus"),
        bare("PUT", "/other"),
        bare("DELETE", &s),
        bare("PATCH", &s),
    ];
    let bodies = [
        "",
        "{",
        "[]",
        "5",
        "{}",
        " ",
        "{\n x",
        "{\"janus\":\"ping\",\"transaction\":\"t\"} x",
        "{\"janus\":\"ping\",\"transaction\":\"t\"}\n ",
        "{\"janus\":\"ping\",\"transaction\":\"t\"}{}",
        "{\"janus\":\"ping\",\"transaction\":\"t\"}\0x",
        r#"{"janus":"info"}"#,
        r#"{"janus":"nosuch","transaction":"t"}"#,
        r#"{"janus":"claim","transaction":"t"}"#,
    ];
    requests.extend(bodies.map(|body| post("/janus", body)));
    let answers = requests.iter().map(|request| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let plain = format!("{} {body}", head.lines().next().unwrap());
        without_ids(&format!("{plain}: {}", ask(url, request)))
    });
    let mut told: Vec<String> = answers.collect();
    // What names the request is by chance in those that Janus makes.
    for path in [
        "/janus/ping",
        "/janus/ping/5",
        "/janus/info/5",
        "/janus/info",
    ] {
        let answer = ask(url, &get(path));
        let (before, after) = answer
            .split_once(r#""transaction":""#)
            .unwrap_or((&answer, ""));
        let after = after.split_once('"').map_or("", |(_, after)| after);
        let after = if path == "/janus/info" { "" } else { after };
        told.push(format!("{path}: {before} {after}"));
    }
    // One connection, one request after the other and both at once.
    let kept = Http::connect(url);
    for _ in 0..3 {
        told.push(kept.ask(&post("/janus", PING)));
    }
    let last = post("/janus", PING).replace("Host", "Connection: close\r\nHost");
    told.push(kept.ask(&last));
    told.push(kept.receive());
    told
}

fn events_and_polls(url: &str, _: &str) -> Vec<String> {
    let session = create(url);
    let handle = attach(url, session);
    let (s, h) = (
        format!("/janus/{session}"),
        format!("/janus/{session}/{handle}"),
    );
    let mut told = Vec::new();
    let configure = |count: usize| {
        for number in 0..count {
            let message = CONFIGURE.replace(r#""t""#, &format!(r#""{number}""#));
            assert!(ask(url, &post(&h, &message)).contains("ack"));
        }
        // Events come a little after their acks.
        thread::sleep(Duration::from_millis(200));
    };
    for query in [
        "",
        "?maxev=1&rid=4",
        "?maxev=0",
        "?maxev=-3",
        "?maxev=x",
        "?maxev=5",
    ] {
        configure(1);
        told.push(format!("{query}: {}", poll(url, &format!("{s}{query}"))));
    }
    configure(4);
    told.push(poll(url, &format!("{s}?maxev=3")));
    told.push(poll(url, &format!("{s}?maxev=3")));
    // One event wakes all.
    let waiting = ["", "?maxev=2", "?maxev=1"].map(|query| {
        let http = Http::connect(url);
        http.send(&get(&format!("{s}{query}")));
        thread::sleep(Duration::from_millis(100));
        http
    });
    configure(1);
    told.extend(waiting.map(|http| without_ids(&http.receive())));
    // A client that goes takes an event with it.
    let gone = Http::connect(url);
    gone.send(&get(&s));
    thread::sleep(Duration::from_millis(100));
    drop(gone);
    thread::sleep(Duration::from_millis(100));
    configure(1);
    configure(2);
    told.push(poll(url, &format!("{s}?maxev=9")));
    // A claim throws away what waits.
    configure(2);
    told.push(without_ids(&ask(url, &post(&s, CLAIM))));
    configure(1);
    told.push(poll(url, &format!("{s}?maxev=9")));
    let destroy = KEEPALIVE.replace("keepalive", "destroy");
    told.push(without_ids(&ask(url, &post(&s, &destroy))));
    told.push(poll(url, &s));
    told
}

fn claims(url: &str, websocket: &str) -> Vec<String> {
    let mut told = Vec::new();
    let mut client = WsClient::connect_as(websocket, "janus-protocol").unwrap();
    client.send(CREATE).unwrap();
    let session = id(&client.recv(LIMIT).unwrap());
    let s = format!("/janus/{session}");
    let handle = attach(url, session);
    let configure = || ask(url, &post(&format!("{s}/{handle}"), CONFIGURE));
    told.push(poll(url, &s));
    told.push(without_ids(&configure()));
    told.push(without_ids(&client.recv(LIMIT).unwrap()));
    told.push(without_ids(&ask(url, &post(&s, CLAIM))));
    told.push(without_ids(&configure()));
    told.push(poll(url, &s));
    // The WebSocket is nobody's any more: neither its events nor its end matter.
    client.send(PING).unwrap();
    told.push(client.recv(LIMIT).unwrap());
    drop(client);
    thread::sleep(Duration::from_millis(300));
    told.push(without_ids(&ask(url, &post(&s, KEEPALIVE))));
    let mut client = WsClient::connect_as(websocket, "janus-protocol").unwrap();
    configure();
    thread::sleep(Duration::from_millis(200));
    client
        .send(&with(CLAIM, &format!(r#""session_id":{session}"#)))
        .unwrap();
    told.push(without_ids(&client.recv(LIMIT).unwrap()));
    told.push(poll(url, &s));
    told.push(without_ids(&configure()));
    told.push(without_ids(&client.recv(LIMIT).unwrap()));
    told
}

fn credentials(url: &str, _: &str) -> Vec<String> {
    let secret = r#""apisecret":"hush hush/""#;
    let session = id(&ask(url, &post("/janus", &with(CREATE, secret))));
    let s = format!("/janus/{session}");
    let attach = ask(url, &post(&s, &with(ATTACH, secret)));
    let handle = id(&attach);
    let configure = with(CONFIGURE, secret);
    assert!(ask(url, &post(&format!("{s}/{handle}"), &configure)).contains("ack"));
    let mut told = Vec::new();
    for path in [
        s.clone(),
        format!("{s}?apisecret=x"),
        format!("{s}?token=x"),
        format!("{s}/5"),
        format!("{s}/5?apisecret=hush%20hush%2F"),
        "/janus/77".to_owned(),
        "/janus/77?apisecret=hush%20hush/".to_owned(),
        "/janus/abc".to_owned(),
        "/janus/abc?apisecret=hush%20hush/".to_owned(),
        format!("{s}?apisecret=hush%20hush/&maxev=2"),
    ] {
        told.push(without_ids(&format!("{path}: {}", poll(url, &path))));
    }
    told.push(without_ids(&ask(url, &post(&s, KEEPALIVE))));
    told.push(ask(url, &post("/janus", CREATE)));
    told
}

fn timeouts(url: &str, _: &str) -> Vec<String> {
    let mut told = Vec::new();
    // A poll that waits hears of it.
    let waited = create(url);
    told.push(poll(url, &format!("/janus/{waited}")));
    // Janus's transport hears of the end a little later than its client.
    let mut after = poll(url, &format!("/janus/{waited}"));
    for _ in 0..20 {
        if after.contains("keepalive") {
            after = poll(url, &format!("/janus/{waited}"));
        }
    }
    told.push(after);
    told.push(
        without_ids(&ask(url, &post(&format!("/janus/{waited}"), KEEPALIVE)))
            .replace(&waited.to_string(), "ID"),
    );
    // Polls are requests.
    let polled = create(url);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(7) {
        let http = Http::connect(url);
        http.send(&get(&format!("/janus/{polled}")));
        thread::sleep(Duration::from_millis(500));
    }
    told.push(without_ids(&ask(
        url,
        &post(&format!("/janus/{polled}"), KEEPALIVE),
    )));
    told
}

/// What polls get for which there is no event.
fn half_a_minute(url: &str, websocket: &str) -> Vec<String> {
    let polled = [(); 5].map(|()| {
        let session = create(url);
        let (http, path) = (Http::connect(url), format!("/janus/{session}"));
        (session, http, path)
    });
    let begun = Instant::now();
    for (index, (_, http, path)) in polled.iter().enumerate() {
        http.send(&get(&match index {
            0 => format!("{path}?maxev=7"),
            _ => path.clone(),
        }));
    }
    thread::sleep(Duration::from_millis(200));
    assert!(ask(url, &post(&polled[2].2, CLAIM)).contains("success"));
    let destroy = CLAIM.replace("claim", "destroy");
    assert!(ask(url, &post(&polled[3].2, &destroy)).contains("success"));
    let mut client = WsClient::connect_as(websocket, "janus-protocol").unwrap();
    let session = polled[4].0;
    client
        .send(&with(CLAIM, &format!(r#""session_id":{session}"#)))
        .unwrap();
    assert!(client.recv(LIMIT).unwrap().contains("success"));
    let told = polled.map(|(_, http, _)| without_ids(&http.receive()));
    let seconds = begun.elapsed().as_secs();
    assert!((29..34).contains(&seconds), "{seconds} s");
    told.to_vec()
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn requests_are_answered_as_by_real_servers() {
    everywhere(Setup::PLAIN, paths_and_bodies);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn events_come_as_from_real_servers() {
    everywhere(Setup::PLAIN, events_and_polls);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn sessions_are_claimed_to_and_from_http_as_on_real_servers() {
    everywhere(Setup::PLAIN, claims);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn credentials_are_asked_for_as_by_real_servers() {
    let setup = Setup {
        secret: Some("hush hush/"),
        ..Setup::PLAIN
    };
    everywhere(setup, credentials);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn http_sessions_time_out_as_on_real_servers() {
    let setup = Setup {
        timeout: 4,
        ..Setup::PLAIN
    };
    everywhere(setup, timeouts);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn long_polls_end_after_half_a_minute_as_on_real_servers() {
    everywhere(Setup::PLAIN, half_a_minute);
}

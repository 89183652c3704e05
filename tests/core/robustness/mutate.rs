//! Changes of a text that a broken or hostile server might make.

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// One change; places are shares of the length, so that it fits every text.
#[derive(Clone, Debug)]
pub enum Change {
    Flip(Index, u8),
    Put(Index, &'static str),
    Remove(Index, usize),
    Repeat(Index, usize),
    Swap(Index, Index, usize),
    Truncate(Index),
}

/// What JSON is made of, and what breaks it.
const PIECES: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "\\",
    "\\u0000",
    "\\ud800",
    "\u{feff}",
    "\0",
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "18446744073709551616",
    "\"x\"",
    "{}",
    "[[[[",
    "\"janus\":\"event\",",
    "\"error_code\":1,\"error\":\"x\",",
    "\"session_id\":null,",
];

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        (at(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        (at(), select(&PIECES[..])).prop_map(|(at, piece)| Change::Put(at, piece)),
        (at(), 1..30_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        (at(), 1..60_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        (at(), at(), 1..20_usize).prop_map(|(a, b, length)| Change::Swap(a, b, length)),
        at().prop_map(Change::Truncate),
    ]
}

/// A few changes at once.
pub fn changes() -> impl Strategy<Value = Vec<Change>> {
    vec(change(), 1..4)
}

/// The bytes with those changes.
pub fn changed(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let size = bytes.len();
        let at = |index: &Index| index.index(size);
        let part = |index: &Index, length: usize| at(index)..size.min(at(index) + length);
        match change {
            Change::Flip(index, bit) => bytes[at(index)] ^= 1 << bit,
            Change::Put(index, piece) => {
                bytes.splice(at(index)..at(index), piece.bytes());
            }
            Change::Remove(index, length) => {
                bytes.drain(part(index, *length));
            }
            Change::Repeat(index, length) => {
                let again = bytes[part(index, *length)].to_vec();
                bytes.splice(at(index)..at(index), again);
            }
            Change::Swap(from, to, length) => {
                let moved = bytes[part(from, *length)].to_vec();
                bytes.splice(part(to, *length), moved);
            }
            Change::Truncate(index) => bytes.truncate(at(index)),
        }
    }
    bytes
}

/// The text with those changes; what is no UTF-8 any more is replaced.
pub fn changed_text(text: &str, changes: &[Change]) -> String {
    String::from_utf8_lossy(&changed(text.as_bytes(), changes)).into_owned()
}

/// Runs that many cases, always the same.
pub fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let seed = *b"janus-blocking robustness, 32 b.";
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

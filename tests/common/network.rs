//! What the kernel does with packets, in a network namespace of the test's own. It needs root.

use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Has `nft` read these rules.
pub fn nft(rules: &str) {
    let mut nft = Command::new("nft");
    let mut nft = nft
        .args(["-f", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("nft");
    let mut input = nft.stdin.take().expect("it is piped");
    input.write_all(rules.as_bytes()).expect("it reads");
    drop(input);
    assert!(nft.wait().expect("it ends").success(), "{rules}");
}

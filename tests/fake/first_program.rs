//! The first program of the README, which names a port: in a network of its own.

use std::process::{Command, Output};

use common::program::{example, in_own_namespace};
use janus_blocking::testing::FakeGateway;

fn first_program() -> Output {
    let program = Command::new(example("first_program")).output();
    program.expect("it starts")
}

fn lines(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    text.lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "needs root: run tests/run"]
fn it_prints_what_the_readme_says_and_ends() {
    if !in_own_namespace(module_path!(), "it_prints_what_the_readme_says_and_ends") {
        return;
    }
    let _gateway = FakeGateway::builder().port(8188).start().expect("a port");
    let output = first_program();
    let readme = include_str!("../../README.md");
    let (_, printed) = readme.split_once("```text\n").expect("what is printed");
    let (printed, _) = printed.split_once("```").expect("an end");
    assert_eq!(lines(&output.stdout), lines(printed.as_bytes()));
    assert!(output.stderr.is_empty() && output.status.success());
}

#[test]
#[ignore = "needs root: run tests/run"]
fn without_a_server_it_says_what_to_check() {
    if !in_own_namespace(module_path!(), "without_a_server_it_says_what_to_check") {
        return;
    }
    let output = first_program();
    assert!(output.stdout.is_empty());
    let said = lines(&output.stderr);
    let [line] = said.as_slice() else {
        panic!("one line: {said:?}");
    };
    assert!(
        line.starts_with("cannot connect to `ws://127.0.0.1:8188`: "),
        "{line}"
    );
    assert!(line.contains("nothing is listening"), "{line}");
}

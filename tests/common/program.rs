//! The program that runs: where it was built, how it is started again, and the examples beside it.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// The folder `tests` of the crate.
pub fn tests_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this crate is in it")
        .to_owned()
}

/// Cargo's target folder.
pub fn target_folder() -> PathBuf {
    let program = env::current_exe().expect("the path of this program");
    // Cargo builds tests and benches as `TARGET/PROFILE/deps/NAME`.
    let target = program.ancestors().nth(3);
    target.expect("cargo has built this program").to_owned()
}

/// The name by which this program's filters know a test; `module` is the test's `module_path!()`,
/// which begins with the program's name.
pub fn test_name(module: &str, test: &str) -> String {
    let inside = module.split_once("::").map(|(_, inside)| inside);
    inside.map_or_else(|| test.to_owned(), |inside| format!("{inside}::{test}"))
}

/// This program, told to run that test alone: for what needs a process of its own.
pub fn again(module: &str, test: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("the path of this program"));
    command.args(["--exact", &test_name(module, test)]);
    command.args(["--include-ignored", "--nocapture"]);
    command
}

/// The binary of an example, built as this program was: cargo builds no examples for `--test NAME`.
pub fn example(name: &'static str) -> PathBuf {
    static BUILT: Mutex<Option<HashMap<&str, PathBuf>>> = Mutex::new(None);
    // Who waits here would wait for cargo's lock.
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let built = built.get_or_insert_default();
    built.entry(name).or_insert_with(|| build(name)).clone()
}

fn build(name: &str) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--example", name, "--all-features", "--offline"]);
    cargo.args(["--message-format", "json", "--manifest-path"]);
    cargo.arg(tests_folder().join("../Cargo.toml"));
    cargo.arg("--target-dir").arg(target_folder());
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let done = cargo.output().expect("cargo runs");
    let messages = String::from_utf8_lossy(&done.stdout);
    let executable = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_it = message["target"]["name"] == name;
        let path = message["executable"].as_str().filter(|_| is_it)?;
        Some(PathBuf::from(path))
    });
    executable.unwrap_or_else(|| {
        let said = String::from_utf8_lossy(&done.stderr);
        panic!("cargo did not build the example {name}:\n{said}")
    })
}

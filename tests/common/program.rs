//! The program that runs: where it was built, how it is started again, and the examples beside it.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{
    Mutex, OnceLock, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use super::guard;

/// Names the test to the process that [`in_own_process`] has started for it.
const OWN: &str = "JB_TEST_IN_OWN_PROCESS";

/// This program, as it can be started.
pub fn executable() -> PathBuf {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let program = env::current_exe().expect("the path of this program");
        startable(program)
    });
    found.clone()
}

/// A program that cargo has built, as it can be started: where an emulator runs it (`JB_RUNNER` with its
/// arguments, set by `tests/boards`), the kernel does not know how to, and a script beside it does.
pub fn startable(program: impl Into<PathBuf>) -> PathBuf {
    let program = program.into();
    let Ok(runner) = env::var("JB_RUNNER") else {
        return program;
    };
    let script = program.with_extension("emulated");
    // Under another name first: another thread or process may be starting it.
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let new = program.with_extension(format!("emulated-{}-{number}", std::process::id()));
    let text = format!("#!/bin/sh\nexec {runner} '{}' \"$@\"\n", program.display());
    fs::write(&new, text).expect("it can be written");
    fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).expect("it is ours");
    fs::rename(&new, &script).expect("it is ours");
    script
}

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
    // Cargo builds tests and benches as `TARGET/PROFILE/deps/NAME`, and for another processor as
    // `TARGET/TRIPLE/PROFILE/deps/NAME`.
    let crossed = env::var_os("CARGO_BUILD_TARGET").is_some();
    let target = program.ancestors().nth(if crossed { 4 } else { 3 });
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
    let mut command = Command::new(executable());
    command.args(["--exact", &test_name(module, test)]);
    command.args(["--include-ignored", "--nocapture"]);
    command
}

/// Whether this is a process in which only that test runs, for what belongs to a whole process: its
/// logger, its threads, its memory. If not, one is started, and what it says and how it ends is this
/// test's: it has nothing left to do.
#[track_caller]
#[must_use]
pub fn in_own_process(module: &str, test: &str) -> bool {
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec \"$0\" \"$@\" 2>&1"]);
    runs_here(module, test, shell)
}

/// The same, in a network namespace of its own, which goes with its last process. Beside loopback it
/// has an interface with the address [`NAMESPACE`], where Janus gathers candidates. It needs root.
#[track_caller]
#[must_use]
pub fn in_own_namespace(module: &str, test: &str) -> bool {
    let script = format!(
        "set -e; PATH=$PATH:/usr/sbin:/sbin
         ip link set lo up
         ip link add jb0 type veth peer name jb1
         ip address add {NAMESPACE}/24 dev jb0
         ip link set jb0 up; ip link set jb1 up
         ip route add default dev jb0
         exec \"$0\" \"$@\" 2>&1"
    );
    let mut shell = Command::new("unshare");
    shell.args(["--net", "sh", "-c", &script]);
    runs_here(module, test, shell)
}

/// From now on this thread and what it starts have the processors before others: for what a server
/// does against the clock, and cannot do where it waits for them. It needs root.
pub fn before_others() {
    let thread = fs::read_link("/proc/thread-self").expect("Linux");
    let thread = thread.file_name().expect("its id");
    let done = Command::new("renice")
        .args(["-n", "-15", "-p"])
        .arg(thread)
        .output();
    let done = done.expect("it is there");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// The address in such a namespace.
pub const NAMESPACE: &str = "10.77.0.1";

#[track_caller]
fn runs_here(module: &str, test: &str, mut command: Command) -> bool {
    let name = test_name(module, test);
    if env::var(OWN).is_ok_and(|own| own == name) {
        return true;
    }
    command.arg(executable());
    command.args(["--exact", &name, "--include-ignored", "--nocapture"]);
    command.env(OWN, &name).stdout(Stdio::piped());
    // A group of its own is what the guard can kill.
    let mut child = command.process_group(0).spawn().expect("a shell");
    guard::started(child.id());
    let (mut passed, begin) = (false, format!("test {name} ... "));
    let output = BufReader::new(child.stdout.take().expect("it is piped"));
    for line in output.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        let line = line.strip_prefix(&begin).unwrap_or(&line);
        passed |= line.starts_with("test result: ok. 1 passed");
        // Results are counted where tests are run, so that this one must not be there twice.
        if !line.starts_with("test ") && !line.starts_with("running ") {
            println!("{line}");
        }
    }
    let status = child.wait().expect("it is ours");
    guard::ended(child.id());
    assert!(passed && status.success(), "{name}: {status}");
    false
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
    // What cargo tells this program of itself: with it, build scripts that look at such variables run
    // anew, and what depends on them is compiled anew, here and at the next `cargo test`.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(name);
        }
    }
    let done = cargo.output().expect("cargo runs");
    let messages = String::from_utf8_lossy(&done.stdout);
    let executable = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_it = message["target"]["name"] == name;
        let path = message["executable"].as_str().filter(|_| is_it)?;
        Some(startable(path))
    });
    executable.unwrap_or_else(|| {
        let said = String::from_utf8_lossy(&done.stderr);
        panic!("cargo did not build the example {name}:\n{said}")
    })
}

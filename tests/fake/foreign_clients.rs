//! Clients that others wrote, against the fake gateway as a program of its own and against real
//! ones: they must get the same.
//!
//! The clients are installed below cargo's target folder, once.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::time::Duration;

use common::{
    Janus, TempDir, Version, free_tcp_port,
    process::Process,
    program::{example, tests_folder},
    wait_for,
};

const JANODE: &str = "janode@1.8.0";
/// janode's part for Unix sockets would need a compiler and node's headers; an empty module stands
/// in for it. WebSockets do without.
const PACKAGES: &str = r#"{"private": true, "dependencies": {"janode": "1.8.0"},
"overrides": {"unix-dgram": "file:./no-unix-dgram"}}"#;
const NO_UNIX_DGRAM: [(&str, &str); 2] = [
    (
        "package.json",
        r#"{"name": "unix-dgram", "version": "2.0.7", "main": "index.js"}"#,
    ),
    ("index.js", "exports.createSocket = undefined;"),
];
const JANUS_CLIENT: &str = "janus-client==0.9.0";
const FAKE_READY: Duration = Duration::from_secs(30);

/// Installing twice at once into one folder goes wrong.
static INSTALLING: Mutex<()> = Mutex::new(());

/// Runs a program to its end; panics, with what it printed, when it cannot be run or fails.
fn run(command: &mut Command, hint: &str) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output();
    let Output {
        status,
        stdout,
        stderr,
    } = output.unwrap_or_else(|error| panic!("cannot run {program}: {error}; {hint}"));
    let text = String::from_utf8_lossy(&stdout).into_owned();
    assert!(
        status.success(),
        "{program} failed ({hint}):\n{text}\n{}",
        String::from_utf8_lossy(&stderr)
    );
    text
}

/// A folder below cargo's target folder with that package in it.
fn installed(package: &str, install: impl FnOnce(&Path)) -> PathBuf {
    let _one = INSTALLING
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let name: String = package
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("foreign_clients")
        .join(name);
    let done = folder.join("installed");
    if !done.exists() {
        // What an earlier try may have left is in the way.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("cargo's folder can be written");
        install(&folder);
        fs::write(&done, package).expect("cargo's folder can be written");
    }
    folder
}

fn janode(url: &str) -> Vec<String> {
    const HINT: &str = "this test needs node 18.18 or later and npm: apt-get install nodejs npm";
    let folder = installed(JANODE, |folder| {
        let write = |file: &Path, text: &str| {
            fs::write(file, text).expect("cargo's folder can be written");
        };
        write(&folder.join("package.json"), PACKAGES);
        let stub = folder.join("no-unix-dgram");
        fs::create_dir(&stub).expect("cargo's folder can be written");
        for (file, text) in NO_UNIX_DGRAM {
            write(&stub.join(file), text);
        }
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts"]);
        run(npm.arg("--prefix").arg(folder).current_dir(folder), HINT);
    });
    let mut node = Command::new("node");
    node.args([script("janode.mjs").as_os_str(), folder.as_os_str()]);
    outcomes(&run(node.arg(url), HINT))
}

fn janus_client(url: &str) -> Vec<String> {
    const HINT: &str =
        "this test needs python3 (3.8 to 3.13) and pip: apt-get install python3 python3-pip";
    let folder = installed(JANUS_CLIENT, |folder| {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--target"]);
        run(pip.arg(folder).arg(JANUS_CLIENT), HINT);
    });
    let mut python = Command::new("python3");
    python.env("PYTHONPATH", folder);
    outcomes(&run(
        python.args([script("python_client.py").as_os_str(), OsStr::new(url)]),
        HINT,
    ))
}

fn script(name: &str) -> PathBuf {
    tests_folder().join("fake/foreign_clients").join(name)
}

/// The lines that the script itself has printed.
fn outcomes(printed: &str) -> Vec<String> {
    let lines = printed.lines().filter_map(|line| line.strip_prefix("= "));
    lines.map(str::to_owned).collect()
}

/// The example `fake_gateway`, as a user starts it.
struct FakeProgram {
    url: String,
    // Before the folder with its log.
    _process: Process,
    _folder: TempDir,
}

impl FakeProgram {
    fn start(version: Version) -> Self {
        let folder = TempDir::new("fake-gateway");
        let port = free_tcp_port();
        let mut program = Command::new(example("fake_gateway"));
        program.args(["--port", &port.to_string()]);
        program.args(["--janus", &version.to_string()]);
        let log = folder.path().join("log");
        let mut process = Process::start(&mut program, &log);
        let url = format!("ws://127.0.0.1:{port}");
        let ready = wait_for(FAKE_READY, || match process.exit_status() {
            Some(status) => Some(Err(status)),
            None => process.log_tail().contains(&url).then_some(Ok(())),
        });
        assert!(
            matches!(ready, Some(Ok(()))),
            "the fake gateway did not start:\n{}",
            process.log_tail()
        );
        Self {
            url,
            _process: process,
            _folder: folder,
        }
    }
}

/// What a client gets from a fake gateway is what it gets from the Janus of that version.
fn assert_same(client: impl Fn(&str) -> Vec<String>, steps: usize) {
    for version in Version::ALL {
        let janus = Janus::builder().version(version).start();
        let real = client(&janus.url());
        let fake = client(&FakeProgram::start(version).url);
        println!("{version}: {real:#?}");
        assert_eq!(fake, real, "the fake Janus {version} (left), Janus (right)");
        assert_eq!(real.len(), steps, "each step has an outcome: {real:#?}");
    }
}

#[test]
#[ignore = "needs node, npm, Janus 1.1.2 and 1.4.1: run tests/run"]
fn janode_gets_the_same_from_the_fake() {
    assert_same(janode, 12);
}

#[test]
#[ignore = "needs python3, pip, Janus 1.1.2 and 1.4.1: run tests/run"]
fn the_python_janus_client_gets_the_same_from_the_fake() {
    assert_same(janus_client, 12);
}

//! A program with a link that fails, and what the test hears from it. `tests/suspend` runs it too.

use std::{
    env,
    io::{BufRead, BufReader, Write, stdin},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use common::{guard, program::again};
use janus_blocking::{
    Config, Connection, EchoTest, Session,
    connection::ConnectionState,
    echotest::Settings,
    tls::{Pem, Tls},
};

const URL: &str = "JB_FAULT_URL";
const CA: &str = "JB_FAULT_CA";
const CALLS: &str = "JB_FAULT_CALLS";
const COUNT: &str = "JB_FAULT_COUNT";

/// The other end of a running program.
pub struct Client {
    child: Child,
    to: ChildStdin,
    from: Receiver<(Instant, String)>,
    heard: Vec<(Instant, String)>,
}

impl Client {
    /// Starts it in a network namespace of its own. It connects when it is told that this is connected.
    pub fn start(url: &str, ca: &str, calls: bool, count: usize) -> Self {
        let itself = again(module_path!(), "the_program_whose_link_fails");
        let mut command = Command::new("unshare");
        let script = "read -r connected && exec \"$0\" \"$@\"";
        command.args(["--net", "sh", "-c", script]);
        command.arg(itself.get_program()).args(itself.get_args());
        command
            .env(URL, url)
            .env(CA, ca)
            .env(CALLS, calls.to_string());
        command.env(COUNT, count.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.process_group(0).spawn().expect("a process");
        guard::started(child.id());
        // In its own network, once its shell runs.
        let ours = std::fs::read_link("/proc/self/ns/net").expect("Linux");
        let path = format!("/proc/{}/ns/net", child.id());
        common::wait_until(Duration::from_secs(20), "it has a network", || {
            std::fs::read_link(&path).is_ok_and(|its| its != ours)
        });
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let (says, from) = channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Some((_, word)) = line.split_once('@') {
                    let _ = says.send((Instant::now(), word.to_owned()));
                }
            }
        });
        Self {
            to: child.stdin.take().expect("it is piped"),
            child,
            from,
            heard: Vec::new(),
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn say(&mut self, word: &str) {
        writeln!(self.to, "{word}").expect("it reads");
    }

    /// Waits until it says this once more.
    pub fn wait_for(&mut self, word: &str, limit: Duration) -> Option<Instant> {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let (at, said) = self.from.recv_timeout(left).ok()?;
            self.heard.push((at, said.clone()));
            if said == word {
                return Some(at);
            }
        }
    }

    /// When it said this first.
    pub fn heard(&self, word: &str) -> Option<Instant> {
        let mut heard = self.heard.iter();
        heard.find(|(_, said)| said == word).map(|(at, _)| *at)
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status();
        assert!(status.expect("`kill` is there").success());
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        guard::ended(self.child.id());
    }
}

struct Program {
    janus: Connection,
    session: Session,
    echo: EchoTest,
}

impl Program {
    fn open(config: &Config) -> Self {
        let janus = config.clone().open().expect("a link");
        let session = janus.create_session().expect("a session");
        let echo = session.attach().expect("a handle");
        say(&format!("session {}", session.id()));
        Self {
            janus,
            session,
            echo,
        }
    }

    fn call(&self) -> bool {
        self.echo.configure(&Settings::new().audio(true)).is_ok()
    }

    /// Tells when its link is lost.
    fn watch(&self) {
        for state in self.janus.states().iter() {
            if matches!(state, ConnectionState::Reconnecting { attempt: 0, .. }) {
                say("lost");
            }
        }
    }

    /// Tells when it can be used, perhaps without its session.
    fn use_again(&self) {
        while !self.call() {
            if self.session.check().is_err() {
                say("gone");
                while self.janus.ping().is_err() {}
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        say("usable");
    }
}

fn say(words: &str) {
    println!("@{words}");
}

#[test]
#[ignore = "is run by the other tests"]
fn the_program_whose_link_fails() {
    let Ok(url) = env::var(URL) else { return };
    let said = |name| env::var(name).expect("the test says it");
    let (ca, calls) = (Pem::text(said(CA)), said(CALLS) == "true");
    let tls = Tls::new()
        .ca(ca)
        .system_roots(false)
        .server_name("localhost");
    let config = Config::new(url).tls(tls);
    let count: u32 = said(COUNT).parse().expect("a number");
    let programs: Vec<_> = (0..count)
        .map(|_| {
            // At any time between two keepalives.
            thread::sleep(Duration::from_secs(15) / count / 2);
            Program::open(&config)
        })
        .collect();
    thread::scope(|scope| {
        for program in &programs {
            scope.spawn(|| program.watch());
            if calls {
                scope.spawn(|| {
                    loop {
                        program.call();
                        thread::sleep(Duration::from_millis(500));
                    }
                });
            }
        }
        say("ready");
        let mut line = String::new();
        stdin().read_line(&mut line).expect("the test says it");
        thread::scope(|scope| {
            for program in &programs {
                scope.spawn(|| program.use_again());
            }
        });
        // Until it is killed, or the test is gone.
        let _ = stdin().read_line(&mut line);
        std::process::exit(0);
    });
}

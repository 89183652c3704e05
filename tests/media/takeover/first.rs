//! The first process: this program again, which has a peer until it is killed.

use std::{
    env, fs,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Stdio},
    thread,
};

use common::{Janus, TempDir, guard, program::again, wait_for};
use janus_blocking::{
    Connection, Session, SessionTicket, serde_json,
    webrtc::{Media, Track},
};

use crate::{
    flow::{STEP, write},
    pair::WAIT,
};

const URL: &str = "JB_TAKEOVER_URL";
const WORD: &str = "JB_TAKEOVER_WORD";
const TICKET: &str = "JB_TAKEOVER_TICKET";

/// It, as the test sees it; dropping it kills it.
pub(super) struct First {
    child: Child,
    folder: TempDir,
}

impl First {
    pub(super) fn start(module: &str, test: &str, server: &Janus, word: &str) -> Self {
        let folder = TempDir::new("takeover");
        let mut command = again(module, test);
        command.env(URL, server.url()).env(WORD, word);
        command.env(TICKET, folder.path().join("ticket.json"));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        // A group of its own is what the guard can kill.
        let child = command.process_group(0).spawn().expect("this program");
        guard::started(child.id());
        Self { child, folder }
    }

    /// What it has left once its media flowed.
    #[track_caller]
    pub(super) fn ticket(&self) -> SessionTicket {
        let file = self.folder.path().join("ticket.json");
        let text = wait_for(WAIT, || fs::read_to_string(&file).ok());
        let text = text.expect("the first process has media");
        serde_json::from_str(&text).expect("a ticket")
    }

    /// By SIGKILL: it sends nothing more.
    pub(super) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for First {
    fn drop(&mut self) {
        self.end();
        guard::ended(self.child.id());
    }
}

/// It, as it sees itself.
pub(super) struct Role {
    /// What it was told.
    pub(super) word: String,
    pub(super) session: Session,
    pub(super) media: Media,
    ticket: PathBuf,
}

impl Role {
    /// If this process is one.
    pub(super) fn ours() -> Option<Self> {
        let url = env::var(URL).ok()?;
        let janus = Connection::open(&url).expect("it runs");
        Some(Self {
            session: janus.create_session().expect("a session"),
            word: env::var(WORD).expect("it is set beside the URL"),
            media: Media::start().expect("a thread"),
            ticket: env::var_os(TICKET)
                .expect("it is set beside the URL")
                .into(),
        })
    }

    /// Leaves the ticket, and sends until it is killed.
    pub(super) fn stay(&self, track: Option<&Track>) -> ! {
        let draft = self.ticket.with_extension("draft");
        let ticket = serde_json::to_vec(&self.session.ticket()).expect("plain data");
        fs::write(&draft, ticket).expect("a file");
        fs::rename(&draft, &self.ticket).expect("the same folder");
        for number in 1_000_000.. {
            if let Some(track) = track {
                write(track, number);
            }
            thread::sleep(STEP);
        }
        unreachable!("it is killed before so many frames")
    }
}

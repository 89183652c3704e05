//! Janus, Kamailio and a folder for the ticket, and what happens there first in every story.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, thread, time::Duration};

use serde_json::{Value, json};

use super::bell::Bell;
use common::{Authority, Janus, JanusBuilder, Kamailio, Sipp, SippBuilder, TempDir, WsClient};

pub(crate) const USER: &str = "1000";
/// How long nobody has the session: nothing of what happens may depend on being quick.
const GAP: Duration = Duration::from_secs(2);
const LIMIT: Duration = Duration::from_secs(20);

pub(crate) struct Setup {
    pub(crate) janus: Janus,
    pub(crate) kamailio: Kamailio,
    pub(crate) folder: TempDir,
    /// The file of the CA that the processes trust, if Janus has TLS.
    ca: Option<String>,
}

impl Setup {
    /// A Janus that keeps abandoned sessions for long enough.
    pub(crate) fn new() -> Self {
        Self::with(Janus::builder().reclaim_timeout(30))
    }

    pub(crate) fn with(builder: JanusBuilder) -> Self {
        Self {
            janus: builder.start(),
            kamailio: Kamailio::start(),
            folder: TempDir::new("doorbell"),
            ca: None,
        }
    }

    /// The same with a Janus whose certificate is of this CA.
    pub(crate) fn with_ca(builder: JanusBuilder, ca: &Authority) -> Self {
        let mut setup = Self::with(builder);
        let file = setup.folder.path().join("ca.pem");
        fs::write(&file, ca.pem()).expect("a file");
        setup.ca = Some(file.to_string_lossy().into_owned());
        setup
    }

    /// What the system's CAs are for the processes.
    fn trust(&self) -> Option<(&'static str, &str)> {
        self.ca.as_deref().map(|file| ("SSL_CERT_FILE", file))
    }

    pub(crate) fn ticket(&self) -> PathBuf {
        self.folder.path().join("ticket.json")
    }

    /// Starts the first process, with the password where nobody else can read it.
    pub(crate) fn wait(&self, url: &str, more: &[&str]) -> Bell {
        self.wait_as(url, &self.kamailio.secret(USER), more)
    }

    pub(crate) fn wait_as(&self, url: &str, secret: &str, more: &[&str]) -> Bell {
        let (user, proxy) = (self.kamailio.user_uri(USER), self.kamailio.proxy_uri());
        let mut words = self.words("wait", url);
        words.extend(["--user", &user, "--proxy", &proxy].map(str::to_owned));
        words.extend(more.iter().map(|word| (*word).to_owned()));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut variables = vec![("SIP_SECRET", secret)];
        variables.extend(self.trust());
        Bell::start(&words, &variables)
    }

    /// Starts the second process.
    pub(crate) fn answer(&self, url: &str, more: &[&str]) -> Bell {
        let mut words = self.words("answer", url);
        words.extend(more.iter().map(|word| (*word).to_owned()));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Bell::start(&words, self.trust().as_slice())
    }

    /// Starts a second process that knows nothing but the session's id.
    pub(crate) fn answer_lost(&self, session: &str, admin: &str, more: &[&str]) -> Bell {
        let url = self.janus.url();
        let words = [
            "answer",
            "--janus",
            &url,
            "--session",
            session,
            "--admin",
            admin,
        ];
        let words = [&words, more].concat();
        let secret = ("JANUS_ADMIN_SECRET", self.janus.admin_secret());
        Bell::start(&words, &[secret])
    }

    fn words(&self, command: &str, url: &str) -> Vec<String> {
        let ticket = self.ticket().to_string_lossy().into_owned();
        let words = [command, "--janus", url, "--ticket", &ticket];
        words.map(str::to_owned).into()
    }

    /// The first half of the story: a first process, a call that rings on it, and no process any
    /// more for a while.
    #[track_caller]
    pub(crate) fn left_ringing(&self, mut first: Bell, caller: SippBuilder) -> Sipp {
        let caller = self.left(&mut first, caller);
        first.end().well(&[]);
        thread::sleep(GAP);
        let ended = caller.codes().into_iter().find(|code| *code >= 200);
        assert_eq!(ended, None, "it does not ring any more");
        caller
    }

    /// The same without the pause.
    #[track_caller]
    pub(crate) fn left(&self, first: &mut Bell, caller: SippBuilder) -> Sipp {
        assert_eq!(first.line(), "registered");
        assert!(self.kamailio.is_registered(USER));
        let caller = caller.from("guest").start();
        let uri = self.kamailio.user_uri("guest");
        assert_eq!(first.line(), format!("incoming {uri}"));
        assert_eq!(first.line(), "abandoned");
        caller.wait_code(180, LIMIT);
        caller
    }

    /// The ticket as JSON; it is there for its owner only, and nothing else is there.
    #[track_caller]
    pub(crate) fn read_ticket(&self) -> Value {
        let files = fs::read_dir(self.folder.path()).expect("it is there");
        assert_eq!(files.count(), 1, "no draft is left");
        let mode = fs::metadata(self.ticket()).expect("it was written");
        assert_eq!(mode.permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(self.ticket()).expect("it was written");
        assert!(!text.contains(&self.kamailio.secret(USER)), "{text}");
        serde_json::from_str(&text).expect("it is JSON")
    }

    /// The sessions on the server, as the Admin API tells them, which does not keep them alive.
    pub(crate) fn sessions(&self) -> Vec<u64> {
        let url = self.janus.admin_url();
        let mut admin = WsClient::connect_as(&url, "janus-admin-protocol").expect("Janus runs");
        let secret = self.janus.admin_secret();
        let request =
            json!({ "janus": "list_sessions", "transaction": "t", "admin_secret": secret });
        admin.send(&request.to_string()).expect("Janus runs");
        let answer = admin.recv(LIMIT).expect("Janus answers");
        let answer: Value = serde_json::from_str(&answer).expect("it is JSON");
        let sessions = answer["sessions"].as_array().expect("it is a list");
        sessions.iter().filter_map(Value::as_u64).collect()
    }
}

/// The verbs that were sent, without those that only keep a session alive.
pub(crate) fn verbs(sent: &[String]) -> Vec<String> {
    let verbs = sent.iter().map(|text| {
        let message: Value = serde_json::from_str(text).expect("it is JSON");
        let name = message["body"]["request"].as_str();
        name.or(message["janus"].as_str())
            .unwrap_or_default()
            .to_owned()
    });
    verbs.filter(|verb| verb != "keepalive").collect()
}

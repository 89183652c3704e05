//! SIPp, the other party of a call: one scenario, run once.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::kamailio::Kamailio;
use super::ports::{free_udp_port, udp_port_is_bound};
use super::process::{Process, log_tail};
use super::sip_messages::{SipMessage, parse};
use super::temp_dir::TempDir;
use super::wait::{wait_for, wait_until};

/// How long a scenario may take as a whole: ringing for many seconds is common.
const LIMIT: Duration = Duration::from_secs(90);
/// How long SIPp may take to listen.
const READY: Duration = Duration::from_secs(20);

const CALL: &str = include_str!("sipp/call.xml");
const CALL_REFUSED: &str = include_str!("sipp/call_refused.xml");
const CALL_UNTIL_BYE: &str = include_str!("sipp/call_until_bye.xml");
const CALL_CANCELLED: &str = include_str!("sipp/call_cancelled.xml");
const CALL_WITH_REQUESTS: &str = include_str!("sipp/call_with_requests.xml");
const CALL_AND_REFER: &str = include_str!("sipp/call_and_refer.xml");
const CALL_OFFERLESS: &str = include_str!("sipp/call_offerless.xml");
const MESSAGE: &str = include_str!("sipp/message.xml");
const ANSWER: &str = include_str!("sipp/answer.xml");
const ANSWER_AND_END: &str = include_str!("sipp/answer_and_end.xml");
const REFUSE: &str = include_str!("sipp/refuse.xml");
const RING: &str = include_str!("sipp/ring.xml");
const EARLY_MEDIA: &str = include_str!("sipp/early_media.xml");
const RECEIVE: &str = include_str!("sipp/receive.xml");
const NOTIFY: &str = include_str!("sipp/notify.xml");

/// A SIPp that is about to be started.
#[derive(Clone, Debug)]
pub struct SippBuilder {
    scenario: &'static str,
    /// The server to send to, and the user to call.
    target: Option<(u16, String)>,
    from: String,
    hold: Duration,
    code: u16,
    /// Payload types of the offer, in place of the scenario's.
    payloads: Option<&'static str>,
    rtp_echo: bool,
}

impl SippBuilder {
    fn new(scenario: &'static str, target: Option<(&Kamailio, &str)>) -> Self {
        let target = target.map(|(server, user)| (server.port(), user.to_owned()));
        let hold = Duration::from_millis(200);
        Self {
            scenario,
            target,
            from: "caller".to_owned(),
            hold,
            code: 486,
            payloads: None,
            rtp_echo: false,
        }
    }

    /// Which of its payload types the caller offers: `8` is PCMA, `0` PCMU.
    pub fn payloads(mut self, payloads: &'static str) -> Self {
        self.payloads = Some(payloads);
        self
    }

    /// Sends back every RTP packet that it gets.
    pub fn rtp_echo(mut self) -> Self {
        self.rtp_echo = true;
        self
    }

    /// The user part of the caller's address; `caller` when not said.
    pub fn from(mut self, user: &str) -> Self {
        user.clone_into(&mut self.from);
        self
    }

    /// How long SIPp waits before its next step (its BYE, CANCEL or 200); 200 ms when not said.
    pub fn hold(mut self, time: Duration) -> Self {
        self.hold = time;
        self
    }

    /// Starts SIPp; a server is listening when this returns.
    pub fn start(self) -> Sipp {
        Sipp::launch(&self)
    }
}

/// A running SIPp; dropping it kills it.
#[derive(Debug)]
pub struct Sipp {
    // Before the folder: the process has to end before its folder goes.
    process: Mutex<Process>,
    folder: TempDir,
    port: u16,
    media_port: u16,
}

/// How a scenario went.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// SIPp's exit status: 0 when all went as its scenario says.
    pub status: ExitStatus,
    /// All messages, in order.
    pub messages: Vec<SipMessage>,
    /// What SIPp printed and its error log.
    pub log: String,
}

impl Sipp {
    /// Calls `user`; after the 200 and the hold time it ends the call with BYE.
    pub fn call(server: &Kamailio, user: &str) -> SippBuilder {
        SippBuilder::new(CALL, Some((server, user)))
    }

    /// Calls `user` and expects to be refused; the outcome tells with which code.
    pub fn call_refused(server: &Kamailio, user: &str) -> SippBuilder {
        SippBuilder::new(CALL_REFUSED, Some((server, user)))
    }

    /// Calls `user` and waits for the other side to end the call with BYE.
    pub fn call_until_bye(server: &Kamailio, user: &str) -> SippBuilder {
        SippBuilder::new(CALL_UNTIL_BYE, Some((server, user)))
    }

    /// Calls `user` and cancels when the hold time has passed after the first 180.
    pub fn call_cancelled(server: &Kamailio, user: &str) -> SippBuilder {
        SippBuilder::new(CALL_CANCELLED, Some((server, user)))
    }

    /// Calls `user` and, in the call, sends INFO, MESSAGE and a re-INVITE before its BYE.
    pub fn call_with_requests(server: &Kamailio, user: &str) -> SippBuilder {
        SippBuilder::new(CALL_WITH_REQUESTS, Some((server, user)))
    }

    /// Calls `user`, asks to be transferred to user 1009, takes all NOTIFYs, and waits for BYE.
    pub fn call_and_refer(server: &Kamailio, user: &str) -> SippBuilder {
        SippBuilder::new(CALL_AND_REFER, Some((server, user)))
    }

    /// Calls `user` without an offer, answers the one in the 200, and ends the call with BYE.
    pub fn call_offerless(server: &Kamailio, user: &str) -> SippBuilder {
        SippBuilder::new(CALL_OFFERLESS, Some((server, user)))
    }

    /// Sends `user` one MESSAGE outside of any call.
    pub fn message(server: &Kamailio, user: &str) -> SippBuilder {
        SippBuilder::new(MESSAGE, Some((server, user)))
    }

    /// Rings for the hold time, answers, and stays until BYE, saying 200 to INFO, MESSAGE,
    /// re-INVITE and 202 to REFER (with one NOTIFY).
    pub fn answer() -> SippBuilder {
        SippBuilder::new(ANSWER, None)
    }

    /// Answers at once, and ends the call with BYE after the hold time.
    pub fn answer_and_end() -> SippBuilder {
        SippBuilder::new(ANSWER_AND_END, None)
    }

    /// Sends 183 with an answer, 200 after the hold time, and stays until BYE.
    pub fn early_media() -> SippBuilder {
        SippBuilder::new(EARLY_MEDIA, None)
    }

    /// Refuses a call with this code.
    pub fn refuse(code: u16) -> SippBuilder {
        SippBuilder {
            code,
            ..SippBuilder::new(REFUSE, None)
        }
    }

    /// Rings until the caller cancels.
    pub fn ring() -> SippBuilder {
        SippBuilder::new(RING, None)
    }

    /// Takes one MESSAGE outside of any call.
    pub fn receive() -> SippBuilder {
        SippBuilder::new(RECEIVE, None)
    }

    /// Takes one SUBSCRIBE, and sends one NOTIFY for it.
    pub fn notify() -> SippBuilder {
        SippBuilder::new(NOTIFY, None)
    }

    fn launch(builder: &SippBuilder) -> Self {
        let folder = TempDir::new("sipp");
        let hold = builder.hold.as_millis().to_string();
        let scenario = builder.scenario.replace("@HOLD@", &hold);
        let scenario = scenario.replace("@FROM@", &builder.from);
        let scenario = scenario.replace("@CODE@", &builder.code.to_string());
        let scenario = match builder.payloads {
            Some(payloads) => scenario.replace("RTP/AVP 111 8 0", &format!("RTP/AVP {payloads}")),
            None => scenario,
        };
        let scenario = folder.write("scenario.xml", &scenario);
        let ports: [u16; 3] = std::array::from_fn(|_| free_udp_port());
        let [port, media, control] = ports.map(|port| port.to_string());
        let limit = LIMIT.as_secs().to_string();

        let mut command = Command::new("sipp");
        // Without the terminal's name SIPp's screen library would not start.
        command.env("TERM", "dumb").current_dir(folder.path());
        match &builder.target {
            Some((server, user)) => command
                .arg(format!("127.0.0.1:{server}"))
                .args(["-s", user]),
            None => command.arg("127.0.0.1"),
        };
        command
            .arg("-sf")
            .arg(scenario)
            .args(["-m", "1", "-l", "1", "-nostdin"]);
        command.args(["-i", "127.0.0.1", "-p", &port]);
        command.args([
            "-mi",
            "127.0.0.1",
            "-mp",
            &media,
            "-ci",
            "127.0.0.1",
            "-cp",
            &control,
        ]);
        if builder.rtp_echo {
            command.arg("-rtp_echo");
        }
        command.args(["-timeout", &limit, "-timeout_error"]);
        command.args(["-trace_msg", "-message_file", MESSAGES]);
        command.args(["-trace_err", "-error_file", ERRORS]);
        let process = Process::start(&mut command, &folder.path().join(SCREEN));
        let sipp = Self {
            process: Mutex::new(process),
            folder,
            port: ports[0],
            media_port: ports[1],
        };
        if builder.target.is_none() {
            sipp.wait_listening();
        }
        sipp
    }

    /// The UDP port at which SIPp listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The UDP port of its RTP.
    pub fn media_port(&self) -> u16 {
        self.media_port
    }

    /// The address under which a SIPp that answers is called through the proxy.
    pub fn uri(&self, server: &Kamailio) -> String {
        server.user_uri(&format!("uas-{}", self.port))
    }

    /// All messages so far.
    pub fn messages(&self) -> Vec<SipMessage> {
        let log = fs::read(self.folder.path().join(MESSAGES)).unwrap_or_default();
        parse(&String::from_utf8_lossy(&log))
    }

    /// The codes of the responses received so far.
    pub fn codes(&self) -> Vec<u16> {
        codes(&self.messages())
    }

    /// Waits until SIPp has received a response with this code.
    #[track_caller]
    pub fn wait_code(&self, code: u16, limit: Duration) {
        let seen = wait_for(limit, || self.codes().contains(&code).then_some(()));
        assert!(
            seen.is_some(),
            "SIPp got no {code} within {limit:?}:\n{}",
            self.log_tail()
        );
    }

    /// Waits until SIPp has received a request with this method, and returns it.
    #[track_caller]
    pub fn wait_request(&self, method: &str, limit: Duration) -> SipMessage {
        let is_it = |message: &SipMessage| {
            !message.sent && message.code().is_none() && message.method() == method
        };
        let seen = wait_for(limit, || self.messages().into_iter().find(is_it));
        seen.unwrap_or_else(|| panic!("SIPp got no {method} in {limit:?}:\n{}", self.log_tail()))
    }

    /// Waits for the scenario to end.
    #[track_caller]
    pub fn finish(&self) -> Outcome {
        let status = self.process().wait(LIMIT);
        let log = self.log_tail();
        let status = status.unwrap_or_else(|| panic!("SIPp did not end in {LIMIT:?}:\n{log}"));
        Outcome {
            status,
            messages: self.messages(),
            log,
        }
    }

    /// Waits for the scenario to end, and panics with SIPp's logs when it did not go well.
    #[track_caller]
    pub fn expect_success(&self) -> Outcome {
        let outcome = self.finish();
        assert!(
            outcome.success(),
            "SIPp: {}\n{}",
            outcome.status,
            outcome.log
        );
        outcome
    }

    /// The end of SIPp's logs, messages included.
    pub fn log_tail(&self) -> String {
        let files = [SCREEN, ERRORS, MESSAGES].map(|name| self.folder.path().join(name));
        files.map(|file: PathBuf| log_tail(&file)).join("\n----\n")
    }

    fn wait_listening(&self) {
        wait_until(READY, "SIPp listens", || {
            let ended = self.process().exit_status();
            assert!(
                ended.is_none(),
                "SIPp ended: {ended:?}\n{}",
                self.log_tail()
            );
            udp_port_is_bound(self.port)
        });
    }

    fn process(&self) -> MutexGuard<'_, Process> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const MESSAGES: &str = "messages.log";
const ERRORS: &str = "errors.log";
const SCREEN: &str = "screen.log";

impl Drop for Sipp {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!(
                "logs of SIPp on port {} end with:\n{}",
                self.port,
                self.log_tail()
            );
        }
    }
}

impl Outcome {
    /// Whether all went as the scenario says.
    pub fn success(&self) -> bool {
        self.status.success()
    }

    /// The codes of the responses that SIPp received, in order, provisional ones included.
    pub fn codes(&self) -> Vec<u16> {
        codes(&self.messages)
    }

    /// Whether SIPp received a response with this code.
    pub fn saw(&self, code: u16) -> bool {
        self.codes().contains(&code)
    }

    /// The requests that SIPp received with this method.
    pub fn requests(&self, method: &str) -> Vec<&SipMessage> {
        let requests = self.messages.iter().filter(|message| !message.sent);
        requests
            .filter(|it| it.code().is_none() && it.method() == method)
            .collect()
    }
}

fn codes(messages: &[SipMessage]) -> Vec<u16> {
    messages
        .iter()
        .filter(|message| !message.sent)
        .filter_map(SipMessage::code)
        .collect()
}

//! Accounts: registering and unregistering.

use serde_json::Value;

use super::{
    Asked, Done, Gateway, Key, Kind, Object, Outcome, Version, call::Call, checked, done, optional,
    required, user_of, wrong,
};

const REGISTER: &[Key] = &[
    optional("type", Kind::Text),
    optional("send_register", Kind::Flag),
    optional("force_udp", Kind::Flag),
    optional("force_tcp", Kind::Flag),
    optional("sips", Kind::Flag),
    optional("rfc2543_cancel", Kind::Flag),
    required("username", Kind::Text),
    optional("secret", Kind::Text),
    optional("ha1_secret", Kind::Text),
    optional("authuser", Kind::Text),
    optional("display_name", Kind::Text),
    optional("user_agent", Kind::Text),
    optional("headers", Kind::Object),
    optional("contact_params", Kind::Object),
    optional("master_id", Kind::Integer),
    optional("refresh", Kind::Flag),
    optional("incoming_header_prefixes", Kind::Array),
    optional("register_ttl", Kind::Integer),
];
/// Since some version after 1.1.2.
const AUTOMATIC_RINGING: &[Key] = &[optional("automatic_ringing", Kind::Flag)];
const PROXY: &[Key] = &[
    optional("proxy", Kind::Text),
    optional("outbound_proxy", Kind::Text),
];

/// Whether an account is known to the registrar.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Registration {
    #[default]
    None,
    Registered,
    /// It does without: a guest, or `send_register: false`.
    Disabled,
}

/// What the plugin keeps for a handle.
#[derive(Debug, Default)]
pub(in crate::testing) struct Account {
    pub(super) registration: Registration,
    pub(super) user: String,
    pub(super) call: Option<Call>,
    /// There has been a register, good or bad.
    pub(super) begun: bool,
    /// Its own, or that of its master; 0 before the first register.
    pub(super) master_id: i64,
    pub(super) unique_id: String,
    /// It takes calls of another handle's account.
    pub(super) helper: bool,
    /// Those that take calls of this one, in the order in which they came; some may have left.
    pub(super) helpers: Vec<u64>,
    /// Its helpers go when the answer was sent.
    unregistered: bool,
    /// What the SIP side says after the answer.
    pub(super) afterwards: Vec<Object>,
}

impl Gateway {
    pub(super) fn sip_register(&mut self, asked: &Asked<'_>) -> Outcome {
        checked(asked.body, REGISTER)?;
        if self.settings.version != Version::V1_1_2 {
            checked(asked.body, AUTOMATIC_RINGING)?;
        }
        let refresh = asked.flag("refresh") == Some(true);
        let (registered, user) = match self.account(asked.handle) {
            Some(account) => (
                account.registration == Registration::Registered,
                account.user.clone(),
            ),
            None => return Ok(Done::Silence),
        };
        if registered && !refresh {
            return wrong(445, format!("Already registered ({user})"));
        }
        let kind = asked.text("type");
        if kind == Some("helper") {
            return self.sip_helper(asked);
        }
        if self.account(asked.handle).is_some_and(|own| own.helper) {
            return wrong(453, "Can't register on a helper session");
        }
        let guest = kind == Some("guest");
        let refused = match self.settings.version {
            Version::V1_1_2 => asked.body.contains_key("send_register"),
            Version::V1_4_1 => asked.flag("send_register") == Some(true),
        };
        if guest && refused {
            let reason = "Conflicting elements: send_register cannot be true if guest is true";
            return wrong(444, reason);
        }
        if asked.flag("force_udp") == Some(true) && asked.flag("force_tcp") == Some(true) {
            let reason = "Conflicting elements: force_udp and force_tcp cannot both be true";
            return wrong(444, reason);
        }
        for key in ["proxy", "outbound_proxy"] {
            if asked.body.get(key).is_none_or(Value::is_null) {
                continue;
            }
            checked(asked.body, PROXY)?;
            let address = asked.text(key).unwrap_or_default();
            if !address.starts_with("sip:") && !address.starts_with("sips:") {
                return wrong(446, format!("Invalid {key} address {address}\n"));
            }
        }
        let username = asked.text("username").unwrap_or_default();
        let Some(user) = user_of(username) else {
            return wrong(446, format!("Invalid user address {username}\n"));
        };
        let secrets = ["secret", "ha1_secret"].map(|key| asked.body.contains_key(key));
        match secrets {
            _ if guest => {}
            [false, false] => return wrong(443, "Missing element (secret or ha1_secret)"),
            [true, true] => {
                return wrong(
                    444,
                    "Conflicting elements specified (secret and ha1_secret)",
                );
            }
            _ => {}
        }
        let sends = !guest && asked.flag("send_register") != Some(false);
        Ok(Done::Event(self.registering(asked, user, sends)))
    }

    /// All is in order; what the registrar says comes after the answer.
    fn registering(&mut self, asked: &Asked<'_>, user: &str, sends: bool) -> Object {
        let verdict = self.network.judge(user, asked.text("secret"));
        let newer = self.settings.version != Version::V1_1_2;
        let master_id = i64::from((self.random.next() >> 32) as u32 | 1);
        let unique_id = self.unique_id();
        let Some(account) = self.account(asked.handle) else {
            return done("registering");
        };
        account.begun = true;
        user.clone_into(&mut account.user);
        if account.master_id == 0 {
            account.master_id = master_id;
            account.unique_id = unique_id;
        }
        let master_id = account.master_id;
        let unique = account.unique_id.clone();
        let unique = move |object: Object| {
            if newer {
                object.text("unique_id", &unique)
            } else {
                object
            }
        };
        let registered = |sent| {
            done("registered")
                .text("username", user)
                .flag("register_sent", sent)
                .number("master_id", master_id)
        };
        if !sends {
            account.registration = Registration::Disabled;
            return unique(registered(false));
        }
        account.afterwards.push(match verdict {
            Ok(()) => {
                account.registration = Registration::Registered;
                let event = unique(Object::new().text("sip", "event"));
                event.object("result", registered(true))
            }
            Err((code, reason)) => {
                account.registration = Registration::None;
                let failed = done("registration_failed")
                    .number("code", code)
                    .text("reason", &reason);
                Object::new().text("sip", "event").object("result", failed)
            }
        });
        unique(done("registering"))
    }

    pub(super) fn sip_unregister(&mut self, asked: &Asked<'_>) -> Outcome {
        let newer = self.settings.version != Version::V1_1_2;
        let Some(account) = self.account(asked.handle) else {
            return Ok(Done::Silence);
        };
        if account.helper {
            return self.sip_leave(asked.handle);
        }
        match account.registration {
            Registration::None if !account.begun => {
                return wrong(447, "Wrong state (register first)");
            }
            Registration::None | Registration::Disabled => {
                return wrong(447, "Wrong state (not registered)");
            }
            Registration::Registered => {}
        }
        account.registration = Registration::None;
        account.unregistered = true;
        let result = done("unregistered").text("username", &account.user);
        let mut event = Object::new().text("sip", "event");
        if newer {
            event = event.text("unique_id", &account.unique_id);
        }
        account.afterwards.push(event.object("result", result));
        Ok(Done::Event(done("unregistering")))
    }

    /// What names an account since some version after 1.1.2.
    pub(super) fn unique_id(&mut self) -> String {
        let (high, low) = (self.random.next(), self.random.next());
        let hex = format!("{high:016x}{low:016x}");
        let part = |from: usize, to: usize| &hex[from..to];
        format!(
            "{}-{}-4{}-8{}-{}",
            part(0, 8),
            part(8, 12),
            part(13, 16),
            part(17, 20),
            part(20, 32)
        )
    }

    /// What the SIP side says after the answer to a request.
    pub(super) fn sip_afterwards(&mut self, handle: u64) {
        let Some((session, found)) = self.find(handle) else {
            return;
        };
        for event in std::mem::take(&mut found.sip.afterwards) {
            self.plugin_event(session, handle, None, &event.end(), None);
        }
        if let Some(account) = self.account(handle).filter(|own| own.unregistered) {
            account.unregistered = false;
            let (id, helpers) = (account.master_id, std::mem::take(&mut account.helpers));
            self.sip_end_helpers(id, helpers);
        }
        self.sip_call_over(handle);
    }
}

//! What the plugin tells the Admin API of a handle.

use super::{Account, Object, account::Registration, call::Status};

impl Account {
    /// As `plugin_specific` has it.
    pub(in crate::testing::gateway) fn info(&self) -> Object {
        let info = match (&*self.user, self.helper) {
            ("", _) => Object::new(),
            (user, true) => Object::new().flag("helper", true).text("username", user),
            (user, false) => {
                let uri = format!("sip:{user}@127.0.0.1");
                Object::new().text("username", &uri).text("identity", &uri)
            }
        };
        let registration = match self.registration {
            Registration::None => "unregistered",
            Registration::Registered => "registered",
            Registration::Disabled => "disabled",
        };
        let status = self.call.as_ref().map(|call| call.status);
        let info = info
            .text("registration_status", registration)
            .text("call_status", Status::name(status));
        let info = match &self.call {
            Some(call) => info.text("callee", &call.peer),
            None => info,
        };
        let established = i64::from(status == Some(Status::InCall));
        info.number("establishing", 0)
            .number("established", established)
            .number("hangingup", 0)
            .number("destroyed", 0)
    }
}

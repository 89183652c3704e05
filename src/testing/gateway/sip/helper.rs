//! Helpers: handles that take further calls of an account that another one has registered.

use super::{Asked, Done, Gateway, Outcome, Version, account::Registration, done, wrong};

impl Gateway {
    /// `register` with `type: helper`.
    pub(super) fn sip_helper(&mut self, asked: &Asked<'_>) -> Outcome {
        let Some(id) = asked.number("master_id") else {
            return wrong(443, "Missing mandatory element for helper (master_id)");
        };
        // It has 32 bits there.
        let id = i64::from(id as u32);
        if self.account(asked.handle).is_some_and(|own| own.helper) {
            return wrong(453, format!("Session already a helper ({id})"));
        }
        let handles = self.sessions.values_mut();
        let mut accounts = handles.flat_map(|session| session.handles.values_mut());
        let master = accounts.find(|it| it.sip.master_id == id && id != 0 && !it.sip.helper);
        let Some(master) = master.map(|found| &mut found.sip) else {
            return wrong(453, format!("No such master session ({id})"));
        };
        master.helpers.push(asked.handle);
        let user = master.user.clone();
        let mut result = done("registered")
            .text("username", &user)
            .flag("register_sent", false)
            .flag("helper", true)
            .number("master_id", id);
        let unique_id = self.unique_id();
        if self.settings.version != Version::V1_1_2 {
            result = result.text("unique_id", &unique_id);
        }
        if let Some(own) = self.account(asked.handle) {
            own.helper = true;
            own.begun = true;
            own.registration = Registration::Disabled;
            own.user = user;
            own.master_id = id;
            own.unique_id = unique_id;
        }
        Ok(Done::Event(result))
    }

    /// `unregister` of a helper: it leaves its master, and hears no more of it.
    pub(super) fn sip_leave(&mut self, handle: u64) -> Outcome {
        if let Some(own) = self.account(handle) {
            own.helper = false;
            own.master_id = 0;
            own.registration = Registration::None;
        }
        Ok(Done::Event(done("unregistering")))
    }

    /// The first helper of a busy master that has no call.
    pub(super) fn sip_idle_helper(&mut self, master: u64) -> Option<u64> {
        let master = self.account(master)?;
        let (id, helpers) = (master.master_id, master.helpers.clone());
        helpers.into_iter().find(|helper| {
            let own = self.account(*helper);
            own.is_some_and(|own| own.helper && own.master_id == id && own.call.is_none())
        })
    }

    /// Their master is not registered any more, or gone.
    pub(super) fn sip_end_helpers(&mut self, master_id: i64, helpers: Vec<u64>) {
        for handle in helpers {
            let Some((session, found)) = self.find(handle) else {
                continue;
            };
            // Others have left before.
            if found.sip.helper && found.sip.master_id == master_id {
                self.detach(session, handle);
            }
        }
    }
}

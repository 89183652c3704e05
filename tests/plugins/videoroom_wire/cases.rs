//! Every request of the crate, with nothing and with everything set.

use std::fmt::Debug;

use janus_blocking::{Plugin, Request, plugin::Terminal};
use serde_json::{Value, value::RawValue};

use super::{facts::api, roles, rooms};

/// The text of all secrets in here.
pub(crate) const SECRET: &str = "do-not-show";

/// Decodes a reply, and shows it or what is wrong with it.
pub(crate) type Reply = fn(&RawValue) -> Result<String, String>;

/// A request, for tests that walk all of them.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// `publisher` or `subscriber` where both have a request of that name.
    pub(crate) variant: &'static str,
    /// The package that understands it.
    pub(crate) package: &'static str,
    pub(crate) terminal: Terminal,
    pub(crate) idempotent: bool,
    /// With required fields only.
    pub(crate) minimal: Value,
    /// With all fields.
    pub(crate) full: Value,
    /// The `Debug` text of the full form.
    pub(crate) debug: String,
    /// Decodes a reply and shows it.
    pub(crate) reply: Reply,
}

impl Case {
    /// Name and variant, as fixtures are named.
    pub(crate) fn place(&self) -> String {
        match self.variant {
            "" => self.name.to_owned(),
            variant => format!("{}_{variant}", self.name),
        }
    }
}

pub(crate) fn case<R>(variant: &'static str, minimal: R, full: R) -> Case
where
    R: Request<Reply: Debug> + Debug,
{
    Case {
        name: R::NAME,
        variant,
        package: <R::Plugin as Plugin>::PACKAGE,
        terminal: R::TERMINAL,
        idempotent: R::IDEMPOTENT,
        minimal: serde_json::to_value(&minimal).expect("JSON"),
        full: serde_json::to_value(&full).expect("JSON"),
        debug: format!("{full:?}"),
        reply: |data| match R::reply(data) {
            Ok(reply) => Ok(format!("{reply:?}")),
            Err(error) => Err(error.to_string()),
        },
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut all = rooms::cases();
    all.extend(roles::publishers());
    all.extend(roles::subscribers());
    all
}

/// The requests of `janus-api.json`, each with the crate's.
pub(crate) fn requests() -> Vec<(&'static Value, Case)> {
    let all = api()["requests"].as_array().expect("an array");
    let found = all.iter().map(|facts| {
        let name = facts["name"].as_str().expect("a name");
        let variant = facts["variant"].as_str().unwrap_or_default();
        let mut own = cases()
            .into_iter()
            .filter(|case| (case.name, case.variant) == (name, variant));
        let own = own.next();
        (
            facts,
            own.unwrap_or_else(|| panic!("the crate has no `{name}` {variant}")),
        )
    });
    found.collect()
}

//! What the other side has said in its descriptions so far, which later ones are measured by.

use std::collections::HashMap;

use super::{
    MediaError,
    sdp::{Description, Section},
    terms::Terms,
};

#[derive(Default)]
pub(super) struct Said {
    /// What numbers mean: the stack keeps to what was said first, and panics where a line that is new
    /// to it says otherwise.
    formats: HashMap<String, String>,
    /// Its name in ICE.
    name: Option<String>,
    /// It has refused the line of data channels, which the stack does not offer again.
    pub(super) no_data: bool,
}

impl Said {
    pub(super) fn note(&mut self, description: &Description<'_>, terms: &Terms) {
        for section in description.media() {
            for (number, meaning) in section.meanings() {
                if matters(&meaning, terms) {
                    self.formats.entry(number.to_owned()).or_insert(meaning);
                }
            }
        }
        self.name = description.ice_name().map(str::to_owned);
        self.no_data |= description.refuses("application");
    }

    /// Whether an offer restarts ICE.
    pub(super) fn restarts(&self, offer: &Description<'_>) -> bool {
        self.name.as_deref() != offer.ice_name()
    }

    /// Refuses a line that is new to the stack where its numbers meant something else before.
    pub(super) fn check_new(&self, line: &Section<'_>, terms: &Terms) -> Result<(), MediaError> {
        match self.changed(line, terms) {
            None => Ok(()),
            Some(number) => {
                let reason = format!("{number} is the number of another format from before");
                Err(MediaError::sdp(None, reason))
            }
        }
    }

    /// Whether a line of which the stack knows no codec can be made anew.
    pub(super) fn allows(&self, line: &Section<'_>, terms: &Terms) -> bool {
        let usable = |(number, meaning): (&str, String)| {
            let known = self.formats.values().any(|it| *it == meaning);
            is_codec(&meaning, terms) && (self.formats.contains_key(number) || !known)
        };
        self.changed(line, terms).is_none() && line.meanings().any(usable)
    }

    /// A number that means something else than before.
    fn changed<'a>(&self, line: &Section<'a>, terms: &Terms) -> Option<&'a str> {
        let mut meanings = line.meanings();
        let changed = meanings.find(|(number, meaning)| {
            let before = self.formats.get(*number);
            matters(meaning, terms) && before.is_some_and(|before| before != meaning)
        });
        changed.map(|(number, _)| number)
    }
}

fn is_codec(meaning: &str, terms: &Terms) -> bool {
    let mut codecs = terms.codecs();
    codecs.any(|codec| codec.name().eq_ignore_ascii_case(meaning))
}

/// Whether the stack looks at it.
fn matters(meaning: &str, terms: &Terms) -> bool {
    is_codec(meaning, terms) || meaning.starts_with("rtx") || meaning == "telephone-event"
}

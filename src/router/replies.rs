//! Who gets which answer.

use std::iter::Chain;

use super::Answer;

/// Answers that were decided on and not given yet.
pub(crate) struct Replies<S> {
    /// Usually there is one, which costs no allocation.
    first: Option<(S, Answer)>,
    others: Vec<(S, Answer)>,
}

impl<S> Default for Replies<S> {
    fn default() -> Self {
        Self {
            first: None,
            others: Vec::new(),
        }
    }
}

impl<S> Replies<S> {
    pub(super) fn push(&mut self, slot: S, answer: Answer) {
        if self.first.is_none() {
            self.first = Some((slot, answer));
        } else {
            self.others.push((slot, answer));
        }
    }
}

impl<S> IntoIterator for Replies<S> {
    type Item = (S, Answer);
    type IntoIter = Chain<std::option::IntoIter<(S, Answer)>, std::vec::IntoIter<(S, Answer)>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.others)
    }
}

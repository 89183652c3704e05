//! The transactions of one connection.

use crate::sync::atomic::{AtomicU64, Ordering};

/// Numbers the requests of one connection.
///
/// On the wire a number has a prefix of its connection. A session can be
/// claimed from a program that used numbers too, and events of its calls go on
/// carrying the transaction of the request that began them; without the prefix
/// they would be taken for answers to requests of ours.
#[derive(Debug)]
pub(crate) struct Transactions {
    prefix: String,
    next: AtomicU64,
}

impl Transactions {
    /// `random` is a number that no other connection is likely to have.
    pub(crate) fn new(random: u64) -> Self {
        Self {
            prefix: format!("{:08x}-", random >> 32),
            next: AtomicU64::new(1),
        }
    }

    pub(crate) fn next(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A number as it goes over the wire.
    pub(crate) fn text(&self, number: u64) -> String {
        format!("{}{number:x}", self.prefix)
    }

    /// The number in a transaction of ours; `None` for anybody else's.
    pub(crate) fn number(&self, text: &str) -> Option<u64> {
        u64::from_str_radix(text.strip_prefix(&self.prefix)?, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_transactions_are_numbers() {
        let (ours, theirs) = (Transactions::new(1 << 32), Transactions::new(2 << 32));
        for number in [1, 255, u64::MAX] {
            assert_eq!(ours.number(&ours.text(number)), Some(number));
            assert_eq!(ours.number(&theirs.text(number)), None);
        }
        assert_eq!(ours.number("1"), None);
        assert_eq!(ours.number(""), None);
    }
}

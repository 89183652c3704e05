//! A lock in place of a 64-bit atomic, where the processor has none: ARMv5, 32-bit MIPS.

use std::sync::atomic::Ordering;

use parking_lot::Mutex;

/// Like that of `std`, as far as it is used here. Whatever the ordering, a lock is as strict as the
/// strictest.
#[derive(Default, Debug)]
pub(crate) struct AtomicU64(Mutex<u64>);

impl AtomicU64 {
    pub(crate) const fn new(value: u64) -> Self {
        Self(Mutex::new(value))
    }

    pub(crate) fn load(&self, _: Ordering) -> u64 {
        *self.0.lock()
    }

    pub(crate) fn store(&self, value: u64, _: Ordering) {
        *self.0.lock() = value;
    }

    pub(crate) fn swap(&self, value: u64, _: Ordering) -> u64 {
        std::mem::replace(&mut self.0.lock(), value)
    }

    pub(crate) fn fetch_add(&self, more: u64, _: Ordering) -> u64 {
        let mut value = self.0.lock();
        let sum = value.wrapping_add(more);
        std::mem::replace(&mut value, sum)
    }

    pub(crate) fn fetch_update(
        &self,
        _: Ordering,
        _: Ordering,
        change: impl FnOnce(u64) -> Option<u64>,
    ) -> Result<u64, u64> {
        let mut value = self.0.lock();
        match change(*value) {
            Some(new) => Ok(std::mem::replace(&mut value, new)),
            None => Err(*value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_as_an_atomic_does() {
        const O: Ordering = Ordering::SeqCst;
        let (ours, theirs) = (
            AtomicU64::new(u64::MAX),
            std::sync::atomic::AtomicU64::new(u64::MAX),
        );
        assert_eq!(ours.fetch_add(3, O), theirs.fetch_add(3, O));
        assert_eq!(ours.load(O), theirs.load(O));
        for change in [|_| None, |value| Some(value + 1)] {
            assert_eq!(
                ours.fetch_update(O, O, change),
                theirs.fetch_update(O, O, change)
            );
        }
        ours.store(7, O);
        theirs.store(7, O);
        assert_eq!(ours.swap(8, O), theirs.swap(8, O));
        assert_eq!(ours.load(O), theirs.load(O));
    }
}

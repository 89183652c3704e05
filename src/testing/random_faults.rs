//! Random faults, from a seed.

use std::{collections::BTreeMap, time::Duration};

use super::{
    fault::{Fault, FaultKind},
    random::Random,
};

/// Random faults; the same seed and the same messages give the same faults.
///
/// Nothing happens until a share is set.
///
/// ```
/// use janus_blocking::testing::{FakeGateway, FaultKind, RandomFaults};
///
/// let faults = RandomFaults::new(7).harmless(0.02).share(FaultKind::Delay, 0.1);
/// let gateway = FakeGateway::builder().random_faults(faults).start()?;
/// let janus = gateway.connect()?;
/// for _ in 0..100 {
///     janus.ping()?;
/// }
/// assert!(gateway.fault_counts().total() > 0);
/// println!("{}", gateway.fault_counts());
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RandomFaults {
    random: Random,
    shares: BTreeMap<FaultKind, f64>,
    longest_delay: Duration,
    largest: usize,
}

impl RandomFaults {
    /// Creates a set without faults.
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            shares: BTreeMap::new(),
            longest_delay: Duration::from_millis(20),
            largest: 64 << 10,
        }
    }

    /// Sets the share of messages that get a fault of that kind: 0.01 is one in a hundred.
    #[must_use]
    pub fn share(mut self, kind: FaultKind, share: f64) -> Self {
        self.shares.insert(kind, share);
        self
    }

    /// Sets that share for each of [`FaultKind::HARMLESS`].
    #[must_use]
    pub fn harmless(self, share: f64) -> Self {
        let kinds = FaultKind::HARMLESS.into_iter();
        kinds.fold(self, |faults, kind| faults.share(kind, share))
    }

    /// Sets that share for each of [`FaultKind::ALL`].
    #[must_use]
    pub fn all(self, share: f64) -> Self {
        let kinds = FaultKind::ALL.into_iter();
        kinds.fold(self, |faults, kind| faults.share(kind, share))
    }

    /// The longest [`Fault::Delay`]. Default 20 ms.
    #[must_use]
    pub fn longest_delay(mut self, time: Duration) -> Self {
        self.longest_delay = time;
        self
    }

    /// The largest [`Fault::Huge`], in bytes. Default 64 KiB.
    #[must_use]
    pub fn largest(mut self, bytes: usize) -> Self {
        self.largest = bytes;
        self
    }

    /// The fault for one message, if any.
    pub(super) fn draw(&mut self) -> Option<Fault> {
        let random = &mut self.random;
        let mut kinds = self.shares.iter();
        let (kind, _) = kinds.find(|(_, share)| random.chance(**share))?;
        let micros = u64::try_from(self.longest_delay.as_micros()).unwrap_or(u64::MAX);
        Some(match kind {
            FaultKind::Delay => Fault::Delay(Duration::from_micros(random.below(micros))),
            FaultKind::Drop => Fault::Drop,
            FaultKind::Duplicate => Fault::Duplicate,
            FaultKind::Reorder => Fault::Reorder,
            FaultKind::Garbage => Fault::Garbage,
            FaultKind::UnknownKind => Fault::UnknownKind,
            FaultKind::Huge => {
                let size = random.below(self.largest as u64);
                Fault::Huge(usize::try_from(size).unwrap_or(0))
            }
            FaultKind::Binary => Fault::Binary,
            FaultKind::Fragments => Fault::Fragments(2 + usize::from(random.chance(0.5))),
            FaultKind::Coalesce => Fault::Coalesce,
            FaultKind::Cut => Fault::Cut,
            FaultKind::Silence => Fault::Silence,
            FaultKind::Close => Fault::Close,
            FaultKind::Goodbye => Fault::Goodbye,
            FaultKind::Restart => Fault::Restart,
        })
    }
}

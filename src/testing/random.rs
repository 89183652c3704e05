//! Numbers that look random and come from a seed: splitmix64.

#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An id as Janus chooses it: below 2^53, not 0.
    pub(super) fn id(&mut self) -> u64 {
        loop {
            let id = self.next() >> 11;
            if id != 0 {
                return id;
            }
        }
    }

    /// From 0 to below `end`, which is not 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// True in that share of the cases.
    pub(super) fn chance(&mut self, share: f64) -> bool {
        #[allow(clippy::cast_precision_loss)]
        let drawn = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        drawn < share
    }
}

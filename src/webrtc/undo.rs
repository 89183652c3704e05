//! Taking a negotiation back that comes to nothing.

use std::sync::Arc;

use str0m::{
    Rtc,
    media::{self, Mid},
};

use super::{
    Direction,
    line::{Agreed, Line},
    stack::{Core, Stack},
};

/// What the lines were before a negotiation, and what this side wants of each by it.
pub(super) struct Before(pub(super) Vec<Was>);

pub(super) struct Was {
    pub(super) line: Arc<Line>,
    agreed: Agreed,
    /// In the stack, which sends nothing where no codec is left.
    direction: Option<media::Direction>,
    pub(super) wanted: Direction,
}

impl Before {
    pub(super) fn note(
        rtc: &Rtc,
        core: &Core,
        wanted: impl IntoIterator<Item = (Mid, Direction)>,
    ) -> Self {
        let wanted: Vec<_> = wanted.into_iter().collect();
        let lines = core.tracks.lines().map(|line| {
            let agreed = line.agreed();
            let mut wanted = wanted.iter().filter(|(mid, _)| *mid == line.mid);
            let wanted = wanted.next().map_or(agreed.wanted, |(_, wanted)| *wanted);
            Was {
                line: line.clone(),
                agreed,
                direction: rtc.media(line.mid).map(|media| media.direction()),
                wanted,
            }
        });
        Self(lines.collect())
    }

    /// What this side wants holds without a negotiation.
    pub(super) fn keep(&self) {
        for was in &self.0 {
            let mut agreed = was.agreed;
            agreed.wanted = was.wanted;
            was.line.agree(agreed);
        }
    }

    /// The stack has changed directions already.
    fn restore(&self, rtc: &mut Rtc) {
        for was in &self.0 {
            if let Some(direction) = was.direction {
                // Dropped with the change: nothing is offered.
                rtc.sdp_api().set_direction(was.line.mid, direction);
            }
            was.line.agree(was.agreed);
        }
    }
}

/// Takes a negotiation back, unless it has come to its end: `send` may fail, or panic.
pub(super) struct Undo<'a> {
    pub(super) stack: &'a Stack,
    pub(super) before: Before,
    pub(super) added: Vec<Arc<Line>>,
    pub(super) channels: &'a [String],
    pub(super) needed: bool,
}

impl Undo<'_> {
    pub(super) fn forget(mut self) {
        self.needed = false;
    }
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        if !self.needed {
            return;
        }
        // If it is closed there is nothing to take back.
        let _ = self.stack.with(|rtc, core| {
            core.tracks.remove(&self.added);
            for line in &self.added {
                rtc.sdp_api()
                    .set_direction(line.mid, Direction::Inactive.native());
                core.unanswered.push(line.mid);
            }
            self.before.restore(rtc);
            core.channels.withdraw(self.channels);
        });
    }
}

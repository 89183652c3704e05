//! Who hears what happens on a handle, beside those who read its queue.

use std::{
    fmt,
    sync::{Arc, Weak},
};

use parking_lot::Mutex;

use crate::error::CloseReason;

/// It is told under the router's lock: it may take notes and wake somebody up, nothing else.
pub(crate) trait Observer: Send + Sync {
    /// A core event: the whole message.
    fn event(&self, text: &str);

    /// The handle has ended here.
    fn ended(&self, why: CloseReason);
}

/// The observer of a handle. It does not live on because of this.
#[derive(Default)]
pub(crate) struct Observed(Mutex<Option<Weak<dyn Observer>>>);

impl Observed {
    /// Takes the place of the one before.
    pub(crate) fn set(&self, observer: &Arc<dyn Observer>) {
        *self.0.lock() = Some(Arc::downgrade(observer));
    }

    pub(super) fn event(&self, text: &str) {
        if let Some(observer) = self.get() {
            observer.event(text);
        }
    }

    pub(super) fn ended(&self, why: CloseReason) {
        if let Some(observer) = self.get() {
            observer.ended(why);
        }
    }

    fn get(&self) -> Option<Arc<dyn Observer>> {
        self.0.lock().as_ref()?.upgrade()
    }
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observed")
    }
}

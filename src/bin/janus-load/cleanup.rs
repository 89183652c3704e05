//! The end: everything that the run has made on the server is taken away.

use std::{
    iter,
    ops::Add,
    sync::{Mutex, PoisonError},
    thread,
};

use crate::scenario::{Left, Seat, Seats};

/// So many at once, as each waits for its answer, and a server that hangs gives none.
const AT_ONCE: usize = 64;

/// Ends all of them; what may still be there.
pub(crate) fn end_all(seats: Vec<Seats>) -> Left {
    let seats: Seats = seats.into_iter().flatten().collect();
    let threads = seats.len().min(AT_ONCE);
    let rest = Mutex::new(seats);
    let next = || rest.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let end_some = || {
        iter::from_fn(next)
            .map(Seat::end)
            .fold(Left::default(), Left::add)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(end_some)).collect();
        let ends = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_default());
        ends.fold(Left::default(), Left::add)
    })
}

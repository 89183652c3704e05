//! What is counted, and who does it.

use janus_blocking::{EchoTest, connection::AttachOptions};

use super::{
    COUNTED,
    common::{Bare, Ours},
};

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Side {
    Bare,
    /// The bare loop with a small read buffer, its requests written by `format!`.
    Lean,
    Ours,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Work {
    Sync,
    Async,
    Attach,
    AttachWithNone,
    Create,
    Reattach,
    /// As many as are asked for, and then those of [`window`].
    AttachToMany,
    /// As many as are asked for, each detached at once, and then those of [`window`].
    AttachAfterMany,
}

impl Side {
    pub const ALL: [Self; 3] = [Self::Bare, Self::Lean, Self::Ours];

    pub fn does(self, work: Work) -> bool {
        match self {
            Self::Lean => work == Work::Sync,
            _ => true,
        }
    }
}

impl Work {
    pub const REQUESTS: [Self; 5] = [
        Self::Sync,
        Self::Async,
        Self::Attach,
        Self::AttachWithNone,
        Self::Create,
    ];

    /// How many go to and fro for one request.
    pub fn messages(self) -> usize {
        match self {
            Self::Async => 3,
            _ => 2,
        }
    }

    pub const OTHERS: [Self; 3] = [Self::Reattach, Self::AttachToMany, Self::AttachAfterMany];
}

/// Does the work, and ends the program before anything is cleaned up.
pub fn run(url: &str, side: Side, work: Work, count: usize) -> ! {
    match side {
        Side::Bare | Side::Lean => bare(url, side, work, count),
        Side::Ours => ours(url, work, count),
    }
    std::process::exit(0)
}

fn bare(url: &str, side: Side, work: Work, count: usize) {
    let mut bare = match side {
        Side::Lean => Bare::connect_lean(url),
        _ => Bare::connect(url),
    };
    let mut ids = Vec::with_capacity(count);
    for _ in 0..count {
        match work {
            Work::Sync if side == Side::Lean => assert!(bare.lean_sync()),
            Work::Sync => assert!(bare.sync()),
            Work::Async => bare.asynchronous(),
            Work::Attach | Work::AttachWithNone => ids.push(bare.attach("janus.plugin.echotest")),
            Work::Create => ids.push(bare.create()),
            Work::Reattach | Work::AttachToMany | Work::AttachAfterMany => {
                unreachable!("there is nothing to compare it with")
            }
        }
    }
    std::mem::forget(bare);
}

/// Not inlined, as [`window`] is not, so that callgrind can be told to count nothing else.
#[inline(never)]
fn ours(url: &str, work: Work, count: usize) {
    let ours = Ours::connect(url);
    let mut handles: Vec<EchoTest> = Vec::with_capacity(count);
    let mut sessions = Vec::with_capacity(count);
    for number in 0..count {
        match work {
            Work::Sync => assert!(ours.sync()),
            Work::Async => ours.asynchronous(),
            Work::Attach | Work::AttachToMany => handles.push(ours.session.attach().unwrap()),
            Work::AttachWithNone => {
                let options = AttachOptions::new();
                handles.push(ours.session.attach_with(options).unwrap());
            }
            Work::AttachAfterMany => {
                let handle: EchoTest = ours.session.attach().unwrap();
                handle.into_handle().detach().unwrap();
            }
            Work::Create => sessions.push(ours.connection.create_session().unwrap()),
            Work::Reattach => handles.push(ours.session.reattach(1 + number as u64).unwrap()),
        }
    }
    if matches!(work, Work::AttachToMany | Work::AttachAfterMany) {
        handles.reserve(COUNTED);
        window(&ours, &mut handles);
    }
    std::mem::forget((ours, handles, sessions));
}

#[inline(never)]
fn window(ours: &Ours, handles: &mut Vec<EchoTest>) {
    for _ in 0..COUNTED {
        handles.push(ours.session.attach().unwrap());
    }
}

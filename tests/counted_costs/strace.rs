//! What `strace -f` writes.

use std::collections::BTreeMap;

/// How a program gets memory from the kernel, and gives it back.
pub const MEMORY: [&str; 6] = ["brk", "madvise", "mmap", "mprotect", "mremap", "munmap"];

/// What a pause before a request costs: a busy machine makes pauses of its own.
pub const PAUSES: [&str; 1] = ["epoll_ctl"];

/// The system calls of one run.
#[derive(Debug)]
pub struct Traced {
    /// Those of the thread that makes the requests.
    pub caller: Calls,
    /// Those of the connection's thread.
    pub reader: Calls,
}

/// How often each system call was made.
#[derive(Clone, Debug, Default)]
pub struct Calls(BTreeMap<String, i64>);

impl Calls {
    pub fn sum(&self) -> i64 {
        self.0.values().sum()
    }

    pub fn minus(&self, other: &Self) -> Self {
        let mut calls = self.0.clone();
        for (name, count) in &other.0 {
            *calls.entry(name.clone()).or_default() -= count;
        }
        calls.retain(|_, count| *count != 0);
        Self(calls)
    }

    pub fn without(&self, names: &[&str]) -> Self {
        let mut calls = self.0.clone();
        calls.retain(|name, _| !names.contains(&name.as_str()));
        Self(calls)
    }
}

/// Every thread that is not the connection's belongs to the caller: test programs have two.
pub fn read(log: &str) -> Traced {
    let reader = log
        .lines()
        .find(|line| line.contains("PR_SET_NAME") && line.contains("\"janus-reader\""))
        .and_then(|line| line.split(' ').next());
    let (mut own, mut others) = (Calls::default(), Calls::default());
    for line in log.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        // `1234 recvfrom(..`, but not `1234 <... recvfrom resumed>` or `1234 +++ exited ..`.
        let Some((name, _)) = rest.trim_start().split_once('(') else {
            continue;
        };
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let calls = if Some(thread) == reader {
            &mut own
        } else {
            &mut others
        };
        *calls.0.entry(name.to_owned()).or_default() += 1;
    }
    Traced {
        caller: others,
        reader: own,
    }
}

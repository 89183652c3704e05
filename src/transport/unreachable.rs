//! Why a server cannot be reached.

use std::io;

/// Why a server cannot be reached.
#[derive(Debug)]
pub struct Unreachable {
    /// What is wrong and what to check, to follow `cannot connect to ..:`.
    pub problem: String,
    /// What the system said.
    pub source: Option<io::Error>,
}

impl Unreachable {
    /// With a text that says what to check.
    pub fn new(problem: impl Into<String>, source: impl Into<Option<io::Error>>) -> Self {
        Self {
            problem: problem.into(),
            source: source.into(),
        }
    }
}

impl Unreachable {
    /// With what may be wrong about the port.
    pub(super) fn noting(mut self, note: &str) -> Self {
        self.problem += note;
        self
    }
}

impl From<io::Error> for Unreachable {
    fn from(error: io::Error) -> Self {
        let problem = super::dial::of_limits(&error);
        let problem = problem.unwrap_or("no server answers there; check the address");
        Self::new(problem, error)
    }
}

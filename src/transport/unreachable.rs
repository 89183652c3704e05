//! Why a server cannot be reached.

use std::{error, fmt, io};

use crate::{Error, error::Endpoint};

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

    /// As the error of the caller that wanted to connect there.
    pub(crate) fn at(self, endpoint: &Endpoint) -> Error {
        Error::Connect {
            endpoint: endpoint.clone(),
            problem: self.problem.into(),
            source: self.source,
        }
    }

    /// With what may be wrong about the port.
    pub(super) fn noting(mut self, note: &str) -> Self {
        self.problem += note;
        self
    }
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl error::Error for Unreachable {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

impl From<io::Error> for Unreachable {
    fn from(error: io::Error) -> Self {
        let problem = super::dial::of_limits(&error);
        let problem = problem.unwrap_or("no server answers there; check the address");
        Self::new(problem, error)
    }
}

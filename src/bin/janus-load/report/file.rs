//! Reports in files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use thiserror::Error;

use super::{Report, SCHEMA};

#[derive(Debug, Error)]
pub enum FileError {
    #[error("cannot read the report {}", .path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {}", .path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{} is not a report of janus-load", .path.display())]
    NotAReport {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error(
        "{} is of schema {schema}, and this janus-load reads schema {SCHEMA}: use the version that wrote it",
        .path.display()
    )]
    Schema { path: PathBuf, schema: u64 },
}

#[derive(Deserialize)]
struct Version {
    schema: u64,
}

pub fn read(path: &Path) -> Result<Report, FileError> {
    let text = fs::read_to_string(path).map_err(|source| FileError::Read {
        path: path.to_owned(),
        source,
    })?;
    let not_a_report = |source| FileError::NotAReport {
        path: path.to_owned(),
        source,
    };
    // First, as a report of another schema need not have the keys of this one.
    let Version { schema } = serde_json::from_str(&text).map_err(not_a_report)?;
    if schema != SCHEMA {
        return Err(FileError::Schema {
            path: path.to_owned(),
            schema,
        });
    }
    serde_json::from_str(&text).map_err(not_a_report)
}

/// The text of a file of `--json`.
pub fn json(report: &Report) -> String {
    let mut text = serde_json::to_string(report).expect("every key is text");
    text.push('\n');
    text
}

pub fn write(path: &Path, text: &str) -> Result<(), FileError> {
    fs::write(path, text).map_err(|source| FileError::Write {
        path: path.to_owned(),
        source,
    })
}

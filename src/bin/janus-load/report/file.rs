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
    #[error("{} is meant for both --json and --html", .path.display())]
    Twice { path: PathBuf },
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

/// Whether a file can be there.
pub fn check(path: &Path) -> Result<(), FileError> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = fs::metadata(folder.unwrap_or(Path::new(".")));
    let problem = match folder {
        Err(problem) => problem,
        Ok(folder) if !folder.is_dir() => io::ErrorKind::NotADirectory.into(),
        Ok(_) if path.is_dir() => io::ErrorKind::IsADirectory.into(),
        Ok(_) => return Ok(()),
    };
    Err(FileError::Write {
        path: path.to_owned(),
        source: problem,
    })
}

pub fn write(path: &Path, text: &str) -> Result<(), FileError> {
    fs::write(path, text).map_err(|source| FileError::Write {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use common::temp_dir::TempDir;
    use janus_blocking::serde_json::{Value, json};

    use super::{super::sample::small, *};

    /// What programs read. A key that goes from it, or means something else, is another schema.
    const GOLDEN: &str = "tests/data/load-report.json";

    #[test]
    fn the_json_is_the_documented_one() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
        let report = small();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            let text = serde_json::to_string_pretty(&report).expect("JSON");
            write(&path, &(text + "\n")).expect("a golden file");
        }
        let golden = fs::read_to_string(&path).expect("a golden file");
        let golden: Value = serde_json::from_str(&golden).expect("JSON");
        let written: Value = serde_json::from_str(&json(&report)).expect("JSON");
        assert_eq!(written, golden);
        assert_eq!(read(&path).expect("a report"), report);
    }

    fn changed(change: impl FnOnce(&mut Value)) -> Result<Report, FileError> {
        let mut value = serde_json::to_value(small()).expect("JSON");
        change(&mut value);
        let folder = TempDir::new("report");
        read(&folder.write("report.json", &value.to_string()))
    }

    #[test]
    fn keys_that_are_not_known_are_passed_over() {
        let report = changed(|value| {
            value["new"] = json!({ "a": [1] });
            value["setup"]["new"] = json!(1);
            value["setup"]["drive"]["new"] = json!(1);
            value["scenarios"][0]["new"] = json!(1);
            value["scenarios"][0]["series"][0]["new"] = json!(1);
            // Not every writer has parts.
            value["scenarios"][0]
                .as_object_mut()
                .expect("an object")
                .remove("parts");
        });
        let mut expected = small();
        expected.scenarios[0].parts.clear();
        assert_eq!(report.expect("a report"), expected);
    }

    #[test]
    fn a_file_that_is_no_report_is_named_with_the_reason() {
        let other = changed(|value| value["schema"] = json!(SCHEMA + 1)).expect_err("newer");
        assert!(other.to_string().contains("is of schema 2"), "{other}");
        // Also when hardly anything else is as it was.
        let other = changed(|value| *value = json!({ "schema": 9 })).expect_err("newer");
        assert!(matches!(other, FileError::Schema { schema: 9, .. }));
        for wrong in [json!({}), json!([]), json!({ "schema": SCHEMA })] {
            let other = changed(|value| *value = wrong).expect_err("no report");
            assert!(other.to_string().ends_with("is not a report of janus-load"));
            assert!(other.source().is_some());
        }
        let missing = read(Path::new("/none/none.json")).expect_err("no file");
        assert_eq!(
            missing.to_string(),
            "cannot read the report /none/none.json"
        );
        for place in ["/none/none.json", "/", "/etc/passwd/x"] {
            let unwritable = check(Path::new(place)).expect_err(place);
            assert_eq!(unwritable.to_string(), format!("cannot write {place}"));
        }
        check(Path::new("none.json")).expect("the present folder is one");
        let unwritable = write(Path::new("/none/none.json"), "").expect_err("no folder");
        assert_eq!(unwritable.to_string(), "cannot write /none/none.json");
    }
}

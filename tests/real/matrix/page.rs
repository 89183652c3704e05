//! The table in `docs/TRANSPORTS.md`.

use std::{env, fs, path::PathBuf};

use super::{Cell, servers::Transport};

const BEGIN: &str = "<!-- The table: made by tests/real/matrix.rs. -->\n";
const END: &str = "<!-- The end of the table. -->\n";

/// One rule over all transports.
#[derive(Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// `None` where the rule was broken.
    pub(crate) cells: Vec<Option<Cell>>,
}

impl Row {
    pub(crate) fn new<E>(name: &str, cells: &[Result<Cell, E>]) -> Self {
        let cells = cells.iter().map(|cell| cell.as_ref().ok().copied());
        Self {
            name: name.to_owned(),
            cells: cells.collect(),
        }
    }
}

/// The rows of both versions.
pub(crate) struct Matrix {
    pub(crate) old: Vec<Row>,
    pub(crate) new: Vec<Row>,
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/TRANSPORTS.md")
}

pub(crate) fn read() -> String {
    fs::read_to_string(file()).expect("docs/TRANSPORTS.md")
}

fn text(cell: Option<Cell>) -> String {
    match cell {
        Some(Cell::Yes) => "yes".to_owned(),
        Some(Cell::ByNature(why)) => format!("by nature: {why}"),
        None => "not seen".to_owned(),
    }
}

impl Matrix {
    fn table(&self) -> String {
        let heads = Transport::ALL.map(|transport| transport.to_string());
        let mut table = format!("| | {} |\n", heads.join(" | "));
        table += &format!("|---|{}\n", "---|".repeat(heads.len()));
        for (old, new) in self.old.iter().zip(&self.new) {
            let cells = old.cells.iter().zip(&new.cells).map(|(old, new)| {
                let [old, new] = [*old, *new].map(text);
                if old == new {
                    old
                } else {
                    format!("1.1.2: {old}; 1.4.1: {new}")
                }
            });
            let cells = cells.collect::<Vec<_>>().join(" | ");
            table += &format!("| {} | {cells} |\n", old.name);
        }
        table
    }

    /// Asserts that the page has this table; writes it there when `UPDATE_TRANSPORTS` is set.
    pub(crate) fn assert_current(&self) {
        let page = read();
        let (before, rest) = page.split_once(BEGIN).expect("the mark before the table");
        let (_, after) = rest.split_once(END).expect("the mark behind the table");
        let current = format!("{before}{BEGIN}\n{}\n{END}{after}", self.table());
        if env::var_os("UPDATE_TRANSPORTS").is_some() {
            fs::write(file(), &current).expect("it can be written");
        }
        assert!(
            read() == current,
            "docs/TRANSPORTS.md is not current: run \
             UPDATE_TRANSPORTS=1 cargo test --test real matrix -- --ignored; this run:\n{}",
            self.table()
        );
    }
}

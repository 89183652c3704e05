//! The ticket as a file, which travels from the first process to the second.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use janus_blocking::{Jsep, SessionTicket};
use serde::{Deserialize, Serialize};

/// What only the first process has heard, and the second needs.
#[derive(Serialize, Deserialize)]
pub struct Note {
    /// The SIP URI of who rings.
    pub caller: String,
    /// What the caller offers; `None` if the call came without.
    pub offer: Option<Jsep>,
}

/// A file beside the ticket's place, ready to take it.
///
/// The ticket appears in its place all at once, by renaming: a second process that watches for it
/// never reads half a ticket.
pub struct TicketFile {
    place: PathBuf,
    draft: PathBuf,
    file: File,
}

impl TicketFile {
    /// Makes the file already, so that a full disk or a wrong path shows before anybody rings.
    pub fn prepare(place: &Path) -> Result<Self, String> {
        let mut draft = place.to_owned().into_os_string();
        draft.push(format!(".{}.new", std::process::id()));
        let draft = PathBuf::from(draft);
        let file = private(&draft).map_err(|error| cannot("write", place, error))?;
        Ok(Self {
            place: place.to_owned(),
            draft,
            file,
        })
    }

    /// Puts the ticket into its place.
    pub fn save(mut self, ticket: &SessionTicket) -> Result<(), String> {
        self.write(ticket)
            .map_err(|error| cannot("write", &self.place, error))
    }

    fn write(&mut self, ticket: &SessionTicket) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.file, ticket)?;
        self.file.write_all(b"\n")?;
        // On the disk before it is renamed: a door station may lose its power at any time.
        self.file.sync_all()?;
        fs::rename(&self.draft, &self.place)
    }
}

impl Drop for TicketFile {
    fn drop(&mut self) {
        // Not there any more when the ticket was saved.
        let _ = fs::remove_file(&self.draft);
    }
}

/// Reads the ticket that a first process left.
pub fn read(place: &Path) -> Result<SessionTicket, String> {
    let text = fs::read_to_string(place).map_err(|error| cannot("read", place, error))?;
    serde_json::from_str(&text).map_err(|error| cannot("read", place, error.into()))
}

/// A new file for this user only: who knows the session id in it controls the call.
fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn cannot(act: &str, place: &Path, error: io::Error) -> String {
    let place = place.display();
    format!("cannot {act} the ticket {place}: {error}; check the path given as --ticket")
}

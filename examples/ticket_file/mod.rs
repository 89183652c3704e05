//! A ticket as a file: what the examples that leave sessions behind share.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use janus_blocking::SessionTicket;
use serde::Serialize;

/// The ticket of an earlier start; `None` if there is no such file.
pub fn read(path: &Path) -> Result<Option<SessionTicket>, String> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|error| cannot("read", path, &error))?,
    };
    let ticket = serde_json::from_str(&text);
    ticket.map_err(|error| cannot("read", path, &error.into()))
}

/// What a ticket takes up, and more.
const ROOM: [u8; 4096] = [b' '; 4096];

/// Finds out whether a ticket can be put there: a full disk shows only when something is written.
pub fn check(path: &Path) -> Result<(), String> {
    let tried = draft(path, &ROOM).and_then(fs::remove_file);
    tried.map_err(|error| cannot("write", path, &error))
}

/// Puts the ticket there, or what else is to be kept, all at once: a kill, or the loss of power, leaves the old one or the new
/// one, and whoever watches for it never reads half of one.
pub fn save(path: &Path, ticket: &impl Serialize) -> Result<(), String> {
    let write = || -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(ticket)?;
        text.push(b'\n');
        // Its new name is on the disk behind it.
        fs::rename(draft(path, &text)?, path)?;
        #[cfg(unix)]
        File::open(folder(path))?.sync_all()?;
        Ok(())
    };
    write().map_err(|error| cannot("write", path, &error))
}

/// A new file with that text beside the ticket's place, on the disk, for this user only: who knows
/// the session id in it controls the session.
fn draft(path: &Path, text: &[u8]) -> io::Result<PathBuf> {
    let mut draft = path.to_owned().into_os_string();
    draft.push(".new");
    // Of an earlier start that was killed in between. (Not named by the process id: in a container
    // that is the same at each start.)
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let written = file.write_all(text).and_then(|()| file.sync_all());
    // What did not fit takes no room from others.
    written.inspect_err(|_| drop(fs::remove_file(&draft)))?;
    Ok(draft.into())
}

#[cfg(unix)]
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

fn cannot(act: &str, path: &Path, error: &io::Error) -> String {
    let path = path.display();
    format!("cannot {act} the ticket {path}: {error}; check the path given as --ticket")
}

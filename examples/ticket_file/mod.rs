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

/// Finds out whether a ticket can be put there.
pub fn check(path: &Path) -> Result<(), String> {
    let (draft, _) = draft(path).map_err(|error| cannot("write", path, &error))?;
    let _ = fs::remove_file(draft);
    Ok(())
}

/// Puts the ticket there, or what else is to be kept, all at once: a kill, or the loss of power, leaves the old one or the new
/// one, and whoever watches for it never reads half of one.
pub fn save(path: &Path, ticket: &impl Serialize) -> Result<(), String> {
    let write = || -> io::Result<()> {
        let (draft, mut file) = draft(path)?;
        serde_json::to_writer_pretty(&mut file, ticket)?;
        file.write_all(b"\n")?;
        // On the disk before it is renamed, and its new name behind it.
        file.sync_all()?;
        fs::rename(&draft, path)?;
        #[cfg(unix)]
        File::open(folder(path))?.sync_all()?;
        Ok(())
    };
    write().map_err(|error| cannot("write", path, &error))
}

/// A new file beside the ticket's place, for this user only: who knows the session id in it
/// controls the session.
fn draft(path: &Path) -> io::Result<(PathBuf, File)> {
    let mut draft = path.to_owned().into_os_string();
    draft.push(".new");
    // Of an earlier start that was killed in between. (Not named by the process id: in a container
    // that is the same at each start.)
    let _ = fs::remove_file(&draft);
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&draft)?;
    Ok((draft.into(), file))
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

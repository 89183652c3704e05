//! The ticket as a file, for the next start of the program.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use janus_blocking::SessionTicket;

/// The ticket of an earlier start; `None` if there is no such file.
pub fn read(place: &Path) -> Result<Option<SessionTicket>, String> {
    let text = match fs::read_to_string(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|error| cannot("read", place, &error))?,
    };
    let ticket = serde_json::from_str(&text);
    ticket
        .map(Some)
        .map_err(|error| cannot("read", place, &error.into()))
}

/// Puts the ticket there, all at once: a kill leaves the old one or the new one.
pub fn save(place: &Path, ticket: &SessionTicket) -> Result<(), String> {
    let write = || -> io::Result<()> {
        let mut draft = place.to_owned().into_os_string();
        draft.push(".new");
        // Of an earlier start that was killed in between.
        let _ = fs::remove_file(&draft);
        let mut options = File::options();
        options.write(true).create_new(true);
        // Who knows the session id in it controls the session.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        serde_json::to_writer_pretty(&mut file, ticket)?;
        file.write_all(b"\n")?;
        fs::rename(&draft, place)
    };
    write().map_err(|error| cannot("write", place, &error))
}

/// There is nothing to go on with.
pub fn remove(place: &Path) {
    let _ = fs::remove_file(place);
}

fn cannot(act: &str, place: &Path, error: &io::Error) -> String {
    let place = place.display();
    format!("cannot {act} the ticket {place}: {error}; check the path given as --ticket")
}

//! Where the Janus of a version is, and how it is run.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::janus_builder::Version;
use super::program::target_folder;

/// An installed Janus.
#[derive(Clone, Debug)]
pub struct Installation {
    /// Janus's plugins and transports.
    libraries: PathBuf,
    /// The system that Janus belongs to, if it is not this one.
    foreign: Option<PathBuf>,
}

impl Installation {
    /// Finds the Janus of this version; panics, telling how to get it, when there is none.
    pub fn find(version: Version) -> Self {
        let foreign = match version {
            Version::V1_1_2 => None,
            Version::V0_11_8 | Version::V1_4_1 => Some(system_folder(version)),
        };
        let top = foreign.as_deref().unwrap_or(Path::new("/"));
        // Debian keeps libraries in a folder named after the machine.
        let folders = entries(&top.join("usr/lib")).into_iter();
        let mut folders = folders.map(|folder| folder.join("janus"));
        let libraries = folders.find(|folder| folder.join("plugins").is_dir());
        let libraries = libraries.unwrap_or_else(|| {
            let folder = top.display();
            panic!("no Janus {version} below {folder}: tests/run brings it")
        });
        Self { libraries, foreign }
    }

    /// The folder with Janus's plugins, transports, loggers and event handlers.
    pub fn libraries(&self) -> &Path {
        &self.libraries
    }

    /// The command that runs Janus with the configuration in `folder`.
    pub fn command(&self, folder: &Path) -> Command {
        let mut command = match &self.foreign {
            Some(system) => self.foreign_command(system),
            None => Command::new("janus"),
        };
        command
            .arg("-C")
            .arg(folder.join("janus.jcfg"))
            .arg("-F")
            .arg(folder);
        // Janus makes folders for recordings below the one it is started in.
        command.current_dir(folder);
        command
    }

    /// The other system's own loader starts Janus with that system's libraries. Unlike chroot it
    /// needs no root, and Unix sockets keep the paths that their clients know.
    fn foreign_command(&self, system: &Path) -> Command {
        let shared = self
            .libraries
            .parent()
            .expect("it is a folder in usr/lib/<triplet>");
        // Where the packages' /lib is no link to /usr/lib yet.
        let triplet = shared.file_name().expect("a folder's name");
        let older = system.join("lib").join(triplet);
        let both = env::join_paths([shared, &older]).expect("no colon in them");
        let is_loader = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("ld-linux") || name.starts_with("ld64")
        };
        let loader = [entries(shared), entries(&older)]
            .concat()
            .into_iter()
            .find(is_loader)
            .unwrap_or_else(|| panic!("no program loader in {}", shared.display()));
        let mut command = Command::new(loader);
        command
            .arg("--library-path")
            .arg(both)
            .arg(system.join("usr/bin/janus"));
        command
    }
}

/// The folder with the system that has this version: below the target folder, or named by a
/// variable like `JANUS_1_4_1`.
fn system_folder(version: Version) -> PathBuf {
    let version = version.to_string();
    if let Some(folder) = env::var_os(format!("JANUS_{}", version.replace('.', "_"))) {
        return folder.into();
    }
    target_folder().join(format!("janus-{version}"))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

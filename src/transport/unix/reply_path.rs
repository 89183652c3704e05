//! The path of a datagram client, without which Janus could not answer it.

use std::{
    collections::BTreeSet,
    env, fs, io,
    os::{
        fd::OwnedFd,
        unix::fs::{FileTypeExt, PermissionsExt},
    },
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use parking_lot::Mutex;
use rustix::{
    io::Errno,
    net::{AddressFamily, SocketFlags, SocketType, bind, connect, socket_with},
};

use super::address;
use crate::{logging::debug, random, transport::Unreachable};

/// What the names of all such files begin with.
const PREFIX: &str = "janus-blocking-";

/// How often a name that is taken already is replaced: random ones are never taken by chance.
const ATTEMPTS: usize = 8;

/// A file that is younger may belong to a socket that is just being bound.
const SETTLED: Duration = Duration::from_secs(60);

/// More files in one folder are not looked at.
const MOST_FILES: usize = 10_000;

/// A bound path; removed when it is dropped, if not before.
#[derive(Debug)]
pub(super) struct ReplyPath {
    path: PathBuf,
    removed: AtomicBool,
}

impl ReplyPath {
    /// Binds a socket to a new path with a name that cannot be guessed.
    ///
    /// It lies beside the server's socket, a folder that Janus certainly sees: it may run in a
    /// container, or with a /tmp of its own. Where this program may not make files there, it lies
    /// in the folder for temporary files.
    pub(super) fn bind(socket: &OwnedFd, server: &Path) -> Result<Self, Unreachable> {
        let beside = server.parent().map(Path::to_owned);
        let temporary = env::temp_dir();
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for folder in beside.into_iter().chain([temporary.clone()]) {
            match Self::bind_in(socket, &folder) {
                Ok(own) => {
                    remove_leftovers(&folder);
                    return Ok(own);
                }
                Err(error) => last = error,
            }
        }
        let diagnosis = format!(
            "this program cannot create its own socket, for the answers of Janus, beside the \
             server's or in {}; set TMPDIR to a short path that both programs can use",
            temporary.display()
        );
        Err(Unreachable::new(diagnosis, last))
    }

    fn bind_in(socket: &OwnedFd, folder: &Path) -> io::Result<Self> {
        for _ in 0..ATTEMPTS {
            let random = random::number();
            let name = format!("{PREFIX}{}-{random:016x}", process::id());
            let path = folder.join(name);
            match bind(socket, &address(&path)?) {
                Ok(()) => {
                    return Ok(Self {
                        path,
                        removed: AtomicBool::new(false),
                    });
                }
                Err(Errno::ADDRINUSE) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(io::ErrorKind::AddrInUse.into())
    }

    /// Lets everybody send to it, as Janus may run as any user.
    pub(super) fn open_to_server(&self) -> io::Result<()> {
        fs::set_permissions(&self.path, fs::Permissions::from_mode(0o666))
    }

    /// Removes the file, once.
    pub(super) fn remove(&self) {
        if !self.removed.swap(true, Ordering::AcqRel) {
            if let Err(error) = fs::remove_file(&self.path) {
                debug!("{} was not removed: {error}", self.path.display());
            }
        }
    }
}

impl Drop for ReplyPath {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Removes what killed programs left in the folder; once per program and folder.
fn remove_leftovers(folder: &Path) {
    static SEEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    if !SEEN.lock().insert(folder.to_owned()) {
        return;
    }
    for path in leftovers(folder, SETTLED) {
        match fs::remove_file(&path) {
            Ok(()) => debug!("removed {}: its program has ended", path.display()),
            Err(error) => debug!("{} cannot be removed: {error}", path.display()),
        }
    }
}

/// The sockets of this crate that nobody has bound any more. A name is never used twice, so that
/// what is dead now stays so.
fn leftovers(folder: &Path, settled: Duration) -> Vec<PathBuf> {
    let Ok(files) = fs::read_dir(folder) else {
        return Vec::new();
    };
    files
        .take(MOST_FILES)
        .flatten()
        .filter(|file| {
            file.file_name()
                .as_encoded_bytes()
                .starts_with(PREFIX.as_bytes())
        })
        .filter(|file| {
            file.metadata().is_ok_and(|about| {
                about.file_type().is_socket()
                    && about
                        .modified()
                        .is_ok_and(|made| made.elapsed().is_ok_and(|age| age >= settled))
            })
        })
        .map(|file| file.path())
        .filter(|path| is_dead(path))
        .collect()
}

/// A live one refuses us for another reason: it is connected to its server.
fn is_dead(path: &Path) -> bool {
    let flags = SocketFlags::CLOEXEC;
    let Ok(socket) = socket_with(AddressFamily::UNIX, SocketType::DGRAM, flags, None) else {
        return false;
    };
    address(path).is_ok_and(|it| connect(&socket, &it) == Err(Errno::CONNREFUSED))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixDatagram;

    use super::*;

    /// A folder of its own, removed with what is in it.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let random = random::number();
            let folder = env::temp_dir().join(format!("jb-own-path-{random:x}"));
            fs::create_dir(&folder).expect("a folder");
            Self(folder)
        }

        fn files(&self) -> usize {
            fs::read_dir(&self.0).expect("a folder").count()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn datagram_socket() -> OwnedFd {
        UnixDatagram::unbound().expect("a socket").into()
    }

    #[test]
    fn the_path_lies_beside_the_server_and_goes_with_its_owner() {
        let folder = Folder::new();
        let own = ReplyPath::bind(&datagram_socket(), &folder.0.join("server")).expect("bound");
        assert_eq!(own.path.parent(), Some(folder.0.as_path()));
        own.open_to_server().expect("its own file");
        let mode = fs::metadata(&own.path)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o666);
        drop(own);
        assert_eq!(folder.files(), 0);
    }

    #[test]
    fn removing_it_twice_does_not_take_away_another_file() {
        let folder = Folder::new();
        let own = ReplyPath::bind(&datagram_socket(), &folder.0.join("server")).expect("bound");
        own.remove();
        fs::write(&own.path, "another's").expect("written");
        own.remove();
        drop(own);
        assert_eq!(folder.files(), 1);
    }

    #[test]
    fn where_no_file_can_be_made_it_lies_among_the_temporary_ones() {
        let server = Path::new("/proc/janus/server");
        let own = ReplyPath::bind(&datagram_socket(), server).expect("bound");
        assert_eq!(own.path.parent(), Some(env::temp_dir().as_path()));
    }

    #[test]
    fn only_dead_sockets_of_this_crate_are_leftovers() {
        let folder = Folder::new();
        let file = |name: &str| folder.0.join(name);
        let dead = |name: &str| drop(UnixDatagram::bind(file(name)).expect("bound"));
        dead(&format!("{PREFIX}1-dead"));
        dead("another-program");
        fs::write(file(&format!("{PREFIX}1-no-socket")), "").expect("written");
        let _alive = UnixDatagram::bind(file(&format!("{PREFIX}1-alive"))).expect("bound");
        let server = UnixDatagram::bind(file("server")).expect("bound");
        let connected = UnixDatagram::bind(file(&format!("{PREFIX}1-in-use"))).expect("bound");
        connected.connect(file("server")).expect("connected");
        let found = leftovers(&folder.0, Duration::ZERO);
        assert_eq!(found, [file(&format!("{PREFIX}1-dead"))]);
        // A new one may belong to a socket that is being bound.
        assert!(leftovers(&folder.0, SETTLED).is_empty());
        drop(server);
    }
}

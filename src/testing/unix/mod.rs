//! Links over Unix sockets: both types, in a folder of their own.

mod datagrams;
mod packets;

use std::{
    env, fs,
    hash::{BuildHasher, RandomState},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{injector::Frame, runtime::Runtime};
use datagrams::Datagrams;
use packets::Packets;

/// The longest message that Janus takes.
const LONGEST: usize = 8192;

/// How often a folder's name that is taken already is replaced.
const ATTEMPTS: usize = 8;

/// The listening sockets.
#[derive(Debug)]
pub(super) struct Sockets {
    packets: Packets,
    datagrams: Datagrams,
    // Behind the others: their files lie in it.
    folder: Folder,
}

/// A folder that nobody else may look into; removed with everything in it.
#[derive(Debug)]
struct Folder(PathBuf);

impl Sockets {
    pub(super) fn listen(runtime: &Arc<Runtime>) -> io::Result<Self> {
        let folder = Folder::new()?;
        Ok(Self {
            packets: Packets::listen(runtime, &folder.0.join("packets"))?,
            datagrams: Datagrams::listen(runtime, &folder.0.join("datagrams"))?,
            folder,
        })
    }

    /// The socket of type SEQPACKET.
    pub(super) fn packets(&self) -> PathBuf {
        self.folder.0.join("packets")
    }

    /// The socket of type DGRAM.
    pub(super) fn datagrams(&self) -> &Path {
        self.datagrams.path()
    }

    /// Ends all threads; the runtime has stopped already.
    pub(super) fn stop(&mut self) {
        self.packets.stop();
        self.datagrams.stop();
    }
}

impl Folder {
    fn new() -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for _ in 0..ATTEMPTS {
            let random = RandomState::new().hash_one(0);
            let path = env::temp_dir().join(format!("fake-janus-{random:016x}"));
            match fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays is small and lies among the temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The packet that a frame is.
fn packet(frame: Frame) -> Vec<u8> {
    match frame {
        // A packet is never in pieces.
        Frame::Text(text) | Frame::Fragments(text, _) => text.into_bytes(),
        Frame::Binary(text) => [b"\xff", text.as_bytes()].concat(),
        Frame::Half(text) => text.as_bytes()[..text.len() / 2].to_vec(),
    }
}

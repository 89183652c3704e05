//! Creating mountpoints that play a file.

use derive_setters::Setters;
use serde::Serialize;
use serde_with::skip_serializing_none;

use super::create::Created;
use crate::plugin::Secret;
use crate::streaming::{RtpStream, Streaming};
use crate::{Id, Result};

/// How a file is played.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FileKind {
    /// In a loop for all viewers together.
    #[default]
    Live,
    /// From its beginning for each viewer.
    OnDemand,
}

/// `create` of a mountpoint that plays a file; see [`Streaming::create_file`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "create")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct CreateFile {
    /// `type`: how the file is played.
    #[serde(rename = "type")]
    pub kind: FileKind,
    /// The file, on the server: Opus in Ogg (`.opus`, if Janus was built with libogg), or raw G.711
    /// (`.alaw`, `.mulaw`).
    pub filename: String,
    /// The id of the mountpoint. Default and 0: a random one.
    pub id: Option<Id>,
    /// Its name, before which Janus puts `mp-` if it begins with a digit. Janus does not refuse one
    /// that another mountpoint has. Default: `mp-` and the id.
    pub name: Option<String>,
    /// What lists show. Default: the name.
    pub description: Option<String>,
    /// A text of your choice, for viewers. Default: none.
    pub metadata: Option<String>,
    /// Whether lists leave the mountpoint out. Default: false.
    pub is_private: Option<bool>,
    /// What changing and destroying the mountpoint need. Default: nothing.
    pub secret: Option<Secret>,
    /// What watching needs. Default: nothing.
    pub pin: Option<Secret>,
    /// Whether it is written to the server's configuration file. Default: false.
    pub permanent: Option<bool>,
    /// Whether audio is played. Set by the constructors: Janus refuses everything but true.
    pub audio: Option<bool>,
    /// Whether video is played: Janus refuses true.
    pub video: Option<bool>,
    /// Checked and not used.
    pub data: Option<bool>,
    /// Checked and not used.
    pub media: Option<Vec<RtpStream>>,
    /// The codec of the file. Default: that of its ending.
    pub audiocodec: Option<String>,
    /// The codec as in SDP, for example `opus/48000/2`. Deprecated: see `audiocodec`.
    pub audiortpmap: Option<String>,
    /// Its format parameters. Default: none.
    pub audiofmtp: Option<String>,
    /// Its payload type towards viewers.
    #[setters(into = false)]
    pub audiopt: Option<u8>,
    /// The plugin's admin key, on servers that have one.
    pub admin_key: Option<Secret>,
}

impl CreateFile {
    /// Creates a request for a file that is played in a loop for all viewers together.
    pub fn live(filename: impl Into<String>) -> Self {
        Self::of(FileKind::Live, filename.into())
    }

    /// Creates a request for a file that is played from its beginning for each viewer.
    pub fn on_demand(filename: impl Into<String>) -> Self {
        Self::of(FileKind::OnDemand, filename.into())
    }

    fn of(kind: FileKind, filename: String) -> Self {
        Self {
            kind,
            filename,
            audio: Some(true),
            ..Self::default()
        }
    }
}

impl Streaming {
    /// Creates a mountpoint that plays an audio file of the server.
    ///
    /// Sends `create` and waits for its answer.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 456 when the id is taken, or the file cannot be read or is of another kind;
    /// since Janus 1.4.1 also when its path has `../` in it. 453 without, 457 with a wrong admin key
    /// where the server has one.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Streaming, streaming::CreateFile};
    /// # let said = r#"{"streaming":"created","created":"jingle","stream":{"id":8,"type":"on demand"}}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<Streaming>("create", said)?;
    /// let jingle = CreateFile::on_demand("/srv/jingle.alaw").name("jingle").audiopt(8);
    /// assert_eq!(desk.create_file(&jingle)?.stream.kind, "on demand");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "create")]
    pub fn create_file(&self, create: &CreateFile) -> Result<Created> {
        self.handle.request(create)
    }
}

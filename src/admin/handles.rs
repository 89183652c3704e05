//! Handles: what they are doing, ending them, and writing down their packets.

use derive_setters::Setters;
use serde::Serialize;
use serde_json::json;
use serde_with::skip_serializing_none;

use super::{
    Admin, Request,
    info::{Answered, HandleInfo},
};
use crate::{Error, HandleId, Result, SessionId};

/// The file that packets are written to; see [`Admin::start_pcap`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Setters)]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Dump {
    /// The folder, on the server. Default: where Janus was started.
    pub folder: Option<String>,
    /// The file in it. Default: `janus-`, the name of the handle in the log and the time, and `.pcap`
    /// or `.txt`.
    pub filename: Option<String>,
    /// How many bytes of each packet are written; 0, the default: all.
    #[setters(into = false)]
    pub truncate: Option<u32>,
}

impl Dump {
    /// Creates a request to write whole packets to a file that Janus names.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Admin {
    /// Asks what a handle is doing: its state, its session descriptions, its media, and what its
    /// plugin says.
    ///
    /// Sends `handle_info`.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn handle_info(
        &self,
        session: impl Into<SessionId>,
        handle: impl Into<HandleId>,
    ) -> Result<HandleInfo> {
        self.info_of(session.into(), handle.into(), false)
    }

    /// Asks what the plugin of a handle says of it, without its PeerConnection: much less.
    ///
    /// Sends `handle_info` with `plugin_only`.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn plugin_info(
        &self,
        session: impl Into<SessionId>,
        handle: impl Into<HandleId>,
    ) -> Result<HandleInfo> {
        self.info_of(session.into(), handle.into(), true)
    }

    fn info_of(&self, session: SessionId, handle: HandleId, short: bool) -> Result<HandleInfo> {
        let request = Request::reading("handle_info").of_handle(session, handle);
        let parameters = if short {
            json!({ "plugin_only": true })
        } else {
            json!({})
        };
        let answer: Answered = self.asked(&request, &parameters)?;
        let text = answer.info.get();
        HandleInfo::decode(text)
            .map_err(|error| Error::decode("the answer to `handle_info`", text, error))
    }

    /// Ends a handle. The client gets [`Event::Detached`](crate::Event::Detached).
    ///
    /// Sends `detach_handle`.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn detach_handle(
        &self,
        session: impl Into<SessionId>,
        handle: impl Into<HandleId>,
    ) -> Result<()> {
        let request = Request::changing("detach_handle");
        let request = request.of_handle(session.into(), handle.into());
        self.order(&request, &json!({}))
    }

    /// Ends the PeerConnection of a handle. The client gets
    /// [`Event::Hangup`](crate::Event::Hangup), with the reason `Admin API`.
    ///
    /// Sends `hangup_webrtc`. Without a PeerConnection nothing ends, though the plugins of older
    /// servers may send the event that they send at the end of one.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn hangup_webrtc(
        &self,
        session: impl Into<SessionId>,
        handle: impl Into<HandleId>,
    ) -> Result<()> {
        let request = Request::changing("hangup_webrtc");
        let request = request.of_handle(session.into(), handle.into());
        self.order(&request, &json!({}))
    }

    /// Writes the packets of a handle, unencrypted, to a pcap file on the server, for Wireshark.
    ///
    /// Sends `start_pcap`. [`HandleInfo::pcap_file`] names the file.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`] with 490 while the packets are written already, or when Janus cannot write
    /// the file.
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn start_pcap(
        &self,
        session: impl Into<SessionId>,
        handle: impl Into<HandleId>,
        dump: &Dump,
    ) -> Result<()> {
        let request = Request::changing("start_pcap");
        self.order(&request.of_handle(session.into(), handle.into()), dump)
    }

    /// Ends what [`start_pcap`](Self::start_pcap) began.
    ///
    /// Sends `stop_pcap`.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`] with 490 when nothing is written.
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn stop_pcap(
        &self,
        session: impl Into<SessionId>,
        handle: impl Into<HandleId>,
    ) -> Result<()> {
        let request = Request::changing("stop_pcap");
        let request = request.of_handle(session.into(), handle.into());
        self.order(&request, &json!({}))
    }

    /// Writes the packets of a handle, unencrypted, to a text file on the server, for `text2pcap`.
    ///
    /// Sends `start_text2pcap`. [`HandleInfo::text2pcap_file`] names the file.
    ///
    /// # Errors
    ///
    /// As for [`start_pcap`](Self::start_pcap).
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn start_text2pcap(
        &self,
        session: impl Into<SessionId>,
        handle: impl Into<HandleId>,
        dump: &Dump,
    ) -> Result<()> {
        let request = Request::changing("start_text2pcap");
        self.order(&request.of_handle(session.into(), handle.into()), dump)
    }

    /// Ends what [`start_text2pcap`](Self::start_text2pcap) began.
    ///
    /// Sends `stop_text2pcap`.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`] with 490 when nothing is written.
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn stop_text2pcap(
        &self,
        session: impl Into<SessionId>,
        handle: impl Into<HandleId>,
    ) -> Result<()> {
        let request = Request::changing("stop_text2pcap");
        let request = request.of_handle(session.into(), handle.into());
        self.order(&request, &json!({}))
    }
}

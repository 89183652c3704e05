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
    /// The folder, on the server. Default: the one in which Janus runs.
    pub folder: Option<String>,
    /// The file in it. Default: `janus-text2pcap-`, a number, and `.pcap` or `.txt`.
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
    /// # Example
    ///
    /// ```
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// # let (session, handle) = (echo.handle().session_id(), echo.handle().id());
    /// # let admin = gateway.admin()?;
    /// let info = admin.handle_info(session, handle)?;
    /// assert_eq!(info.plugin.as_deref(), Some("janus.plugin.echotest"));
    /// assert!(!info.flags.unwrap_or_default().ready);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Admin/Monitor API*.
    pub fn handle_info(
        &self,
        session: impl Into<SessionId>,
        handle: impl Into<HandleId>,
    ) -> Result<HandleInfo> {
        self.info_of(session.into(), handle.into(), false)
    }

    /// Asks for the plugin's part of [`handle_info`](Self::handle_info) only, which is much shorter.
    ///
    /// Sends `handle_info` with `plugin_only`.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::admin::info::PluginInfo;
    ///
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// # let (session, handle) = (echo.handle().session_id(), echo.handle().id());
    /// # let admin = gateway.admin()?;
    /// let info = admin.plugin_info(session, handle)?;
    /// assert!(matches!(info.plugin_specific, PluginInfo::EchoTest(_)));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
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
    /// # Example
    ///
    /// ```
    /// use janus_blocking::Event;
    ///
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// # let (session, handle) = (echo.handle().session_id(), echo.handle().id());
    /// # let admin = gateway.admin()?;
    /// admin.detach_handle(session, handle)?;
    /// assert_eq!(echo.events().recv()?, Event::Detached);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
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
    /// # Example
    ///
    /// ```
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// # let (session, handle) = (echo.handle().session_id(), echo.handle().id());
    /// # let admin = gateway.admin()?;
    /// admin.hangup_webrtc(session, handle)?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
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
    /// # Example
    ///
    /// ```no_run
    /// use janus_blocking::{HandleId, SessionId, admin::Dump};
    ///
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// # let (session, handle) = (SessionId::new(1), HandleId::new(2));
    /// admin.start_pcap(session, handle, &Dump::new().folder("/tmp").filename("call.pcap"))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
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
    /// # Example
    ///
    /// ```no_run
    /// use janus_blocking::{HandleId, SessionId};
    ///
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// # let (session, handle) = (SessionId::new(1), HandleId::new(2));
    /// admin.stop_pcap(session, handle)?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
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
    /// # Example
    ///
    /// ```no_run
    /// use janus_blocking::{HandleId, SessionId, admin::Dump};
    ///
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// # let (session, handle) = (SessionId::new(1), HandleId::new(2));
    /// admin.start_text2pcap(session, handle, &Dump::new().folder("/tmp").truncate(64))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
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
    /// # Example
    ///
    /// ```no_run
    /// use janus_blocking::{HandleId, SessionId};
    ///
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// # let (session, handle) = (SessionId::new(1), HandleId::new(2));
    /// admin.stop_text2pcap(session, handle)?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
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

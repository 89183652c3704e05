//! Creating mountpoints that receive RTP.

use std::time::Duration;

use derive_setters::Setters;
use serde::Serialize;
use serde_with::skip_serializing_none;

use super::create::Created;
use crate::plugin::{Secret, constructors, duration};
use crate::streaming::{MediaKind, SrtpSuite, Streaming};
use crate::{Id, Result};

/// `type`: what the mountpoint is made of.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
enum Source {
    #[default]
    Rtp,
}

constructors! {
    /// Creates a stream of that kind, at that UDP port of the server; 0 is one of the plugin's range.
    RtpStream(kind as MediaKind, mid as String; port: u16);
}

/// `create` of an RTP mountpoint; see [`Streaming::create_rtp`]. From `audio` on it is the deprecated
/// form, for at most one stream of each kind; it counts only without `media`.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "create")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct CreateRtp {
    #[serde(rename = "type")]
    #[setters(skip)]
    source: Source,
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
    /// The streams, in the order of the offers to viewers.
    pub media: Option<Vec<RtpStream>>,
    /// For how long a new SSRC is ignored after the last packet of another one (milliseconds on the
    /// wire). Default and 0: it is taken at once.
    #[serde(serialize_with = "duration::millis")]
    pub collision: Option<Duration>,
    /// How much is kept from a video keyframe on, for new viewers, up to 65,535 ms. Default and 0:
    /// nothing. Since Janus 1.3.3.
    #[serde(serialize_with = "duration::millis")]
    pub bufferkf_ms: Option<Duration>,
    /// The same in bytes; the smaller one counts. Since Janus 1.3.3.
    #[setters(into = false)]
    pub bufferkf_bytes: Option<u32>,
    /// How many threads help to relay the media. Default: 0.
    #[setters(into = false)]
    pub threads: Option<u32>,
    /// The SRTP of what comes in; counts only with `srtpcrypto`. Default: plain RTP.
    pub srtpsuite: Option<SrtpSuite>,
    /// Its key, in base64 as in SDES; counts only with `srtpsuite`.
    pub srtpcrypto: Option<Secret>,
    /// Whether the media is encrypted end to end. Default: false.
    pub e2ee: Option<bool>,
    /// Whether playout delays are negotiated with viewers. Default: false.
    pub playoutdelay_ext: Option<bool>,
    /// The id, 1 to 14, of the RTP extension in which the source sends absolute capture times, which
    /// are then relayed. Default: none. Since Janus 1.2.2.
    #[setters(into = false)]
    pub abscapturetime_src_ext_id: Option<u8>,
    /// `text` or `binary`: the kind of a data stream, also of one in `media`, whose own is only
    /// checked. Default: text.
    pub datatype: Option<DataType>,
    /// The plugin's admin key, on servers that have one.
    pub admin_key: Option<Secret>,
    /// Whether there is an audio stream. Default: false.
    pub audio: Option<bool>,
    /// Whether there is a video stream. Default: false.
    pub video: Option<bool>,
    /// Whether there is a data stream. Default: false.
    pub data: Option<bool>,
    /// For this and those below see [`RtpStream`].
    pub audiomcast: Option<String>,
    /// Needed with `audio`.
    #[setters(into = false)]
    pub audioport: Option<u16>,
    /// As [`RtpStream::rtcpport`].
    #[setters(into = false)]
    pub audiortcpport: Option<u16>,
    /// Needed with `audio`.
    #[setters(into = false)]
    pub audiopt: Option<u8>,
    /// Needed with `audio`.
    pub audiocodec: Option<String>,
    /// As [`RtpStream::rtpmap`].
    pub audiortpmap: Option<String>,
    /// As [`RtpStream::fmtp`].
    pub audiofmtp: Option<String>,
    /// As [`RtpStream::iface`].
    pub audioiface: Option<String>,
    /// As [`RtpStream::skew`].
    pub audioskew: Option<bool>,
    /// As [`RtpStream::mcast`].
    pub videomcast: Option<String>,
    /// Needed with `video`.
    #[setters(into = false)]
    pub videoport: Option<u16>,
    /// As [`RtpStream::rtcpport`].
    #[setters(into = false)]
    pub videortcpport: Option<u16>,
    /// Needed with `video`.
    #[setters(into = false)]
    pub videopt: Option<u8>,
    /// Needed with `video`.
    pub videocodec: Option<String>,
    /// As [`RtpStream::rtpmap`].
    pub videortpmap: Option<String>,
    /// As [`RtpStream::fmtp`].
    pub videofmtp: Option<String>,
    /// As [`RtpStream::bufferkf`].
    pub videobufferkf: Option<bool>,
    /// As [`RtpStream::iface`].
    pub videoiface: Option<String>,
    /// As [`RtpStream::simulcast`].
    pub videosimulcast: Option<bool>,
    /// As [`RtpStream::port2`].
    #[setters(into = false)]
    pub videoport2: Option<u16>,
    /// As [`RtpStream::port3`].
    #[setters(into = false)]
    pub videoport3: Option<u16>,
    /// As [`RtpStream::skew`].
    pub videoskew: Option<bool>,
    /// As [`RtpStream::svc`].
    pub videosvc: Option<bool>,
    /// As [`RtpStream::h264sps`].
    pub h264sps: Option<String>,
    /// As [`RtpStream::mcast`].
    pub datamcast: Option<String>,
    /// Needed with `data`.
    #[setters(into = false)]
    pub dataport: Option<u16>,
    /// As [`RtpStream::buffermsg`].
    pub databuffermsg: Option<bool>,
    /// As [`RtpStream::iface`].
    pub dataiface: Option<String>,
}

impl CreateRtp {
    /// Creates a request for a mountpoint of these streams, with an id that Janus picks.
    pub fn new(media: Vec<RtpStream>) -> Self {
        Self {
            media: Some(media),
            ..Self::default()
        }
    }
}

/// What the messages of a data stream are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DataType {
    /// Texts.
    Text,
    /// Bytes.
    Binary,
}

/// One stream of an RTP mountpoint.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct RtpStream {
    /// `type`: what it carries.
    #[serde(rename = "type")]
    pub kind: MediaKind,
    /// Its unique `mid`, which viewers find in their offers.
    pub mid: String,
    /// The UDP port of the server for its RTP, or its data; 0: one of the plugin's range.
    #[setters(into = false)]
    pub port: u16,
    /// What lists show. Default: `audio`, `video` or `data`.
    pub label: Option<String>,
    /// The `msid` that offers give it. Default: none.
    pub msid: Option<String>,
    /// The multicast group that it comes from. Default: none.
    pub mcast: Option<String>,
    /// The network interface, or its address, to receive at. Default: all.
    pub iface: Option<String>,
    /// The UDP port for its RTCP, by which the source is asked for keyframes; 0: one of the plugin's
    /// range. Default: none.
    #[setters(into = false)]
    pub rtcpport: Option<u16>,
    /// Its payload type towards viewers.
    #[setters(into = false)]
    pub pt: Option<u8>,
    /// Its codec, for example `opus` or `vp8`. Needed for audio and video.
    pub codec: Option<String>,
    /// Its codec as in SDP, for example `opus/48000/2`. Deprecated: see `codec`.
    pub rtpmap: Option<String>,
    /// Its format parameters. Default: none.
    pub fmtp: Option<String>,
    /// Whether a clock of the source that runs fast or slow is compensated. Default: false.
    pub skew: Option<bool>,
    /// Whether the last keyframe is kept for new viewers. Default: false. Nothing since Janus 1.3.3:
    /// see [`CreateRtp::bufferkf_ms`].
    pub bufferkf: Option<bool>,
    /// Whether it is simulcast, whose other substreams come to `port2` and `port3`. Default: false.
    pub simulcast: Option<bool>,
    /// The UDP port of the second substream.
    #[setters(into = false)]
    pub port2: Option<u16>,
    /// The UDP port of the third substream.
    #[setters(into = false)]
    pub port3: Option<u16>,
    /// Whether it is VP9 in SVC layers. Default: false.
    pub svc: Option<bool>,
    /// Checked, since Janus 1.2.4, and not used: see [`CreateRtp::datatype`].
    pub datatype: Option<DataType>,
    /// Checked and not used: Janus reads a `buffermsg` beside `media`.
    pub buffermsg: Option<bool>,
    /// The sequence and picture parameter sets of H.264 (`sprop-parameter-sets`) to send to viewers.
    /// Default: none. Since Janus 1.1.3.
    pub h264sps: Option<String>,
}

impl RtpStream {
    /// Creates an audio stream of that `mid`, at a port that Janus picks; set `codec` and `pt`.
    pub fn audio(mid: impl Into<String>) -> Self {
        Self::new(MediaKind::Audio, mid, 0)
    }

    /// Creates a video stream of that `mid`, at a port that Janus picks; set `codec` and `pt`.
    pub fn video(mid: impl Into<String>) -> Self {
        Self::new(MediaKind::Video, mid, 0)
    }

    /// Creates a stream of data channel messages of that `mid`, at a port that Janus picks. Each UDP
    /// packet is a message.
    pub fn data(mid: impl Into<String>) -> Self {
        Self::new(MediaKind::Data, mid, 0)
    }
}

impl Streaming {
    /// Creates a mountpoint that receives RTP.
    ///
    /// Sends `create` and waits for its answer, which has the ports. For all settings see
    /// [`CreateRtp`] and [`RtpStream`].
    ///
    /// # Errors
    ///
    /// `Plugin` with code 456 when the id is taken, a port cannot be used, or an audio or video stream
    /// has no codec; 453 without, 457 with a wrong admin key where the server has one.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Streaming, streaming::{CreateRtp, RtpStream}};
    /// # let said = r#"{"streaming":"created","created":"mp-7","stream":{"id":7,"ports":[{"mid":"v","port":5004}]}}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<Streaming>("create", said)?;
    /// let camera = RtpStream::video("v").codec("vp8").pt(100).port(5004).rtcpport(5005);
    /// let created = desk.create_rtp(&CreateRtp::new(vec![camera]).id(7).pin("2580"))?;
    /// assert_eq!(created.stream.id, 7.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "create")]
    pub fn create_rtp(&self, create: &CreateRtp) -> Result<Created> {
        self.handle.request(create)
    }
}

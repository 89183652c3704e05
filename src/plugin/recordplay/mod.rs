//! The Record&Play plugin: records what one handle sends, and plays it to another.
//!
//! A recording is one audio, one video and one data stream at most, in `.mjr` files beside an `.nfo`
//! on the server. Its id is a number, random unless chosen. A handle records or plays one at a time.
//!
//! | topic | requests |
//! |---|---|
//! | the folder | [`list`](RecordPlay::list), [`update`](RecordPlay::update) |
//! | recording | [`configure`](RecordPlay::configure), [`record`](RecordPlay::record) |
//! | playing | [`play`](RecordPlay::play), [`start`](RecordPlay::start) |
//! | both | [`pause`](RecordPlay::pause), [`resume`](RecordPlay::resume), [`stop`](RecordPlay::stop) |
//!
//! Janus docs: *Record&Play plugin documentation*.

use serde_json::value::RawValue;

use super::{Done, plugin_type, requests};

pub mod error_code;
mod event;
mod folder;
mod play;
mod record;
mod session;

pub use super::{Secret, events::Failure};
pub use event::{Ended, Event, SlowLink};
pub use folder::{List, Listed, Recordings, Update};
pub use play::{Play, Preparing, Start};
pub use record::{Configure, Record, Recording, Settings};
pub use session::{Pause, Paused, Resume, Stop, Stopped};

requests! { RecordPlay by super::reply::of_result:
    List      "list"      -> Recordings, reads;
    Update    "update"    -> Done;
    Configure "configure" -> Settings;
    Record    "record"    -> Recording;
    Play      "play"      -> Preparing;
    Start     "start"     -> Done;
    Pause     "pause"     -> Paused;
    Resume    "resume"    -> Paused;
    Stop      "stop"      -> Stopped;
}

plugin_type! {
    /// A handle of the Record&Play plugin, `janus.plugin.recordplay`.
    ///
    /// # Errors of every method
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`] when the plugin refuses;
    /// 414 for a value of the wrong type.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{RecordPlay, recordplay::List};
    /// # let said = r#"{"list":[{"id":7,"name":"door","date":"2026-01-31 12:00:00","audio":true}]}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<RecordPlay>("list", said)?;
    /// for recording in desk.list(&List::new())?.list {
    ///     println!("{} of {}", recording.name, recording.date);
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct RecordPlay "janus.plugin.recordplay", Event = event::decode;

    /// The `result` object; all of the data where there is none, as in synchronous answers.
    fn reply(data: &RawValue) -> &RawValue {
        super::reply::result(data)
    }
}

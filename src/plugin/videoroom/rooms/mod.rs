//! Rooms themselves.

mod create;
mod manage;

pub use create::{Create, Created, DummyStream};
pub use manage::{
    Destroy, Destroyed, Edit, Edited, EnableRecording, Existence, Exists, List, RecordingEnabled,
    Room, Rooms,
};

//! What the program ends with, besides 0.

/// Nothing could be measured, or a file could not be read or written.
pub const FAILED: u8 = 1;
/// The command line or the scenario file makes no sense. clap ends with it too.
pub const USAGE: u8 = 2;
/// What was not to be is: of `--fail-if`, or of `--fail-if-worse`.
pub const CONDITION_HOLDS: u8 = 3;
/// The server was gone when the run ended. There is a report all the same.
pub const SERVER_LOST: u8 = 4;
/// By Ctrl-C or another signal. There is a report all the same.
pub const INTERRUPTED: u8 = 130;

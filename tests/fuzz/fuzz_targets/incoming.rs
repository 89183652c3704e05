//! Messages to a connection's tables, between what a program does with them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|lines: &str| janus_blocking::fuzzing::conversation(lines));

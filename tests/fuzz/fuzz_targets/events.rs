//! What plugins and core say, to everything that decodes it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| janus_blocking::fuzzing::decode(text));

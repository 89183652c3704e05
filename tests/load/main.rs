//! The program `janus-load`, as its users run it.

#![cfg(target_os = "linux")]

mod asked;
mod ended;
mod measured;
mod memory;
mod real;
mod scenarios;
mod signals;
mod truth;

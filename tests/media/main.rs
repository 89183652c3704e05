//! Media: two peers of this crate against each other, over loopback.

mod codecs;
mod data;
mod ends;
mod hostile;
mod keyframes;
mod negotiation;
mod pair;
mod proxy;
mod sound;

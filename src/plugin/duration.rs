//! Durations as plugins count them.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer};

/// Whole seconds, rounded up: less than one must not become 0, which switches off or means the default.
pub(super) fn seconds<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    count(duration, 1_000_000_000, serializer)
}

/// Whole seconds, rounded up, that Janus keeps in 16 bits.
pub(super) fn short_seconds<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let longest = Duration::from_secs(u16::MAX.into());
    seconds(&duration.map(|duration| duration.min(longest)), serializer)
}

/// Whole milliseconds, rounded up.
pub(super) fn millis<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    count(duration, 1_000_000, serializer)
}

/// Whole microseconds, rounded up.
pub(super) fn micros<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    count(duration, 1_000, serializer)
}

/// Janus keeps them in 32 bits; more than they hold is the longest that there is.
fn count<S: Serializer>(
    duration: &Option<Duration>,
    nanos: u128,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let count = duration.unwrap_or_default().as_nanos().div_ceil(nanos);
    serializer.serialize_i32(i32::try_from(count).unwrap_or(i32::MAX))
}

/// Whole seconds, where they were given.
pub(super) fn from_seconds<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Duration>, D::Error> {
    Ok(Option::<u64>::deserialize(from)?.map(Duration::from_secs))
}

/// Whole milliseconds, where they were given.
pub(super) fn from_millis<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Duration>, D::Error> {
    Ok(Option::<u64>::deserialize(from)?.map(Duration::from_millis))
}

/// Whole microseconds, where they were given.
pub(super) fn from_micros<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Duration>, D::Error> {
    Ok(Option::<u64>::deserialize(from)?.map(Duration::from_micros))
}

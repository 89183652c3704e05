//! Durations as the plugin counts them.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer};

/// Whole seconds, rounded up: less than one must not become 0, which means the default.
pub(super) fn seconds<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let duration = duration.unwrap_or_default();
    // Janus keeps it in a C `int`.
    let seconds = duration
        .as_secs()
        .saturating_add((duration.subsec_nanos() > 0).into());
    serializer.serialize_i32(i32::try_from(seconds).unwrap_or(i32::MAX))
}

/// Whole milliseconds, rounded up.
pub(super) fn millis<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let millis = duration.unwrap_or_default().as_nanos().div_ceil(1_000_000);
    serializer.serialize_i32(i32::try_from(millis).unwrap_or(i32::MAX))
}

/// Whole seconds, where they were given.
pub(super) fn from_seconds<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    Ok(Option::<u64>::deserialize(deserializer)?.map(Duration::from_secs))
}

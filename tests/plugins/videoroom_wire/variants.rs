//! The events of Janus and the variants of the crate.

pub(crate) const EVENTS: [(&str, &str); 19] = [
    ("publishers", "Publishers"),
    ("joining", "Joining"),
    ("leaving", "Leaving"),
    ("kicked", "Kicked"),
    ("unpublished", "Unpublished"),
    ("moderated", "Moderated"),
    ("display_changed", "DisplayChanged"),
    ("metadata_changed", "MetadataChanged"),
    ("substream", "Substream"),
    ("temporal", "Temporal"),
    ("spatial_layer", "SpatialLayer"),
    ("temporal_layer", "TemporalLayer"),
    ("destroyed", "Destroyed"),
    ("updated", "Updated"),
    ("updating", "Updating"),
    ("talking", "Talking"),
    ("stopped-talking", "StoppedTalking"),
    ("slow_link", "SlowLink"),
    ("error", "Error"),
];

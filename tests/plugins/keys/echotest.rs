//! EchoTest.

use common::wire_checks::raw;
use janus_blocking::{EchoTest, Plugin, Request, echotest::Settings};

use super::{Allowed, check};

pub(crate) const ALLOWED: Allowed = &[];

#[test]
fn every_message_of_echotest_arrives() {
    check(
        &["echotest/events", "echotest/replies"],
        ALLOWED,
        |place, data| {
            let data = raw(data);
            if place.contains("/replies/") {
                Settings::reply(&data).map_err(|error| error.to_string())?;
            }
            EchoTest::decode(&data)
                .map_err(|error| error.to_string())
                .map(drop)
        },
    );
}

//! Real servers and the fake as each of them, and what they say without what is by chance.

use std::{thread, time::Duration};

use janus_blocking::testing::{self, FakeGateway};

use common::{Janus, JanusBuilder, Version};

/// How a server is set up, real or not.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Seconds after which sessions time out.
    pub timeout: u32,
    pub secret: Option<&'static str>,
}

impl Setup {
    pub const PLAIN: Self = Self {
        timeout: 60,
        secret: None,
    };

    fn real(self, builder: JanusBuilder) -> JanusBuilder {
        let builder = builder.session_timeout(self.timeout);
        match self.secret {
            Some(secret) => builder.api_secret(secret),
            None => builder,
        }
    }

    fn fake(self, builder: testing::Builder) -> testing::Builder {
        let builder = builder.session_timeout(Duration::from_secs(self.timeout.into()));
        match self.secret {
            Some(secret) => builder.api_secret(secret),
            None => builder,
        }
    }
}

/// Starts both real servers and the fake as each, has all tell what they say, and compares.
pub fn compare(
    setup: Setup,
    transport: impl Fn(JanusBuilder) -> JanusBuilder + Sync,
    real: impl Fn(&Janus) -> Vec<String> + Sync,
    fake: impl Fn(&FakeGateway) -> Vec<String> + Sync,
) {
    thread::scope(|scope| {
        for version in Version::ALL {
            let (transport, real, fake) = (&transport, &real, &fake);
            scope.spawn(move || {
                let janus = transport(setup.real(Janus::builder().version(version))).start();
                let told = without_json_errors(real(&janus));
                let builder = FakeGateway::builder().version(match version {
                    Version::V1_1_2 => testing::Version::V1_1_2,
                    Version::V1_4_1 => testing::Version::V1_4_1,
                    Version::V0_11_8 => unreachable!("the fake is no such server"),
                });
                let gateway = setup.fake(builder).start().expect("it starts");
                let told_by_fake = without_json_errors(fake(&gateway));
                assert!(told.len() > 3, "{version}: {told:#?}");
                let pairs = told.iter().zip(&told_by_fake);
                let different: Vec<_> = pairs.filter(|(real, fake)| real != fake).collect();
                assert!(
                    different.is_empty(),
                    "{version}, real and fake: {different:#?}"
                );
                assert_eq!(told.len(), told_by_fake.len(), "{version}");
            });
        }
    });
}

/// Leaves out why a text is no JSON: each parser says it in its own words.
fn without_json_errors(told: Vec<String>) -> Vec<String> {
    const STARTS: [&str; 2] = ["Invalid Janus API request - ", "JSON error: on line "];
    let lines = told.into_iter();
    let plain = lines.map(|line| {
        let found = STARTS.iter().find_map(|start| line.split_once(start));
        found.map_or(line.clone(), |(before, _)| format!("{before}.."))
    });
    plain.collect()
}

/// Puts a word in the place of each long number: those are ids.
pub fn without_ids(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        let end = number
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(number.len());
        plain.push_str(before);
        plain.push_str(if end > 9 { "ID" } else { &number[..end] });
        rest = &number[end..];
    }
    plain + rest
}

/// The number behind `"id":`.
pub fn id(answer: &str) -> u64 {
    let (_, after) = answer.split_once(r#""id":"#).expect(answer);
    let end = after.find(|c: char| !c.is_ascii_digit()).expect(answer);
    after[..end].parse().expect(answer)
}

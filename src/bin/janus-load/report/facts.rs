//! The set-up of a run in words, for people.

use std::time::{Duration, UNIX_EPOCH};

use super::{
    End, Report,
    setup::{Arrivals, Drive, Machine},
};

/// Its date has no text of the usual form.
const YEAR_10000: u64 = 253_402_300_800;

/// Names and values, in the order in which they are told.
pub fn facts(report: &Report) -> Vec<(String, String)> {
    let setup = &report.setup;
    let begun = (setup.started_unix_s < YEAR_10000).then(|| {
        let begun = UNIX_EPOCH + Duration::from_secs(setup.started_unix_s);
        humantime::format_rfc3339_seconds(begun).to_string()
    });
    let server = [&setup.server.name, &setup.server.version];
    let server: Vec<&str> = server.into_iter().flatten().map(String::as_str).collect();
    let place = if setup.server.local {
        "on this machine"
    } else {
        "elsewhere"
    };
    let mut facts = vec![
        ("server", setup.url.clone()),
        ("version", format!("{}, {place}", server.join(" "))),
        ("begun", begun.unwrap_or_default()),
        ("requests", drive(&setup.drive)),
        ("connections", setup.connections.to_string()),
        ("measured", measured(report)),
        ("seed", setup.seed.to_string()),
        ("client", format!("janus-load {}", setup.client.version)),
        ("machine", machine(&setup.client.machine)),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    let options = setup.options.iter();
    let options = options.map(|(name, value)| (name.clone(), value.clone()));
    let facts = facts
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    facts.chain(options).collect()
}

/// How requests were sent.
pub fn drive(drive: &Drive) -> String {
    match drive {
        Drive::Open {
            arrivals: Arrivals::Constant,
        } => "open loop, at equal distances".into(),
        Drive::Open {
            arrivals: Arrivals::Poisson,
        } => "open loop, Poisson arrivals".into(),
        Drive::Closed { callers: 1 } => "closed loop, 1 caller".into(),
        Drive::Closed { callers } => format!("closed loop, {callers} callers"),
    }
}

fn measured(report: &Report) -> String {
    let seconds = report.scenarios.iter().map(|it| it.seconds_measured);
    let longest = seconds.fold(0.0, f64::max);
    let end = match report.end {
        End::Complete => "complete",
        End::Interrupted => "interrupted",
        End::ServerLost => "server lost",
    };
    format!(
        "{longest:.1} s after {} s of warm-up; {end}",
        report.setup.warm_up_s
    )
}

fn machine(machine: &Machine) -> String {
    let memory = machine
        .memory_bytes
        .map(|bytes| format!("{:.1} GiB", bytes as f64 / (1_u64 << 30) as f64));
    let facts = [
        Some(machine.system.clone()),
        machine.processor.clone(),
        Some(format!("{} cores", machine.cores)),
        memory,
    ];
    facts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{super::sample::minute, *};

    #[test]
    fn the_set_up_is_told_in_words() {
        let mut report = minute(1, 1_000_000);
        let fact = |report: &Report, name: &str| {
            let facts = facts(report);
            let found = facts.into_iter().find(|it| it.0 == name);
            found.map(|(_, value)| value)
        };
        for (name, value) in [
            ("begun", "2023-11-14T22:13:20Z"),
            ("version", "Janus WebRTC Server 1.1.2, on this machine"),
            ("requests", "open loop, Poisson arrivals"),
            ("measured", "60.0 s after 2 s of warm-up; complete"),
            (
                "machine",
                "Linux 6.1.0 x86_64, A processor, 2 cores, 4.0 GiB",
            ),
            ("rate", "100"),
        ] {
            assert_eq!(fact(&report, name).as_deref(), Some(value));
        }
        report.setup.started_unix_s = u64::MAX;
        assert_eq!(fact(&report, "begun"), None);
    }
}

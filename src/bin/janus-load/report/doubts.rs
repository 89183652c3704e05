//! What speaks against the figures of a report.

use super::{End, Report, scenario::Scenario, setup::Drive, text};

/// Above it the client is as likely to be what was measured as the server.
const BUSY: f64 = 0.8;

/// Sentences, the gravest first; none where there is nothing to doubt.
pub fn doubts(report: &Report) -> Vec<String> {
    let mut all = Vec::new();
    match report.end {
        End::Complete => {}
        End::Interrupted => {
            all.push("The run was interrupted: the figures are of a part of it.".into())
        }
        End::ServerLost => {
            all.push("The server was lost: the figures are of the time before.".into())
        }
    }
    if !report.setup.client.optimised {
        all.push("The client was built without optimisations: build it with --release.".into());
    }
    for (what, count) in report.left.iter().filter(|(_, count)| **count > 0) {
        all.push(format!(
            "Left on the server: {} {what}.",
            text::count(*count)
        ));
    }
    for scenario in &report.scenarios {
        all.extend(
            of(scenario, &report.setup.drive).map(|doubt| format!("{}: {doubt}", scenario.name)),
        );
    }
    all.extend(of_client(report));
    all
}

fn of(scenario: &Scenario, drive: &Drive) -> impl Iterator<Item = String> {
    let errors = scenario.errors_total();
    let failed = (errors > 0).then(|| {
        let share = text::share(scenario.error_share().unwrap_or_default());
        format!(
            "errors: {} ({share}), which none of the times includes.",
            text::count(errors)
        )
    });
    let asked = scenario.asked_per_s.unwrap_or_default();
    let fell_behind = (scenario.reached_per_s < 0.95 * asked).then(|| {
        let (asked, reached) = (text::number(asked), text::number(scenario.reached_per_s));
        format!("{reached} answers a second where {asked} were asked for.")
    });
    let parts = [scenario.lateness.p99_ns, scenario.latency.p99_ns];
    let late = match parts {
        [Some(late), Some(all)] if late > 1_000_000 && late > all / 10 => {
            let (late, all) = (text::time(late), text::time(all));
            Some(format!(
                "The client's own lateness is {late} of the latency's {all} (p99)."
            ))
        }
        _ => None,
    };
    let none = (scenario.count == 0).then(|| "nothing was answered.".to_owned());
    let few = (scenario.count > 0 && scenario.count < 1000).then(|| {
        format!(
            "{} answers are too few for a p99.",
            text::count(scenario.count)
        )
    });
    let omitted = match (drive, scenario.latency.max_ns, scenario.latency.p99_ns) {
        (Drive::Closed { callers }, Some(max), Some(p99)) if max / 20 > p99 => Some(format!(
            "An answer took {}. With a closed loop of {callers} callers, what would have come meanwhile was not sent: \
             the percentiles are better than what users see (coordinated omission).",
            text::time(max),
        )),
        _ => None,
    };
    [none, failed, fell_behind, late, few, omitted]
        .into_iter()
        .flatten()
}

fn of_client(report: &Report) -> Option<String> {
    let cores = report.setup.client.machine.cores.max(1) as f64;
    let busy = |used: &f64| used / cores > BUSY;
    let used = report.usage.iter().map(|it| {
        let server = it.server.as_ref().map_or(0.0, |it| it.cores);
        it.client.cores + server
    });
    let seconds = used.filter(busy).count();
    (seconds > 0).then(|| {
        format!(
            "Client and local server took more than {:.0} % of the machine's processors in {seconds} of {} seconds.",
            BUSY * 100.0,
            report.usage.len()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            sample::{minute, report, scenario},
            scenario::Errors,
        },
        *,
    };

    #[test]
    fn a_run_without_fault_raises_no_doubts() {
        assert_eq!(doubts(&minute(1, 1_000_000)), Vec::<String>::new());
    }

    #[test]
    fn each_doubt_is_raised() {
        let errors = Errors::from([("timeout".to_owned(), 10)]);
        let mut slow = scenario("ping", &[(vec![1_000_000; 90], errors)]);
        slow.asked_per_s = Some(200.0);
        slow.lateness.p99_ns = Some(1_500_000);
        slow.latency.max_ns = Some(2_000_000_000);
        let mut report = report(vec![slow]);
        report.end = End::Interrupted;
        report.setup.client.optimised = false;
        report.setup.drive = Drive::Closed { callers: 2 };
        report.left.insert("sessions".into(), 3);
        report.usage[0].client.cores = 1.3;
        let found = doubts(&report);
        for (at, begin) in [
            "The run was interrupted",
            "The client was built without optimisations",
            "Left on the server: 3 sessions.",
            "ping: errors: 10 (10.0 %), which",
            "ping: 90.0 answers a second where 200 were asked for.",
            "ping: The client's own lateness is 1.50 ms",
            "ping: 90 answers are too few",
            "ping: An answer took 2.00 s. With a closed loop of 2 callers",
            "Client and local server took more than 80 % of the machine's processors in 1 of 1 seconds.",
        ]
        .into_iter()
        .enumerate()
        {
            assert!(found[at].starts_with(begin), "{found:#?}");
        }
        assert_eq!(found.len(), 9);
        report.scenarios.push(scenario("attach", &[]));
        assert_eq!(doubts(&report)[8], "attach: nothing was answered.");
        report.end = End::ServerLost;
        assert!(doubts(&report)[0].starts_with("The server was lost"));
    }
}

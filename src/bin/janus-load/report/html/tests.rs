//! Pages of reports that are hard to show.

use super::{
    super::{
        compare::{compare, show},
        condition::Condition,
        ramp::{Ramp, Step},
        sample::{minute, report, scenario},
        scenario::Errors,
        setup::Drive,
    },
    *,
};

/// `<` and `>` of markup are in pairs, and each tag is closed in its order.
#[track_caller]
fn assert_well_formed(page: &str) {
    let (_, body) = page.split_once("</style>").expect("a style");
    let mut open = vec!["html", "head"];
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("the end of a tag");
        assert!(!text.contains('>'), "{part}");
        let name = tag
            .split([' ', '/'])
            .find(|it| !it.is_empty())
            .expect("a name");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{part}");
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn a_page_has_a_plot_of_each_kind() {
    let errors = |at: u64| {
        let kinds = [("timeout", at % 3), ("janus 458", at % 5)];
        kinds.map(|(kind, count)| (kind.to_owned(), count)).into()
    };
    let seconds: Vec<_> = (0..20)
        .map(|at| (vec![1_000_000; 50], errors(at)))
        .collect();
    let mut report = report(vec![scenario("ping", &seconds)]);
    report.ramp = Some(Ramp::new(
        20_000_000,
        [100.0, 200.0]
            .map(|rate| Step {
                at_s: 0.0,
                asked_per_s: rate,
                due_per_s: Some(rate),
                reached_per_s: rate,
                count: 500,
                errors: 0,
                p50_ns: Some(1_000_000),
                p99_ns: Some(2_000_000),
                max_ns: Some(3_000_000),
                lateness_p99_ns: Some(1_000),
            })
            .to_vec(),
    ));
    let page = page(&report);
    for title in [
        "Latency over time",
        "Percentiles",
        "Throughput",
        "Errors by kind",
        "Latency by rate",
        "Processors",
    ] {
        assert!(page.contains(&format!("<figcaption>{title} ")), "{title}");
    }
    assert_eq!(page.matches("<svg ").count(), 12);
    assert!(page.contains("<td>  janus 458</td>"), "{page}");
    assert_well_formed(&page);
}

#[test]
fn nothing_in_a_report_becomes_markup() {
    let hostile = "</style></table><script>alert('\"&\")</script><img src=x onerror=y>";
    let errors = Errors::from([(hostile.to_owned(), 3)]);
    let mut report = report(vec![scenario(hostile, &[(vec![1_000_000; 50], errors)])]);
    report.setup.url = hostile.into();
    report.setup.server.version = Some(hostile.into());
    report.setup.client.machine.system = hostile.into();
    report.setup.options.insert(hostile.into(), hostile.into());
    report.left.insert(hostile.into(), 1);
    let page = page(&report);
    assert!(page.contains("alert(&#39;&quot;&amp;&quot;)"));
    for markup in ["<script", "<img"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert_well_formed(&page);
}

/// Neither a program that is made wrongly nor a run in which nothing was answered.
#[test]
fn every_report_has_a_page() {
    let closed = Errors::from([("closed".to_owned(), u64::MAX / 4)]);
    let mut odd = minute(1, 1_000_000);
    let ping = &mut odd.scenarios[0];
    ping.seconds_measured = f64::NAN;
    ping.asked_per_s = Some(f64::INFINITY);
    ping.latency.buckets.0 = vec![(u64::MAX, u64::MAX), (0, u64::MAX)];
    ping.series[3].at_s = u64::MAX;
    ping.series[6].buckets.0 = vec![(7, u64::MAX), (7, u64::MAX)];
    ping.latency.p99_ns = Some(u64::MAX);
    ping.errors = ["a", "b"].map(|kind| (kind.into(), u64::MAX)).into();
    ping.series[7].errors = ping.errors.clone();
    odd.left.insert("rooms".into(), u64::MAX);
    odd.left.insert("peers".into(), u64::MAX);
    odd.setup.drive = Drive::Closed { callers: 0 };
    let ping = &mut odd.scenarios[0];
    ping.series[4].count = u64::MAX;
    ping.series[5].p50_ns = Some(0);
    odd.setup.warm_up_s = -1.0;
    odd.usage[0].client.cores = f64::NAN;
    odd.usage[1].client.cores = f64::INFINITY;
    odd.usage[2].at_s = u64::MAX;
    odd.ramp = Some(Ramp::new(0, vec![]));
    for report in [
        report(vec![]),
        report(vec![scenario("nothing", &[])]),
        report(vec![scenario("failed", &[(vec![], closed)])]),
        report(vec![scenario("one", &[(vec![1], Errors::new())])]),
        report(vec![scenario("far", &[(vec![1, u64::MAX], Errors::new())])]),
        odd,
    ] {
        let page = page(&report);
        assert_well_formed(&page);
        assert!(!table::show(&report).is_empty());
        let mut long = report.clone();
        for scenario in &mut long.scenarios {
            scenario.seconds_measured = 1e18;
        }
        let changes = compare(&minute(1, 1_000_000), &long, 0.05);
        assert!(!show(&report, &long, &changes).is_empty());
        let left: Condition = "left>0".parse().expect("a condition");
        left.holding(&report);
    }
}

#[test]
fn a_long_run_has_no_more_points_than_can_be_seen() {
    let second = (vec![1_000_000; 10], Errors::new());
    let hours = report(vec![scenario("ping", &vec![second; 2 * 3600])]);
    assert!(page(&hours).len() < 300_000);
}

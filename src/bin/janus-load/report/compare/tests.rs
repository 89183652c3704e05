//! Runs whose difference is known.

use super::{
    super::{
        sample::{latencies, minute, report, scenario},
        scenario::{Errors, Second},
    },
    *,
};

fn verdicts(before: &Report, after: &Report) -> Vec<(&'static str, Verdict)> {
    let changes = compare(before, after, 0.05);
    changes.iter().map(|it| (it.figure, it.verdict)).collect()
}

/// More than one false alarm in so many figures would make the tool useless.
#[test]
fn runs_of_the_same_server_are_the_same() {
    let mut alarms = 0;
    for seed in 0..5 {
        let (before, after) = (minute(seed, 1_000_000), minute(1000 + seed, 1_000_000));
        let found = verdicts(&before, &after);
        assert_eq!(found.len(), 5, "{found:?}");
        alarms += found.iter().filter(|it| it.1 != Verdict::Same).count();
    }
    assert!(alarms <= 1, "{alarms} of 25");
}

#[test]
fn a_server_that_is_a_quarter_slower_is_found_and_the_other_way_round() {
    for seed in 0..5 {
        let (fast, slow) = (minute(seed, 1_000_000), minute(500 + seed, 1_250_000));
        for (before, after, verdict) in [
            (&fast, &slow, Verdict::Worse),
            (&slow, &fast, Verdict::Better),
        ] {
            let found = verdicts(before, after);
            for figure in ["p50", "p90"] {
                assert!(found.contains(&(figure, verdict)), "{seed}: {found:?}");
            }
            assert!(found.contains(&("rate reached", Verdict::Same)));
        }
    }
}

#[test]
fn a_change_that_is_sure_and_small_does_not_count() {
    let (before, after) = (minute(1, 1_000_000), minute(1, 1_030_000));
    let sure = compare(&before, &after, 0.0);
    let p50 = sure.iter().find(|it| it.figure == "p50").expect("p50");
    assert!(p50.after > p50.before);
    for (figure, verdict) in verdicts(&before, &after) {
        assert_eq!(verdict, Verdict::Same, "{figure}");
    }
}

#[test]
fn runs_of_a_few_seconds_tell_nothing() {
    let mut short = minute(1, 1_000_000);
    short.scenarios[0].series.truncate(LEAST_SECONDS - 1);
    let changes = compare(&minute(2, 1_000_000), &short, 0.05);
    for change in &changes {
        assert_eq!(change.verdict, Verdict::Unknown);
        assert_eq!(change.interval, None);
    }
    let shown = show(&minute(2, 1_000_000), &short, &changes);
    assert!(shown.contains("too short to tell"), "{shown}");
}

/// One answer that does not come makes a run longer than what was asked for.
#[test]
fn the_wait_for_the_last_answer_is_no_lower_rate() {
    let usual = minute(1, 1_000_000);
    let mut waited = usual.clone();
    let ping = &mut waited.scenarios[0];
    ping.seconds_measured += 30.0;
    ping.series.extend((60..90).map(|at_s| Second {
        at_s,
        ..Second::default()
    }));
    for (before, after) in [(&usual, &waited), (&waited, &usual)] {
        let changes = compare(before, after, 0.0);
        assert_eq!(changes[0].figure, "rate reached");
        assert_eq!(changes[0].interval, Some((0.0, 0.0)));
    }
}

fn with_errors(each_second: u64) -> Report {
    let mut dice = Dice(9);
    let errors = Errors::from([("timeout".to_owned(), each_second)]);
    let second = (latencies(&mut dice, 100, 1_000_000), errors);
    report(vec![scenario("ping", &vec![second; 30])])
}

#[test]
fn errors_are_compared_by_their_share() {
    let found = verdicts(&with_errors(0), &with_errors(2));
    assert!(found.contains(&("errors", Verdict::Worse)), "{found:?}");
    let found = verdicts(&with_errors(2), &with_errors(0));
    assert!(found.contains(&("errors", Verdict::Better)), "{found:?}");
    let found = verdicts(&with_errors(2), &with_errors(2));
    assert!(found.contains(&("errors", Verdict::Same)), "{found:?}");
}

/// Nothing that was answered leaves no ratio to compare by.
#[test]
fn a_run_in_which_everything_failed_is_worse() {
    let all_failed = |_| (vec![], Errors::from([("closed".to_owned(), 100)]));
    let seconds: Vec<_> = (0..20).map(all_failed).collect();
    let failed = report(vec![scenario("ping", &seconds)]);
    let found = verdicts(&minute(1, 1_000_000), &failed);
    assert_eq!(
        found,
        [("rate reached", Verdict::Worse), ("errors", Verdict::Worse)]
    );
    let found = verdicts(&failed, &minute(1, 1_000_000));
    assert_eq!(found[0], ("rate reached", Verdict::Better));
}

#[test]
fn what_was_set_up_differently_is_said_first() {
    let (before, mut after) = (minute(1, 1_000_000), minute(2, 1_000_000));
    after.setup.server.version = Some("1.4.1".into());
    after.setup.warm_up_s = 0.5;
    after.setup.options.insert("rate".into(), "200".into());
    after.scenarios.push(scenario("attach", &[]));
    let shown = show(&before, &after, &compare(&before, &after, 0.05));
    for line in [
        "not the same: server: 1.1.2 -> 1.4.1\n",
        "not the same: --rate: 100 -> 200\n",
        "not the same: warm-up: 2 s -> 0.5 s\n",
        "not compared: attach, which only one of the runs has\n",
        "nothing changed beyond noise\n",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
    assert!(!shown.contains("seed"), "{shown}");
}

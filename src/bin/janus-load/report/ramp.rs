//! Rates that rise step by step, and the one up to which the server kept up.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ramp {
    /// The 99th percentile that a step must stay below.
    pub bound_p99_ns: u64,
    pub steps: Vec<Step>,
    /// The highest rate asked for such that this step and all before it held. `null` when the first
    /// did not.
    pub knee_per_s: Option<f64>,
}

/// One rate, over all scenarios.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Seconds from the end of the warm-up to its begin.
    pub at_s: f64,
    pub asked_per_s: f64,
    /// Those that were due in it, a second: a Poisson process has more or fewer than it is asked for. In
    /// a step that was cut short, as many as were asked for. Not in reports of before there was this key.
    pub due_per_s: Option<f64>,
    pub reached_per_s: f64,
    pub count: u64,
    pub errors: u64,
    pub p50_ns: Option<u64>,
    pub p99_ns: Option<u64>,
    pub max_ns: Option<u64>,
    /// The client's own: a step in which this is large tells of the client, not of the server.
    pub lateness_p99_ns: Option<u64>,
}

impl Step {
    /// Whether the server kept up: the percentile is below the bound, nothing failed, and of what was
    /// due 95 % were answered within the step.
    pub fn holds(&self, bound_p99_ns: u64) -> bool {
        self.errors == 0
            && self.p99_ns.is_some_and(|p99| p99 < bound_p99_ns)
            && self.reached_per_s >= self.due_per_s.unwrap_or(self.asked_per_s) * 0.95
    }
}

impl Ramp {
    pub fn new(bound_p99_ns: u64, steps: Vec<Step>) -> Self {
        let held = steps.iter().take_while(|step| step.holds(bound_p99_ns));
        let knee_per_s = held.last().map(|step| step.asked_per_s);
        Self {
            bound_p99_ns,
            steps,
            knee_per_s,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(asked_per_s: f64, reached_per_s: f64, p99_ms: u64, errors: u64) -> Step {
        Step {
            at_s: 0.0,
            asked_per_s,
            due_per_s: Some(asked_per_s),
            reached_per_s,
            count: 1000,
            errors,
            p50_ns: Some(1_000_000),
            p99_ns: Some(p99_ms * 1_000_000),
            max_ns: None,
            lateness_p99_ns: None,
        }
    }

    fn knee(steps: Vec<Step>) -> Option<f64> {
        Ramp::new(20_000_000, steps).knee_per_s
    }

    #[test]
    fn the_knee_is_the_last_step_before_the_first_that_fails() {
        let first = step(100.0, 100.0, 5, 0);
        assert_eq!(knee(vec![]), None);
        assert_eq!(knee(vec![step(100.0, 100.0, 20, 0)]), None);
        assert_eq!(
            knee(vec![first.clone(), step(200.0, 200.0, 30, 0)]),
            Some(100.0)
        );
        // One that holds again, after one that did not, was lucky.
        let lucky = vec![
            first.clone(),
            step(200.0, 200.0, 30, 0),
            step(300.0, 300.0, 5, 0),
        ];
        assert_eq!(knee(lucky), Some(100.0));
        assert_eq!(
            knee(vec![first.clone(), step(200.0, 200.0, 5, 1)]),
            Some(100.0)
        );
        assert_eq!(
            knee(vec![first.clone(), step(200.0, 150.0, 5, 0)]),
            Some(100.0)
        );
        assert_eq!(knee(vec![first, step(200.0, 199.0, 5, 0)]), Some(200.0));
    }

    /// In 5 of 100 steps of 10 s, a Poisson process of 100 a second has fewer than 950.
    #[test]
    fn a_step_holds_by_what_was_due_in_it_and_not_by_chance() {
        let of = |due_per_s, reached_per_s| Step {
            due_per_s,
            ..step(100.0, reached_per_s, 5, 0)
        };
        assert_eq!(knee(vec![of(Some(93.0), 93.0)]), Some(100.0));
        assert_eq!(knee(vec![of(Some(93.0), 88.0)]), None);
        assert_eq!(knee(vec![of(Some(107.0), 100.0)]), None);
        assert_eq!(knee(vec![of(None, 93.0)]), None);
    }
}

//! From what was measured to the report.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    arrivals::Process,
    machine,
    plan::Plan,
    records::{StepTotals, Totals},
    report::{
        End, Report, SCHEMA,
        latency::{Buckets, Latency},
        ramp::{self, Ramp},
        scenario::Scenario,
        setup::{Arrivals, Client, Drive, Server, Setup},
    },
    run::Measured,
    scenario::{Left, parts},
    series::Series,
    settings::{Settings, Work},
    target::Target,
};

/// What a report says beside what was measured.
pub(crate) struct Summary<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) settings: &'a Settings,
    pub(crate) target: &'a Target,
    /// Since 1970.
    pub(crate) started: Duration,
    pub(crate) end: End,
    pub(crate) left: Left,
}

impl Summary<'_> {
    pub(crate) fn report(&self, measured: Measured) -> Report {
        let Measured {
            totals,
            series,
            steps,
            usage,
            length,
            asked,
            ..
        } = measured;
        let figures = self.plan.works.iter().zip(totals).zip(series);
        let figures = figures
            .map(|((work, totals), series)| self.scenario(work, &totals, series, [length, asked]));
        Report {
            schema: SCHEMA,
            setup: self.set_up(),
            end: self.end,
            scenarios: figures.collect(),
            ramp: self.ramp(&steps, asked),
            usage,
            left: BTreeMap::from([
                ("sessions".to_owned(), self.left.sessions),
                ("rooms".to_owned(), self.left.rooms),
            ]),
        }
    }

    fn scenario(
        &self,
        work: &Work,
        totals: &Totals,
        series: Series,
        [length, asked]: [Duration; 2],
    ) -> Scenario {
        let asked = asked.as_secs_f64();
        let due: u64 = totals.due.iter().sum();
        let names = parts(work.kind()).iter().map(|name| (*name).to_owned());
        let parts = names.zip(totals.parts.iter().map(Latency::of));
        Scenario {
            name: work.name(),
            seconds_measured: length.as_secs_f64(),
            seconds_asked: Some(asked),
            asked_per_s: self.plan.open.as_ref().map(|_| due as f64 / asked),
            reached_per_s: totals.reached as f64 / asked,
            count: totals.latency.len(),
            errors: totals.errors.clone(),
            latency: Latency::of(&totals.latency),
            service: Latency::of(&totals.service),
            lateness: Latency::of(&totals.lateness),
            parts: parts.collect(),
            series: series.into_seconds(&totals.due),
        }
    }

    fn ramp(&self, totals: &[Option<StepTotals>], asked: Duration) -> Option<Ramp> {
        let (rate, _) = self.plan.open.as_ref()?;
        rate.length()?;
        let steps = self.plan.steps().into_iter().zip(totals);
        // Those that were not reached are not there.
        let steps = steps.filter_map(|(step, totals)| {
            let totals = totals.as_ref()?;
            let latency = Buckets::of(&totals.latency);
            let seconds = (step.end - step.begin).as_secs_f64();
            let due_per_s = if step.end <= asked {
                (latency.count() + totals.errors) as f64 / seconds
            } else {
                step.rate
            };
            Some(ramp::Step {
                at_s: step.begin.as_secs_f64(),
                asked_per_s: step.rate,
                due_per_s: Some(due_per_s),
                reached_per_s: totals.ended as f64 / seconds,
                count: latency.count(),
                errors: totals.errors,
                p50_ns: latency.quantile(0.5),
                p99_ns: latency.quantile(0.99),
                max_ns: latency.quantile(1.0),
                lateness_p99_ns: Buckets::of(&totals.lateness).quantile(0.99),
            })
        });
        let bound = u64::try_from(self.plan.knee.as_nanos()).unwrap_or(u64::MAX);
        Some(Ramp::new(bound, steps.collect()))
    }

    fn set_up(&self) -> Setup {
        let (plan, target) = (self.plan, self.target);
        let info = target.connections.first().map(|it| it.opening_info());
        let drive = match plan.open {
            Some((_, process)) => Drive::Open {
                arrivals: match process {
                    Process::Constant => Arrivals::Constant,
                    Process::Poisson => Arrivals::Poisson,
                },
            },
            None => Drive::Closed {
                callers: plan.workers as u64,
            },
        };
        Setup {
            started_unix_s: self.started.as_secs(),
            url: target.url.clone(),
            drive,
            options: self.options(),
            seed: plan.seed,
            connections: plan.connections as u64,
            warm_up_s: plan.warm_up.as_secs_f64(),
            client: Client {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                optimised: !cfg!(debug_assertions),
                machine: machine::this(),
            },
            server: Server {
                name: info.map(|info| info.name.clone()),
                version: info.map(|info| info.version_string.clone()),
                local: target.is_local(),
            },
        }
    }

    /// As they took effect.
    fn options(&self) -> BTreeMap<String, String> {
        let plan = self.plan;
        let time = |time| humantime::format_duration(time).to_string();
        let mut options =
            BTreeMap::from([("for", time(plan.length)), ("timeout", time(plan.timeout))]);
        match &plan.open {
            Some((rate, _)) => {
                options.insert("rate", rate.to_string());
                options.insert("in-flight", plan.workers.to_string());
                if rate.length().is_some() {
                    options.insert("knee", time(plan.knee));
                }
            }
            None => {
                options.insert("callers", plan.workers.to_string());
            }
        }
        if let Some(pid) = self.settings.server_pid {
            options.insert("server-pid", pid.to_string());
        }
        let options = options
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        let works = plan.works.iter();
        let works = works.map(|work| (format!("scenario {}", work.name()), work.shown()));
        options.chain(works).collect()
    }
}

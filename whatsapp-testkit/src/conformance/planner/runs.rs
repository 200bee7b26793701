//! Cases for runs.

use chrono::{Days, NaiveDate, TimeDelta};
use whatsapp_core::port::{PlanWritten, PlannerRun, RUN_HORIZON, RunClaim, RunWrite};

use super::super::trial::{LEASE, MICROSECOND};
use super::{DAY, DONE, PlannerPorts, Table, day};
use crate::fixtures::START;

impl Table {
    async fn claims(&self, claim: &RunClaim) -> Option<PlannerRun> {
        self.planner.claim_run(claim).await.expect("claim_run")
    }

    async fn runs(&self) -> Vec<PlannerRun> {
        self.planner.planner_runs(NaiveDate::MAX, 100).await.expect("planner_runs")
    }

    /// The days that have a run.
    async fn days(&self) -> Vec<NaiveDate> {
        self.runs().await.iter().map(|run| run.day).collect()
    }
}

pub async fn a_new_run_begins_with_what_its_claim_says(ports: PlannerPorts) {
    let table = Table::new(ports);
    assert_eq!(table.runs().await, []);
    let claim = RunClaim { progress: "naïve: 1, ₹".to_owned(), ..table.claim_of(DAY) };
    let expected = PlannerRun {
        day: DAY,
        progress: claim.progress.clone(),
        lease_until: Some(claim.until),
        started_at: START,
        finished_at: None,
    };
    assert_eq!(table.claims(&claim).await, Some(expected.clone()));
    assert_eq!(table.runs().await, [expected]);
}

pub async fn a_run_that_somebody_works_on_is_not_taken(ports: PlannerPorts) {
    let table = Table::new(ports);
    let token = table.taken(DAY).await;
    table.trial.pass(LEASE - MICROSECOND);
    assert_eq!(table.claims(&table.claim_of(DAY)).await, None);
    let other = table.claim_of(day(1));
    assert!(table.claims(&other).await.is_some(), "each day has a claim of its own");
    assert_eq!(table.write_run(table.goes_on(DAY, token, "on")).await, DONE);
}

pub async fn a_claim_that_ran_out_is_taken_over_and_the_old_one_is_fenced(ports: PlannerPorts) {
    let table = Table::new(ports);
    let old = table.taken(DAY).await;
    assert_eq!(table.write_run(table.goes_on(DAY, old, "half")).await, DONE);
    table.trial.pass(LEASE);
    let claim = RunClaim { progress: "anew".to_owned(), ..table.claim_of(DAY) };
    let expected = PlannerRun {
        day: DAY,
        progress: "half".to_owned(),
        lease_until: Some(claim.until),
        started_at: START,
        finished_at: None,
    };
    assert_eq!(table.claims(&claim).await, Some(expected.clone()));
    assert_eq!(table.write_run(table.goes_on(DAY, old, "late")).await, PlanWritten::Fenced);
    assert_eq!(table.runs().await, [expected]);
    assert_eq!(table.write_run(table.goes_on(DAY, claim.token, "on")).await, DONE);
}

pub async fn a_write_renews_the_claim(ports: PlannerPorts) {
    let table = Table::new(ports);
    let token = table.taken(DAY).await;
    table.trial.pass(LEASE);
    // No other process took the run after the lease ended.
    assert_eq!(table.write_run(table.goes_on(DAY, token, "page 2")).await, DONE);
    table.trial.pass(LEASE - MICROSECOND);
    assert_eq!(table.claims(&table.claim_of(DAY)).await, None);
    let run = table.runs().await.remove(0);
    assert_eq!(run.progress, "page 2");
    assert_eq!(run.lease_until, Some(START + LEASE * 2));
    table.trial.pass(MICROSECOND);
    assert!(table.claims(&table.claim_of(DAY)).await.is_some());
}

pub async fn a_run_that_was_given_back_is_free_at_once(ports: PlannerPorts) {
    let table = Table::new(ports);
    let token = table.taken(DAY).await;
    let back = RunWrite { until: None, ..table.goes_on(DAY, token, "half") };
    assert_eq!(table.write_run(back.clone()).await, DONE);
    assert_eq!(table.runs().await[0].lease_until, None);
    assert_eq!(table.write_run(back).await, PlanWritten::Fenced, "it is nobody's now");
    let run = table.claims(&table.claim_of(DAY)).await.expect("it is free");
    assert_eq!(run.progress, "half");
}

pub async fn a_finished_run_can_be_taken_again(ports: PlannerPorts) {
    let table = Table::new(ports);
    let token = table.taken(DAY).await;
    let at = START + TimeDelta::seconds(7);
    let finished_at = Some(at);
    let done = RunWrite { until: None, finished_at, ..table.goes_on(DAY, token, "all") };
    assert_eq!(table.write_run(done).await, DONE);
    table.trial.pass(TimeDelta::hours(3));
    let claim = table.claim_of(DAY);
    let expected = PlannerRun {
        day: DAY,
        progress: "all".to_owned(),
        lease_until: Some(claim.until),
        started_at: START,
        finished_at,
    };
    assert_eq!(table.claims(&claim).await, Some(expected));
    assert_eq!(table.claims(&table.claim_of(DAY)).await, None, "it is held again");
    let again = RunWrite { finished_at, ..table.goes_on(DAY, claim.token, "and more") };
    assert_eq!(table.write_run(again).await, DONE);
    let run = table.runs().await.remove(0);
    assert_eq!((run.progress.as_str(), run.finished_at), ("and more", finished_at));
}

pub async fn a_claim_from_a_clock_that_was_set_back_does_not_hold(ports: PlannerPorts) {
    let table = Table::new(ports);
    let claim = table.claim_of(DAY);
    let held = claim.until + RUN_HORIZON;
    let far = RunClaim { until: held, ..table.claim_of(DAY) };
    assert!(table.claims(&far).await.is_some());
    assert_eq!(table.claims(&claim).await, None, "it may be just so long");
    let sooner = RunClaim { until: claim.until - MICROSECOND, ..claim };
    assert!(table.claims(&sooner).await.is_some(), "it is longer than any claim");
    assert_eq!(table.write_run(table.goes_on(DAY, far.token, "on")).await, PlanWritten::Fenced);
    assert_eq!(table.write_run(table.goes_on(DAY, sooner.token, "on")).await, DONE);
}

pub async fn a_claim_that_is_refused_changes_nothing(ports: PlannerPorts) {
    let table = Table::new(ports);
    for after in 0..3 {
        table.taken(day(after)).await;
    }
    let before = table.runs().await;
    let claim = RunClaim { progress: "other".to_owned(), ..table.claim_of(DAY) };
    assert_eq!(table.claims(&claim).await, None);
    assert_eq!(table.runs().await, before);
}

pub async fn runs_come_the_latest_first_and_no_more_than_asked_for(ports: PlannerPorts) {
    let table = Table::new(ports);
    // Across the ends of a month and of a year, and at both ends of the range of days.
    let edges = [(1970, 1, 1), (9999, 12, 31)].map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d));
    let days = [day(5), day(4), DAY, DAY - Days::new(27), DAY - Days::new(26)];
    let mut all: Vec<_> = days.into_iter().chain(edges.into_iter().flatten()).collect();
    for one in &all {
        assert!(table.claims(&table.claim_of(*one)).await.is_some());
    }
    all.sort_unstable();
    all.reverse();
    assert_eq!(table.days().await, all);
    let runs = async |until, limit| {
        let runs = table.planner.planner_runs(until, limit).await.expect("planner_runs");
        runs.iter().map(|run| run.day).collect::<Vec<_>>()
    };
    assert_eq!(runs(NaiveDate::MAX, 3).await, all[..3]);
    assert_eq!(runs(day(4), 2).await, [day(4), DAY]);
    assert_eq!(runs(day(3), 1).await, [DAY], "whatever comes later");
    assert_eq!(runs(NaiveDate::MAX, 0).await, []);
}

pub async fn a_run_that_is_not_there_cannot_be_written(ports: PlannerPorts) {
    let table = Table::new(ports);
    let token = table.taken(DAY).await;
    let other = table.goes_on(day(1), token, "on");
    assert_eq!(table.write_run(other).await, PlanWritten::Fenced);
    assert_eq!(table.days().await, [DAY]);
}

pub async fn of_concurrent_claims_one_takes_the_run(ports: PlannerPorts) {
    let table = Table::new(ports);
    for round in 0..3 {
        let claims: Vec<_> = (0..16)
            .map(|_| {
                let (planner, claim) = (table.planner.clone(), table.claim_of(DAY));
                tokio::spawn(async move { planner.claim_run(&claim).await })
            })
            .collect();
        let mut taken = 0;
        for claim in claims {
            taken += usize::from(claim.await.expect("no panic").expect("claim_run").is_some());
        }
        assert_eq!(taken, 1, "round {round}");
        table.trial.pass(LEASE);
    }
}

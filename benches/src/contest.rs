//! Measuring work on a database: the contestants take turns in every round, and the median of each
//! contestant's rounds counts.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use async_trait::async_trait;

/// Something that works through a number of messages.
#[async_trait]
pub trait Contestant: Send {
    /// Name of the contestant in the table.
    fn name(&self) -> String;

    /// Gets ready for `rows` messages. Not measured.
    async fn prepare(&mut self, rows: u32) -> Result<()>;

    /// Works through the messages and tells how long it took, with everything durably written.
    async fn run(&mut self, rows: u32) -> Result<Duration>;
}

/// Result of a contest: the median rate of each contestant.
#[derive(Debug)]
pub struct Rates(Vec<(String, f64)>);

impl Rates {
    /// The median rate of the contestant with this name, in messages a second.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, rate)| *rate)
    }

    /// The best rate among the contestants whose name contains `part`.
    #[must_use]
    pub fn best(&self, part: &str) -> Option<f64> {
        self.best_where(|name| name.contains(part))
    }

    /// The best rate among the contestants whose name passes.
    #[must_use]
    pub fn best_where(&self, passes: impl Fn(&str) -> bool) -> Option<f64> {
        let fit = self.0.iter().filter(|(name, _)| passes(name));
        fit.map(|(_, rate)| *rate).max_by(f64::total_cmp)
    }
}

/// Runs all contestants `rounds` times in turn and prints each one's median, slowest and fastest
/// round, and its ratio to the first.
///
/// # Errors
/// The first error of a contestant.
#[expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
pub async fn contest(
    title: &str,
    contestants: &mut [Box<dyn Contestant>],
    rows: u32,
    rounds: usize,
) -> Result<Rates> {
    let mut rates = vec![Vec::with_capacity(rounds); contestants.len()];
    for round in 1..=rounds {
        for (contestant, rates) in contestants.iter_mut().zip(&mut rates) {
            contestant.prepare(rows).await.with_context(|| contestant.name())?;
            let took = contestant.run(rows).await.with_context(|| contestant.name())?;
            let rate = f64::from(rows) / took.as_secs_f64();
            eprintln!("  round {round}: {} {rate:.0}", contestant.name());
            rates.push(rate);
        }
    }
    println!("\n{title}: {rows} messages, {rounds} rounds, messages a second");
    println!("{:<64} {:>9} {:>9} {:>9} {:>7}", "", "median", "slowest", "fastest", "ratio");
    let mut first = None;
    let mut medians = Vec::new();
    for (contestant, rates) in contestants.iter().zip(&mut rates) {
        let (median, name) = (median(rates), contestant.name());
        let ratio = median / *first.get_or_insert(median);
        let (slowest, fastest) = (rates[0], rates[rates.len() - 1]);
        println!("{name:<64} {median:>9.0} {slowest:>9.0} {fastest:>9.0} {ratio:>7.2}");
        medians.push((name, median));
    }
    Ok(Rates(medians))
}

/// Prints a figure beside the least that it should be. Nothing is printed for a figure that this
/// run did not measure.
#[expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
pub fn at_least(what: &str, figure: Option<f64>, goal: f64) {
    if let Some(figure) = figure {
        let verdict = if figure >= goal { "reached" } else { "MISSED" };
        println!("  {what}: {figure:.2}, goal ≥ {goal} {verdict}");
    }
}

/// Prints a figure beside the most that it should be.
#[expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
pub fn at_most(what: &str, figure: Option<f64>, goal: f64) {
    if let Some(figure) = figure {
        let verdict = if figure <= goal { "reached" } else { "MISSED" };
        println!("  {what}: {figure:.2}, goal ≤ {goal} {verdict}");
    }
}

/// Prints a figure that has no goal.
#[expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
pub fn tell(what: &str, figure: Option<f64>) {
    if let Some(figure) = figure {
        println!("  {what}: {figure:.2}");
    }
}

/// The ratio of two figures, if both were measured.
#[must_use]
pub fn ratio(ours: Option<f64>, theirs: Option<f64>) -> Option<f64> {
    Some(ours? / theirs?)
}

/// Now, by a clock that only goes forward.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a benchmark reads real time")]
pub fn mark() -> Instant {
    Instant::now()
}

/// Sorts the figures and returns the middle one, or the mean of the two in the middle.
///
/// # Panics
/// Panics if there are no figures.
#[must_use]
pub fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    let (below, above) = (figures[(figures.len() - 1) / 2], figures[figures.len() / 2]);
    f64::midpoint(below, above)
}

/// The figure that this share of the sorted figures does not exceed.
///
/// # Panics
/// Panics if there are no figures.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place in a short list"
)]
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

//! Measuring small things. All candidates take turns in one run, so that a noisy machine is as
//! noisy to each of them. The figure printed is the ratio to the first candidate.

use std::hint::black_box;
use std::time::Instant;

/// One thing to measure: its name, and the work that it does once.
pub struct Candidate<'a> {
    name: &'static str,
    goal: Option<f64>,
    work: Box<dyn FnMut() -> usize + 'a>,
}

impl std::fmt::Debug for Candidate<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Candidate({})", self.name)
    }
}

impl<'a> Candidate<'a> {
    /// A candidate that makes a text; the text's length is kept from being optimised away.
    pub fn new(name: &'static str, mut work: impl FnMut() -> String + 'a) -> Self {
        Self { name, goal: None, work: Box::new(move || black_box(work()).len()) }
    }

    /// Sets the ratio to the first candidate that this one should reach.
    #[must_use]
    pub const fn with_goal(mut self, goal: f64) -> Self {
        self.goal = Some(goal);
        self
    }
}

/// Measures the candidates in interleaved rounds and prints the median time of each and its ratio
/// to the first one's.
#[expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
pub fn compare(title: &str, candidates: &mut [Candidate<'_>]) {
    const ROUNDS: usize = 31;
    let calls: Vec<u32> = candidates.iter_mut().map(calibrate).collect();
    let mut times = vec![Vec::with_capacity(ROUNDS); candidates.len()];
    for _ in 0..ROUNDS {
        for ((candidate, calls), times) in candidates.iter_mut().zip(&calls).zip(&mut times) {
            times.push(nanoseconds(candidate, *calls));
        }
    }
    let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
    println!("\n{title}");
    println!("{:<44} {:>9} {:>7}  goal", "", "ns", "ratio");
    let first = medians.first().copied().unwrap_or(1.0);
    for (candidate, median) in candidates.iter().zip(&medians) {
        let ratio = median / first;
        let goal = match candidate.goal {
            Some(goal) if ratio <= goal => format!("≤ {goal} reached"),
            Some(goal) => format!("≤ {goal} MISSED"),
            None => String::new(),
        };
        println!("{:<44} {median:>9.1} {ratio:>7.2}  {goal}", candidate.name);
    }
}

/// The number of calls that take about two milliseconds.
fn calibrate(candidate: &mut Candidate<'_>) -> u32 {
    let mut calls = 16;
    while nanoseconds(candidate, calls) * f64::from(calls) < 2_000_000.0 && calls < 1 << 22 {
        calls *= 2;
    }
    calls
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads real time")]
fn nanoseconds(candidate: &mut Candidate<'_>, calls: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box((candidate.work)());
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

//! A chore as a row of steps: announced, timed, and summed up at the end.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// A chore under way, with the time that each step took so far.
#[derive(Debug)]
pub(crate) struct Chore {
    name: &'static str,
    finished: Vec<(String, Duration)>,
}

impl Chore {
    /// Runs `steps` as the chore `name`, and prints in the end how long each of them took.
    ///
    /// # Errors
    ///
    /// The first step that failed; those after it are not run.
    pub(crate) fn run(
        name: &'static str,
        steps: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let mut chore = Self { name, finished: Vec::new() };
        let outcome = steps(&mut chore);
        eprint!("{}", chore.summary(outcome.is_ok()));
        outcome
    }

    /// Announces, runs and times one step.
    ///
    /// # Errors
    ///
    /// The error of `action`, under a sentence that names the step and ends in `advice`: what the
    /// reader should do now.
    pub(crate) fn step<T>(
        &mut self,
        title: &str,
        advice: &str,
        action: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        eprintln!("{}: {title}", self.name);
        let started = now();
        let outcome = action();
        let mark = if outcome.is_ok() { "" } else { " (failed)" };
        self.finished.push((format!("{title}{mark}"), now().duration_since(started)));
        outcome.with_context(|| format!("{}: {title} failed. {advice} The cause", self.name))
    }

    fn summary(&self, passed: bool) -> String {
        let verdict = if passed { "passed" } else { "FAILED" };
        let total: Duration = self.finished.iter().map(|(_, took)| *took).sum();
        let finished = self.finished.iter().map(|(title, took)| (title.as_str(), *took));
        let rows: Vec<String> = finished
            .chain([("in all", total)])
            .map(|(title, took)| format!("{:>8.1} s  {title}\n", took.as_secs_f64()))
            .collect();
        format!("\n{} {verdict}\n{}", self.name, rows.concat())
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a step took is told to a person")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn failing_step_names_itself_and_says_what_to_do() {
        let error = Chore::run("lint", |chore| {
            chore.step("format", "Run `cargo fmt`.", || bail!("3 files differ"))
        })
        .unwrap_err();
        assert_eq!(
            format!("{error:#}"),
            "lint: format failed. Run `cargo fmt`. The cause: 3 files differ"
        );
    }

    #[test]
    fn steps_after_a_failure_are_not_run() {
        let mut reached = false;
        let outcome = Chore::run("lint", |chore| {
            chore.step("first", "", || bail!("no"))?;
            chore.step("second", "", || {
                reached = true;
                Ok(())
            })
        });
        assert!(outcome.is_err());
        assert!(!reached);
    }

    #[test]
    fn failed_step_is_marked_in_the_summary() {
        let mut chore = Chore { name: "lint", finished: Vec::new() };
        let outcome: Result<()> = chore.step("format", "", || bail!("3 files differ"));
        assert!(outcome.is_err());
        let summary = chore.summary(false);
        assert!(summary.starts_with("\nlint FAILED\n"), "{summary}");
        assert!(summary.contains(" s  format (failed)\n"), "{summary}");
    }

    #[test]
    fn summary_lists_each_finished_step_and_the_total() {
        let chore = Chore {
            name: "test",
            finished: vec![
                ("tests".to_owned(), Duration::from_millis(1_500)),
                ("doctests".to_owned(), Duration::from_secs(20)),
            ],
        };
        assert_eq!(
            chore.summary(true),
            "\ntest passed\n     1.5 s  tests\n    20.0 s  doctests\n    21.5 s  in all\n"
        );
    }
}

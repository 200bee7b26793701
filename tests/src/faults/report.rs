//! Result of all runs of one test: one plain line, and a file with every detail.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::Verdict;
use super::database::Kind;
use super::mutant::Mutant;
use super::storm::Weather;

/// The storms of one test on one database.
#[derive(Debug)]
pub struct Storms {
    /// Faults that the runs suffered.
    pub weather: Weather,
    /// Database of the runs.
    pub kind: Kind,
    /// Verdict on each run.
    pub verdicts: Vec<Verdict>,
}

impl Storms {
    /// Returns true if nothing was found, and there was something to find: a run in which nothing
    /// happened proves nothing.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.verdicts.iter().all(Verdict::is_clean) && self.proves_nothing().is_none()
    }

    /// Names something that should have happened and did not.
    #[must_use]
    pub fn proves_nothing(&self) -> Option<&'static str> {
        let sum =
            |count: &dyn Fn(&Verdict) -> usize| self.verdicts.iter().map(count).sum::<usize>();
        let messages = sum(&|verdict| verdict.messages);
        let sent = sum(&|verdict| verdict.ends.get("sent").copied().unwrap_or(0));
        let of = |what, happened: usize| (happened == 0).then_some(what);
        let kills = of("kills", sum(&|verdict| verdict.faults.kills));
        let rollbacks = of("rolled_back", sum(&|verdict| verdict.rolled_back));
        let particular = match self.weather {
            Weather::Kills => of("interrupted", sum(&|verdict| verdict.faults.interrupted)),
            Weather::Pauses => of("pauses", sum(&|verdict| verdict.faults.pauses))
                .or(of("held", sum(&|verdict| verdict.faults.held)))
                .or(of("fenced", sum(&|verdict| verdict.faults.fenced))),
            Weather::Crashes => of("crashes", sum(&|verdict| verdict.faults.crashes))
                .or(of("interrupted", sum(&|verdict| verdict.faults.interrupted))),
            Weather::Aliases | Weather::Disguises => {
                of("guised", sum(&|verdict| verdict.faults.guised))
            }
            Weather::Trouble => of("troubled", sum(&|verdict| verdict.faults.troubled)),
            Weather::Jumps => of("jumps", sum(&|verdict| verdict.faults.jumps)),
        };
        let most = (2 * sent < messages).then_some("sent");
        of("messages", messages).or(kills).or(rollbacks).or(particular).or(most)
    }
}

/// Prints the whole result in one line.
impl fmt::Display for Storms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum =
            |count: &dyn Fn(&Verdict) -> usize| self.verdicts.iter().map(count).sum::<usize>();
        let faults =
            |count: fn(&super::verdict::Faults) -> usize| sum(&|verdict| count(&verdict.faults));
        write!(f, "{} {} runs={}", self.weather.test(self.kind), self.kind, self.verdicts.len())?;
        for (name, count) in [
            ("messages", sum(&|verdict| verdict.messages)),
            ("rolled_back", sum(&|verdict| verdict.rolled_back)),
            ("kills", faults(|faults| faults.kills)),
            ("pauses", faults(|faults| faults.pauses)),
            ("crashes", faults(|faults| faults.crashes)),
            ("held", faults(|faults| faults.held)),
            ("fenced", faults(|faults| faults.fenced)),
            ("interrupted", faults(|faults| faults.interrupted)),
            ("guised", faults(|faults| faults.guised)),
            ("troubled", faults(|faults| faults.troubled)),
            ("forms", faults(|faults| faults.forms)),
            ("jumps", faults(|faults| faults.jumps)),
            ("posts", sum(&|verdict| verdict.posts)),
            ("accepted", sum(&|verdict| verdict.accepted)),
        ] {
            write!(f, " {name}={count}")?;
        }
        let mut found = BTreeMap::<usize, (&str, usize)>::new();
        for verdict in &self.verdicts {
            for (place, (name, count)) in verdict.findings().into_iter().enumerate() {
                found.entry(place).or_insert((name, 0)).1 += count;
            }
        }
        for (name, count) in found.values() {
            write!(f, " {name}={count}")?;
        }
        write!(f, " late={}", sum(&|verdict| verdict.late.len()))?;
        let mut ends = BTreeMap::<&str, usize>::new();
        for (end, count) in self.verdicts.iter().flat_map(|verdict| &verdict.ends) {
            *ends.entry(end).or_default() += count;
        }
        for (end, count) in ends {
            write!(f, " {end}={count}")?;
        }
        let seconds: u64 = self.verdicts.iter().map(|verdict| verdict.seconds).sum();
        write!(f, " seconds={seconds}")?;
        self.proves_nothing().map_or(Ok(()), |what| write!(f, " PROVES_NOTHING={what}"))
    }
}

/// Result of T11's schedules on one database.
#[derive(Debug, Serialize)]
pub struct Mutants {
    /// Database of the schedules.
    pub kind: Kind,
    /// For each mutant, by its name, the verdicts with its safeguard and without.
    pub played: BTreeMap<&'static str, [Verdict; 2]>,
}

impl Mutants {
    /// Returns true if every mutant was caught, and nothing else was.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.count() == (Mutant::ALL.len(), Mutant::ALL.len())
    }

    /// Counts the mutants that were caught, and the schedules that found nothing with the safeguard
    /// in place.
    fn count(&self) -> (usize, usize) {
        let played = self.played.values();
        let caught = played.clone().filter(|[_, without]| !without.is_clean()).count();
        (caught, played.filter(|[with, _]| with.is_clean() && with.posts > 0).count())
    }
}

/// Prints the whole result in one line: each mutant with the finding that gave it away.
impl fmt::Display for Mutants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (caught, honest) = self.count();
        let all = Mutant::ALL.len();
        write!(
            f,
            "T11 {} mutants caught={caught}/{all} clean_with_safeguard={honest}/{all}",
            self.kind
        )?;
        for (name, [with, without]) in &self.played {
            let found = |verdict: &Verdict| {
                let found = verdict.findings().into_iter().filter(|(_, count)| *count > 0);
                found.map(|(finding, _)| finding).collect::<Vec<_>>().join("+")
            };
            write!(f, " {name}={}", found(without))?;
            if !with.is_clean() {
                write!(f, "(WITH_SAFEGUARD:{})", found(with))?;
            }
        }
        Ok(())
    }
}

/// Result of T14: whether a transaction was ever held over a POST.
#[derive(Debug, Serialize)]
pub struct Transactions {
    /// POSTs at which the server was asked.
    pub posts: usize,
    /// POSTs over which a transaction stood open.
    pub seen: usize,
    /// Such POSTs of a worker that holds a transaction on purpose: the harness must see them.
    pub seen_of_mutant: usize,
}

impl Transactions {
    /// Returns true if no transaction was seen but the deliberate one.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.posts > 0 && self.seen == 0 && self.seen_of_mutant > 0
    }
}

/// Prints the whole result in one line.
impl fmt::Display for Transactions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { posts, seen, seen_of_mutant } = self;
        write!(
            f,
            "T14 postgres posts={posts} idle_in_transaction={seen} seen_of_mutant={seen_of_mutant}"
        )
    }
}

/// Writes every detail of a test into `<folder>/<name>.json`.
///
/// # Errors
/// Returns an error if the file cannot be written.
pub fn write(folder: &Path, name: &str, report: &impl Serialize) -> Result<()> {
    fs::create_dir_all(folder).context("no folder for the reports")?;
    let report = serde_json::to_vec_pretty(report)?;
    fs::write(folder.join(format!("{name}.json")), report).context("no report")
}

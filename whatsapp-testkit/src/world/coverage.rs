//! Coverage of worlds: the states that met events, and the points at which processes were struck.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use whatsapp_core::message::{Cause, witness};
use whatsapp_core::retry::Disposition;

/// Harm to a process at an await point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Harm {
    /// The process is killed.
    Kill,
    /// The process is frozen.
    Freeze,
}

impl Harm {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Kill, Self::Freeze];

    /// Returns its name in reports and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Freeze => "freeze",
        }
    }
}

/// The side of a port's call on which a process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Phase {
    Before,
    After,
}

impl Phase {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// An await point: a method of a port, and the side of its call.
pub(super) type Point = (&'static str, Phase);

/// Coverage, added up over worlds.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Visits of processes to each point, before and after the call. Processes visit a point at
    /// every step, so it is found by its hash; `sorted` puts all points in order.
    points: HashMap<&'static str, [u64; 2]>,
    struck: BTreeMap<(Point, Harm), u64>,
    /// Kinds of trouble that really happened, by name.
    troubles: BTreeMap<&'static str, u64>,
    /// Pairs of kinds that happened to the same message.
    pairs: BTreeSet<(&'static str, &'static str)>,
    /// Moves, as `state × event`.
    events: BTreeMap<(&'static str, &'static str), u64>,
    /// Meanings of the gateway's answers, as disposition × cause.
    answers: Vec<((Disposition, Cause), u64)>,
}

impl Coverage {
    pub(super) fn passes(&mut self, (name, phase): Point) -> u64 {
        let [before, after] = self.points.entry(name).or_default();
        let passes = match phase {
            Phase::Before => before,
            Phase::After => after,
        };
        *passes += 1;
        *passes
    }

    /// Returns the points that processes visited, in their order.
    fn sorted(&self) -> BTreeMap<Point, u64> {
        let each = self.points.iter().flat_map(|(name, [before, after])| {
            [((*name, Phase::Before), *before), ((*name, Phase::After), *after)]
        });
        each.filter(|(_, times)| *times > 0).collect()
    }

    pub(super) fn strikes(&mut self, point: Point, harm: Harm) {
        *self.struck.entry((point, harm)).or_default() += 1;
    }

    pub(super) fn troubles(&mut self, name: &'static str) {
        *self.troubles.entry(name).or_default() += 1;
    }

    pub(super) fn life(&mut self, troubles: &BTreeSet<&'static str>) {
        for one in troubles {
            for other in troubles.range(*one..).skip(1) {
                self.pairs.insert((one, other));
            }
        }
    }

    pub(super) fn answers(&mut self, disposition: Disposition, cause: Cause) {
        self.hears((disposition, cause), 1);
    }

    fn hears(&mut self, meaning: (Disposition, Cause), times: u64) {
        match self.answers.iter_mut().find(|(known, _)| *known == meaning) {
            Some((_, before)) => *before += times,
            None => self.answers.push((meaning, times)),
        }
    }

    /// Takes in the moves that states made on this thread, by event.
    pub(super) fn meets(&mut self) {
        for (state, event, _, moved) in witness::take() {
            if moved > 0 {
                *self.events.entry((state, event)).or_default() += moved;
            }
        }
    }

    /// Adds the coverage of other worlds.
    pub fn add(&mut self, other: &Self) {
        fn sum<K: Ord + Copy>(to: &mut BTreeMap<K, u64>, from: &BTreeMap<K, u64>) {
            for (key, times) in from {
                *to.entry(*key).or_default() += times;
            }
        }
        for (name, [before, after]) in &other.points {
            let here = self.points.entry(name).or_default();
            *here = [here[0] + before, here[1] + after];
        }
        sum(&mut self.struck, &other.struck);
        sum(&mut self.troubles, &other.troubles);
        sum(&mut self.events, &other.events);
        for (meaning, times) in &other.answers {
            self.hears(*meaning, *times);
        }
        self.pairs.extend(&other.pairs);
    }

    /// Returns the await points that processes visited, in their order, with the number of visits.
    pub fn points(&self) -> impl Iterator<Item = (String, u64)> {
        self.sorted().into_iter().map(|(point, times)| (written(point), times))
    }

    /// Returns the await points at which this harm never happened, with the number of visits.
    pub fn unstruck(&self, harm: Harm) -> impl Iterator<Item = (String, u64)> {
        let points = self.sorted().into_iter();
        points
            .filter(move |(point, _)| !self.struck.contains_key(&(*point, harm)))
            .map(|(point, times)| (written(point), times))
    }

    /// Tells whether this harm ever happened at the await point of this name.
    #[must_use]
    pub fn is_struck(&self, harm: Harm, point: &str) -> bool {
        self.struck.keys().any(|(struck, by)| *by == harm && written(*struck) == point)
    }

    /// Returns the kinds of trouble that really happened, with the number of times.
    pub fn happened(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.troubles.iter().map(|(name, times)| (*name, *times))
    }

    /// Returns the number of pairs of kinds of trouble that happened to the same message.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.pairs.len()
    }

    /// Returns the events that moved a state, with the number of times.
    pub fn events(&self) -> impl Iterator<Item = ((&'static str, &'static str), u64)> {
        self.events.iter().map(|(pair, times)| (*pair, *times))
    }

    /// Returns the meanings of the gateway's answers and whose trouble they were, with the number
    /// of times.
    pub fn answers_met(&self) -> impl Iterator<Item = ((Disposition, Cause), u64)> {
        self.answers.iter().copied()
    }
}

/// Formats a point as reports and strikes write it.
pub(super) fn written((name, phase): Point) -> String {
    format!("{name}:{}", phase.name())
}

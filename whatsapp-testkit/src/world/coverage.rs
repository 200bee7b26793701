//! What worlds reached: which states met which events, and where processes were struck.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use whatsapp_core::message::{Cause, witness};
use whatsapp_core::retry::Disposition;

/// What happens to a process at an await point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Harm {
    /// It is killed.
    Kill,
    /// It is frozen.
    Freeze,
}

impl Harm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Kill, Self::Freeze];

    /// Its name in reports and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Freeze => "freeze",
        }
    }
}

/// Whether a process is on its way to a port, or on its way back.
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

/// An await point: a method of a port, and whether before or after it.
pub(super) type Point = (&'static str, Phase);

/// What was reached, added up over worlds.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// How often processes came to each point, before it and after it. They come to one at every step, so
    /// that it is found by its hash; whoever reads them all sorts them.
    points: HashMap<&'static str, [u64; 2]>,
    struck: BTreeMap<(Point, Harm), u64>,
    /// Kinds of trouble that really happened, by name.
    troubles: BTreeMap<&'static str, u64>,
    /// Two kinds that happened in one life.
    pairs: BTreeSet<(&'static str, &'static str)>,
    /// What a state met, as `state × event`.
    events: BTreeMap<(&'static str, &'static str), u64>,
    /// What the gateway's answers meant: disposition × cause.
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

    /// The points that processes came to, in their order.
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

    /// Takes in which states were moved by which events on this thread.
    pub(super) fn meets(&mut self) {
        for (state, event, _, moved) in witness::take() {
            if moved > 0 {
                *self.events.entry((state, event)).or_default() += moved;
            }
        }
    }

    /// Adds what other worlds reached.
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

    /// The await points that processes came to, with how often, in their order.
    pub fn points(&self) -> impl Iterator<Item = (String, u64)> {
        self.sorted().into_iter().map(|(point, times)| (written(point), times))
    }

    /// The await points at which this never happened, with how often processes came there.
    pub fn unstruck(&self, harm: Harm) -> impl Iterator<Item = (String, u64)> {
        let points = self.sorted().into_iter();
        points
            .filter(move |(point, _)| !self.struck.contains_key(&(*point, harm)))
            .map(|(point, times)| (written(point), times))
    }

    /// Whether this ever happened at the await point of this name.
    #[must_use]
    pub fn is_struck(&self, harm: Harm, point: &str) -> bool {
        self.struck.keys().any(|(struck, by)| *by == harm && written(*struck) == point)
    }

    /// How often each kind of trouble really happened.
    pub fn happened(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.troubles.iter().map(|(name, times)| (*name, *times))
    }

    /// How many pairs of kinds of trouble happened in one life.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.pairs.len()
    }

    /// Which state was moved by which event, and how often.
    pub fn events(&self) -> impl Iterator<Item = ((&'static str, &'static str), u64)> {
        self.events.iter().map(|(pair, times)| (*pair, *times))
    }

    /// What the gateway's answers meant and whose trouble they were, and how often.
    pub fn answers_met(&self) -> impl Iterator<Item = ((Disposition, Cause), u64)> {
        self.answers.iter().copied()
    }
}

/// A point as reports and strikes write it.
pub(super) fn written((name, phase): Point) -> String {
    format!("{name}:{}", phase.name())
}

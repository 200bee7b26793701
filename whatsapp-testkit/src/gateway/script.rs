//! The script that decides the fault of each POST.

use std::fmt;

use super::fault::Fault;
use super::post::{Post, digits};

/// The POSTs that a rule of the script is for.
pub(super) enum Applies {
    /// POSTs to this number, in digits.
    Number(String),
    /// POSTs that the test picks.
    Matching(Box<dyn Fn(&Post) -> bool + Send + Sync>),
    /// The next POSTs, whatever they are.
    Any,
}

struct Rule {
    applies: Applies,
    fault: Fault,
    times: usize,
}

/// The faults that the test asked for, from the most to the least particular. First come rules for
/// a number or a predicate, then the queue for the next POSTs, the fault of every POST, and the
/// seeded mix.
#[derive(Default)]
pub(super) struct Script {
    rules: Vec<Rule>,
    always: Option<Fault>,
    mix: Option<Mix>,
}

struct Mix {
    seed: u64,
    faults: Vec<(u32, Fault)>,
}

impl Script {
    pub(super) fn add(&mut self, applies: Applies, fault: Fault, times: usize) {
        self.rules.push(Rule { applies, fault, times });
    }

    pub(super) fn always(&mut self, fault: Fault) {
        self.always = Some(fault);
    }

    pub(super) fn mix(&mut self, seed: u64, faults: Vec<(u32, Fault)>) {
        self.mix = Some(Mix { seed, faults });
    }

    /// Takes the fault for this POST out of the script.
    pub(super) fn take(&mut self, post: &Post) -> Fault {
        self.take_rule(post, false)
            .or_else(|| self.take_rule(post, true))
            .or_else(|| self.always.clone())
            .or_else(|| self.mix.as_ref().map(|mix| mix.draw(post.arrival)))
            .unwrap_or_else(Fault::ordinary)
    }

    fn take_rule(&mut self, post: &Post, any: bool) -> Option<Fault> {
        let rule = self.rules.iter_mut().find(|rule| {
            rule.times > 0
                && match &rule.applies {
                    Applies::Number(number) => !any && *number == digits(&post.number),
                    Applies::Matching(picks) => !any && picks(post),
                    Applies::Any => any,
                }
        })?;
        rule.times -= 1;
        let fault = rule.fault.clone();
        self.rules.retain(|rule| rule.times > 0);
        Some(fault)
    }
}

impl Mix {
    /// The fault of the n-th arrival. It depends only on the seed and that number, so that a run
    /// can be replayed whatever the workers' timing.
    fn draw(&self, arrival: u64) -> Fault {
        draw(self.seed, arrival, &self.faults).cloned().unwrap_or_else(Fault::ordinary)
    }
}

/// Draws for an arrival from a mix of weights per hundred; `None` for the rest of the hundred.
pub(super) fn draw<T>(seed: u64, arrival: u64, mix: &[(u32, T)]) -> Option<&T> {
    let whole = mix.iter().map(|(weight, _)| weight).sum::<u32>().max(100);
    let mut roll = random(seed, arrival).u32(0..whole);
    for (weight, drawn) in mix {
        match roll.checked_sub(*weight) {
            Some(rest) => roll = rest,
            None => return Some(drawn),
        }
    }
    None
}

/// The random source that belongs to one arrival.
pub(super) fn random(seed: u64, arrival: u64) -> fastrand::Rng {
    // The first draw spreads neighbouring arrivals over the whole range of seeds.
    let spread = fastrand::Rng::with_seed(arrival).u64(..);
    fastrand::Rng::with_seed(seed ^ spread)
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules: Vec<_> = self.rules.iter().map(|rule| (&rule.fault, rule.times)).collect();
        let mix = self.mix.as_ref().map(|mix| (mix.seed, &mix.faults));
        f.debug_struct("Script")
            .field("rules", &rules)
            .field("always", &self.always)
            .field("mix", &mix)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fault::Answer;
    use super::*;

    /// Counts how many of ten thousand arrivals draw each of two faults, and how many draw none.
    fn drawn(seed: u64, weights: [u32; 2]) -> [usize; 3] {
        let faults = [Fault::refuse(Answer::Reset), Fault::refuse(Answer::Hang)];
        let mix = Mix { seed, faults: weights.into_iter().zip(faults.clone()).collect() };
        let mut counts = [0; 3];
        for arrival in 1..=10_000 {
            let fault = mix.draw(arrival);
            counts[faults.iter().position(|known| *known == fault).unwrap_or(2)] += 1;
        }
        counts
    }

    #[test]
    fn weights_are_per_hundred_and_the_rest_is_ordinary() {
        for seed in 0..20 {
            let [resets, hangs, ordinary] = drawn(seed, [30, 20]);
            // Four standard deviations: 46, 40 and 50 either side.
            assert!(resets.abs_diff(3000) <= 184, "{seed}: {resets}");
            assert!(hangs.abs_diff(2000) <= 160, "{seed}: {hangs}");
            assert!(ordinary.abs_diff(5000) <= 200, "{seed}: {ordinary}");
        }
    }

    #[test]
    fn weights_beyond_a_hundred_are_shares() {
        let [resets, hangs, ordinary] = drawn(1, [300, 100]);
        assert!(resets.abs_diff(7500) <= 174, "{resets}");
        assert_eq!((resets + hangs, ordinary), (10_000, 0));
    }
}

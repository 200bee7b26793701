//! Meaning of a seed: the size of a world, and what goes wrong in it.

use std::fmt;
use std::str::FromStr;

use super::coverage::Harm;
use super::dice::Dice;
use super::trouble::{Trouble, Troubles};

/// Number of messages that a customer gets, about.
pub(super) const MESSAGES_A_CUSTOMER: u32 = 6;

/// A world before it runs. Its [`Display`](fmt::Display) gives the options of the command that runs
/// it again.
///
/// ```
/// use whatsapp_testkit::world::{Plan, Troubles};
///
/// let plan = Plan::of_seed(7);
/// assert_eq!(plan, Plan::of_seed(7));
/// let smaller = plan.with_messages(3).with_hosts(1).with_troubles(Troubles::NONE);
/// assert!(smaller.to_string().starts_with("--seed 7 --messages 3 --hosts 1"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The source of all randomness.
    pub seed: u64,
    /// Number of machines.
    pub hosts: u32,
    /// Number of processes on each machine.
    pub processes: u32,
    /// Number of messages that the shop enqueues.
    pub messages: u32,
    /// Kinds of trouble that may happen.
    pub troubles: Troubles,
    /// One blow at a chosen place, in addition to the troubles of the seed.
    pub strike: Option<Strike>,
}

/// A blow at the n-th time that any process comes to an await point.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Strike {
    /// Harm that is done.
    pub harm: Harm,
    /// The point's name, as in `begin:after`.
    pub point: String,
    /// Number of the visit that is struck, 1 for the first.
    pub time: u32,
}

/// Error for a text that is no [`Strike`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no strike: say what, where and at which time, as in `kill@begin:after#3`")]
pub struct ParseStrikeError(String);

impl Plan {
    /// Creates the world of this seed: its size and its troubles are drawn from it.
    ///
    /// Each world has some kinds of trouble and lacks others: with all at once they would hide each
    /// other.
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "plan");
        let hosts = [1, 1, 2, 2, 3][dice.below(5)];
        let processes = [1, 1, 2, 3][dice.below(4)];
        let messages = [60, 200, 320, 400, 400][dice.below(5)];
        let share = [0, 1_000, 1_000, 2_500, 2_500, 2_500, 4_500, 4_500][dice.below(8)];
        let troubles = Trouble::ALL.into_iter().filter(|_| dice.chance(share)).collect();
        Self { seed, hosts, processes, messages, troubles, strike: None }
    }

    /// Sets the number of hosts, 1 at least.
    #[must_use]
    pub fn with_hosts(self, hosts: u32) -> Self {
        Self { hosts: hosts.max(1), ..self }
    }

    /// Sets the number of processes on each host, 1 at least.
    #[must_use]
    pub fn with_processes(self, processes: u32) -> Self {
        Self { processes: processes.max(1), ..self }
    }

    /// Returns the number of customers of the shop: each gets about six messages.
    #[must_use]
    pub const fn customers(&self) -> u32 {
        let several = self.messages / MESSAGES_A_CUSTOMER;
        if several < 2 { 2 } else { several }
    }

    /// Sets the number of messages.
    #[must_use]
    pub const fn with_messages(mut self, messages: u32) -> Self {
        self.messages = messages;
        self
    }

    /// Sets the kinds of trouble: these and no others.
    #[must_use]
    pub const fn with_troubles(mut self, troubles: Troubles) -> Self {
        self.troubles = troubles;
        self
    }

    /// Sets the blow.
    #[must_use]
    pub fn with_strike(self, strike: Option<Strike>) -> Self {
        Self { strike, ..self }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, hosts, processes, messages, troubles, strike } = self;
        write!(
            f,
            "--seed {seed} --messages {messages} --hosts {hosts} --processes {processes} --troubles \
             {troubles}"
        )?;
        strike.iter().try_for_each(|strike| write!(f, " --strike {strike}"))
    }
}

/// Error for a text that is no [`Plan`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no world: say it as a world is written, as in `--seed 7 --messages 40 --troubles kill`"
)]
pub struct ParsePlanError(String);

/// Reads what [`Display`](fmt::Display) writes. The seed decides everything that is left out.
impl FromStr for Plan {
    type Err = ParsePlanError;

    fn from_str(text: &str) -> Result<Self, ParsePlanError> {
        let wrong = || ParsePlanError(text.to_owned());
        let mut words = text.split_whitespace();
        let mut said = Vec::new();
        while let Some(name) = words.next() {
            said.push((name, words.next().ok_or_else(wrong)?));
        }
        let seed = said.iter().find(|(name, _)| *name == "--seed").ok_or_else(wrong)?.1;
        let mut plan = Self::of_seed(seed.parse().map_err(|_| wrong())?);
        for (name, value) in said {
            let number = || value.parse::<u32>().map_err(|_| wrong());
            match name {
                "--seed" => {}
                "--messages" => plan.messages = number()?,
                "--hosts" => plan = plan.with_hosts(number()?),
                "--processes" => plan = plan.with_processes(number()?),
                "--troubles" => plan.troubles = value.parse().map_err(|_| wrong())?,
                "--strike" => plan.strike = Some(value.parse().map_err(|_| wrong())?),
                _ => return Err(wrong()),
            }
        }
        Ok(plan)
    }
}

impl Strike {
    /// Creates a blow at the n-th time that any process comes to this point.
    #[must_use]
    pub fn new(harm: Harm, point: impl Into<String>, time: u32) -> Self {
        Self { harm, point: point.into(), time }
    }
}

impl fmt::Display for Strike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}#{}", self.harm.name(), self.point, self.time)
    }
}

impl FromStr for Strike {
    type Err = ParseStrikeError;

    fn from_str(text: &str) -> Result<Self, ParseStrikeError> {
        let read = || {
            let (harm, place) = text.split_once('@')?;
            let (point, time) = place.rsplit_once('#')?;
            let harm = Harm::ALL.into_iter().find(|known| known.name() == harm)?;
            Some(Self::new(harm, point, time.parse().ok()?))
        };
        read().ok_or_else(|| ParseStrikeError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strike_is_read_as_it_is_written() {
        let strike = Strike::new(Harm::Kill, "begin:after", 3);
        assert_eq!(strike.to_string(), "kill@begin:after#3");
        assert_eq!(strike.to_string().parse(), Ok(strike));
        for text in ["", "kill", "kill@begin", "love@begin:after#3", "kill@begin:after#x"] {
            assert!(text.parse::<Strike>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_world_is_read_as_it_is_written() {
        for seed in 0..50 {
            let strike = (seed % 2 == 0).then(|| Strike::new(Harm::Freeze, "send:before", 2));
            let plan = Plan::of_seed(seed).with_strike(strike);
            assert_eq!(plan.to_string().parse(), Ok(plan));
        }
        assert_eq!("--seed 7".parse(), Ok(Plan::of_seed(7)));
        for text in ["", "--messages 4", "--seed x", "--seed 1 --rain 2", "--seed 1 --hosts"] {
            assert!(text.parse::<Plan>().is_err(), "{text}");
        }
    }

    #[test]
    fn seeds_give_worlds_of_all_sizes_and_every_trouble_is_in_some_and_missing_in_others() {
        let plans: Vec<_> = (0..200).map(Plan::of_seed).collect();
        for trouble in Trouble::ALL {
            let has = plans.iter().filter(|plan| plan.troubles.has(trouble)).count();
            assert!((20..150).contains(&has), "{trouble:?}: {has}");
        }
        assert!(plans.iter().any(|plan| plan.hosts == 3 && plan.processes == 3));
    }
}

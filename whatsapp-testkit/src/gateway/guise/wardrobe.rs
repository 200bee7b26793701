//! Which message is listed in which guise.

use std::fmt;

use chrono::FixedOffset;
use serde_json::Value;

use super::super::Shared;
use super::super::life::Accepted;
use super::super::post::digits;
use super::super::script::draw;
use super::Guise;

/// The guises of a stand-in gateway: in each the messages that its rule picks are listed.
#[derive(Debug, Clone, Copy)]
pub struct Guises<'a> {
    pub(in crate::gateway) shared: &'a Shared,
}

impl Guises<'_> {
    /// Lists every message in this guise from now on, unless a more particular rule applies.
    pub fn of_all(self, guise: Guise) {
        self.shared.with(|world, _| world.wardrobe.always(guise));
    }

    /// Lists the messages to this number in this guise; only its digits count. A question for the
    /// number is answered with them all the same.
    pub fn of_number(self, number: &str, guise: Guise) {
        self.shared.with(|world, _| world.wardrobe.to(number, guise));
    }

    /// Lists the messages that the predicate picks in this guise.
    pub fn matching(self, picks: impl Fn(&Accepted) -> bool + Send + Sync + 'static, guise: Guise) {
        self.shared.with(|world, _| world.wardrobe.matching(Box::new(picks), guise));
    }

    /// Lists messages in random guises: each with this weight per hundred messages, as in
    /// [`StandInGateway::mix`](super::super::StandInGateway::mix). A message looks the same in
    /// every list.
    pub fn mix(self, seed: u64, guises: &[(u32, Guise)]) {
        self.shared.with(|world, _| world.wardrobe.mix(seed, guises.to_vec()));
    }

    /// Ends all guises: messages are listed as they were sent.
    pub fn end(self) {
        self.shared.with(|world, _| world.wardrobe = Wardrobe::default());
    }
}

/// Picks the messages that a rule is for.
type Picks = Box<dyn Fn(&Accepted) -> bool + Send + Sync>;

/// The rules that choose the guise of each listed message, from the most to the least particular.
#[derive(Default)]
pub(in crate::gateway) struct Wardrobe {
    rules: Vec<(Picks, Guise)>,
    mix: Option<(u64, Vec<(u32, Guise)>)>,
    always: Guise,
}

impl Wardrobe {
    fn always(&mut self, guise: Guise) {
        self.always = guise;
    }

    fn to(&mut self, number: &str, guise: Guise) {
        let number = digits(number);
        self.matching(Box::new(move |message| message.number == number), guise);
    }

    fn matching(&mut self, picks: Picks, guise: Guise) {
        self.rules.push((picks, guise));
    }

    fn mix(&mut self, seed: u64, guises: Vec<(u32, Guise)>) {
        self.mix = Some((seed, guises));
    }

    /// Tells whether a question for this number, or its beginning, is answered with a message.
    pub(in crate::gateway) fn is_asked_for(&self, filter: &str, message: &Accepted) -> bool {
        self.guise(message).is_asked_for(filter, message)
    }

    /// Applies its guise to a message's row. The same message looks the same in every list.
    pub(in crate::gateway) fn dress(&self, row: &mut Value, message: &Accepted, zone: FixedOffset) {
        self.guise(message).dress(row, message, zone);
    }

    fn guise(&self, message: &Accepted) -> &Guise {
        let ruled = self.rules.iter().find(|(picks, _)| picks(message)).map(|(_, guise)| guise);
        let mixed = || {
            let (seed, guises) = self.mix.as_ref()?;
            draw(*seed, message.arrival, guises)
        };
        ruled.or_else(mixed).unwrap_or(&self.always)
    }
}

impl fmt::Debug for Wardrobe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules: Vec<_> = self.rules.iter().map(|(_, guise)| guise).collect();
        f.debug_struct("Wardrobe")
            .field("rules", &rules)
            .field("mix", &self.mix)
            .field("always", &self.always)
            .finish()
    }
}

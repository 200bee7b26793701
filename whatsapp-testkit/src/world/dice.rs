//! The randomness of a world: all of it comes from the seed.

use std::time::Duration;

use super::span::micros;

/// A sequence of numbers that belongs to a seed and a purpose, the same on every machine.
///
/// Each purpose has a sequence of its own. So a world from which one fault is removed stays the
/// same in all other respects for as long as it can.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// Creates the sequence of this purpose.
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        let spread = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        Self(purpose.bytes().fold(seed ^ 0xCBF2_9CE4_8422_2325, spread))
    }

    /// Rolls the next number: `SplitMix64`.
    pub(super) const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Draws a number below `end`; 0 if there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        let scaled = (u128::from(self.roll()) * u128::from(end)) >> 64;
        usize::try_from(scaled).unwrap_or_default()
    }

    /// Draws a number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        let width = usize::try_from(most.saturating_sub(least)).unwrap_or(usize::MAX);
        least + self.below(width.saturating_add(1)) as u64
    }

    /// Draws a yes with this probability, in ten-thousandths.
    pub(super) fn chance(&mut self, of_ten_thousand: u32) -> bool {
        self.between(0, 9_999) < u64::from(of_ten_thousand)
    }

    /// Draws an element; `None` if there are none.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// Draws a span between these numbers of milliseconds, to the microsecond.
    pub(super) fn millis(&mut self, least: u64, most: u64) -> Duration {
        self.span(Duration::from_millis(least), Duration::from_millis(most))
    }

    /// Draws a span between these two, to the microsecond.
    pub(super) fn span(&mut self, least: Duration, most: Duration) -> Duration {
        Duration::from_micros(self.between(micros(least), micros(most)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_purpose_give_the_same_numbers_and_another_one_others() {
        let rolls = |seed, purpose| {
            let mut dice = Dice::new(seed, purpose);
            [dice.roll(), dice.roll(), dice.roll()]
        };
        assert_eq!(rolls(7, "gateway"), rolls(7, "gateway"));
        assert_ne!(rolls(7, "gateway"), rolls(8, "gateway"));
        assert_ne!(rolls(7, "gateway"), rolls(7, "shop"));
    }

    #[test]
    fn numbers_lie_where_they_were_asked_for() {
        let mut dice = Dice::new(1, "a test");
        for _ in 0..1_000 {
            assert!((3..=5).contains(&dice.between(3, 5)));
            assert!(dice.below(4) < 4);
        }
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.pick::<u8>(&[]), None);
        assert!(!dice.chance(0) && dice.chance(10_000));
    }
}

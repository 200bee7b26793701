//! What a test chose of a scene's POSTs or mails, and the number that it asserts.

use std::fmt::Display;

use super::complaint::Wanted;

/// POSTs or mails of a scene: [`Posts`](super::Posts) and [`Mails`](super::Mails).
///
/// Words choose, and a number ends the sentence. An assertion that fails says what there was
/// instead:
///
/// ```text
/// expected 1 accepted message to C-1 about SO-2026-0107, and there is none
/// Besides there is 1 other accepted message:
///   after 0 min: stock_delivered about SO-2026-0108 to C-1, attempt 1 (ordinary)
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is asserted before the sentence ends in `once`, `never` or `times`"]
pub struct Chosen<T> {
    pub(super) fit: Vec<T>,
    others: Vec<T>,
    wanted: Wanted,
}

impl<T: Display> Chosen<T> {
    /// All of a kind of things, which has a name for one and a name for several.
    pub(super) const fn of_all(all: Vec<T>, things: [&'static str; 2]) -> Self {
        let wanted = Wanted { things, words: String::new() };
        Self { fit: all, others: Vec::new(), wanted }
    }

    /// Only those that fit, and the words for that.
    pub(super) fn only(self, word: &str, value: &str, fits: impl Fn(&T) -> bool) -> Self {
        let (fit, not): (Vec<T>, Vec<T>) = self.fit.into_iter().partition(|one| fits(one));
        let mut others = self.others;
        others.extend(not);
        Self { fit, others, wanted: self.wanted.with(word, value) }
    }

    /// Asserts that there is exactly one, and returns it.
    ///
    /// # Panics
    /// Panics if there is none, or more than one.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "the assertion alone is often enough")]
    pub fn once(self) -> T {
        let mut fit = self.times(1);
        fit.remove(0)
    }

    /// Asserts that there is none.
    ///
    /// # Panics
    /// Panics if there is one.
    #[track_caller]
    pub fn never(self) {
        self.times(0);
    }

    /// Asserts that there are exactly this many, and returns them.
    ///
    /// # Panics
    /// Panics if there are fewer or more.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "the assertion alone is often enough")]
    pub fn times(self, times: usize) -> Vec<T> {
        let Self { fit, others, wanted } = self;
        assert!(fit.len() == times, "{}", wanted.complaint(times, &fit, &others));
        fit
    }

    /// All that were chosen, without an assertion.
    #[must_use]
    pub fn all(self) -> Vec<T> {
        self.fit
    }
}

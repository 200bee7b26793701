//! Counts with an upper bound.

/// A number of rows, counted up to a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// The number that was counted.
    pub number: u64,
    /// True if everything was counted. Otherwise there are that many or more.
    pub is_exact: bool,
}

impl Count {
    /// A count of `found`, capped at `most`; `is_whole` says whether all rows were looked at.
    ///
    /// ```
    /// use whatsapp_core::port::Count;
    ///
    /// assert_eq!(Count::up_to(3, 9, true), Count { number: 3, is_exact: true });
    /// assert_eq!(Count::up_to(12, 9, true), Count { number: 9, is_exact: false });
    /// ```
    #[must_use]
    pub const fn up_to(found: u64, most: u64, is_whole: bool) -> Self {
        if found > most {
            Self { number: most, is_exact: false }
        } else {
            Self { number: found, is_exact: is_whole }
        }
    }

    /// The sum of both counts.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        let number = self.number.saturating_add(other.number);
        Self { number, is_exact: self.is_exact && other.is_exact }
    }
}

//! Why a text or a number is not an amount.

/// The text or number is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAmount {
    /// Not digits with at most one point.
    #[error("an amount has digits and at most one decimal point, such as 123456.00")]
    NotANumber,
    /// Its digits stand in groups that are none.
    #[error("the groups of the amount are none; 1,50,000 or 150,000 is expected")]
    Groups,
    /// Below zero.
    #[error("an amount may not be negative")]
    Negative,
    /// More digits after the point than the currency has.
    #[error("the amount has more digits after the point than its currency")]
    TooPrecise,
    /// Beyond 999,999,999,999.99.
    #[error("the amount is too large")]
    TooLarge,
    /// Not three capital letters.
    #[error("a currency has three capital letters, such as INR")]
    Currency,
    /// Three letters that ISO 4217 gives to no money.
    #[error(
        "there is no money with this currency code; a code of ISO 4217 such as INR is expected"
    )]
    UnknownCurrency,
}

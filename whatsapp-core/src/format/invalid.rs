//! Reasons why a text or a number is not an amount.

/// The text or number is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAmount {
    /// The text is not digits with at most one point.
    #[error("an amount has digits and at most one decimal point, such as 123456.00")]
    NotANumber,
    /// The digits are in invalid groups.
    #[error("the groups of the amount are none; 1,50,000 or 150,000 is expected")]
    Groups,
    /// The amount is below zero.
    #[error("an amount may not be negative")]
    Negative,
    /// There are more digits after the point than the currency has.
    #[error("the amount has more digits after the point than its currency")]
    TooPrecise,
    /// The amount is beyond 999,999,999,999.99.
    #[error("the amount is too large")]
    TooLarge,
    /// The code is not three capital letters.
    #[error("a currency has three capital letters, such as INR")]
    Currency,
    /// The code has three letters that ISO 4217 gives to no money.
    #[error(
        "there is no money with this currency code; a code of ISO 4217 such as INR is expected"
    )]
    UnknownCurrency,
}

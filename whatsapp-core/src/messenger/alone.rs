//! Reasons why a message is not sent again together with others.

/// The reason why a failed message is left out where many are sent again. A person may still send
/// it by itself, and is shown this reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum OnlyAlone {
    /// The message has expired.
    #[error("it was to go out before a time that has passed")]
    Expired,
    /// The message was for a day that has passed: a greeting, a reminder that counts days.
    #[error("it was for a day that has passed")]
    OfAPastDay,
    /// A campaign made the message.
    #[error("it belongs to a festival message, which is sent at a pace that this would not keep")]
    OfACampaign,
    /// Messages of this type are switched off.
    #[error("messages of its type are switched off")]
    SwitchedOff,
    /// The invoice of the message is not due any more.
    #[error("its invoice is paid, or not due any more")]
    Paid,
    /// Somebody [put the message aside](crate::Messenger::put_aside).
    #[error("it was put aside: somebody settled it in another way")]
    PutAside,
}

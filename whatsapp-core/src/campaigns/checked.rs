//! The result of a check.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc, Weekday};
use sha2::{Digest as _, Sha256};

use crate::campaign::{Audience, Campaign, Figures, FrozenText};
use crate::private::Private;

/// The times of a campaign's messages, if nothing changes meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunTold {
    /// Time of the first message.
    pub from: DateTime<Utc>,
    /// Approximate time of the last message, with gaps of the middle length.
    pub until: Option<DateTime<Utc>>,
    /// Number of messages that can go within the hours and the limits.
    pub can_go: u64,
    /// Number of messages that are left over at the end of the day.
    pub left_over: u64,
}

/// Result of checking a draft: what the campaign would do if it were armed now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// The draft that was checked.
    pub campaign: Campaign,
    /// The weekday of its date.
    pub weekday: Weekday,
    /// The text that its messages are made from.
    pub text: FrozenText,
    /// The customer who would get the first message.
    pub first: Private,
    /// The message that this customer would get.
    pub sample: Private,
    /// Number of recipients, and of customers left out for each reason.
    pub figures: Figures,
    /// Times at which the messages would go out.
    pub run: RunTold,
    /// Campaigns of this kind and date that are armed already. A customer who is in both gets two
    /// messages.
    pub others: Vec<Campaign>,
    /// The step that is needed before its hour, as a sentence. It is set if no process has run a
    /// [`CampaignFeeder`](crate::CampaignFeeder) lately: without a feeder nothing goes out.
    pub needs: Option<String>,
}

/// The agreement of a person who arms a campaign, as a short text. It stands for the plan, the
/// text, the figures, and the number of messages that can go. A form or a program sends it back.
///
/// ```
/// use whatsapp_core::campaigns::Agreed;
///
/// let agreed: Agreed = "0123456789abcdef0123456789abcdef.40.2".parse()?;
/// assert_eq!(agreed.to_string(), "0123456789abcdef0123456789abcdef.40.2");
/// assert!("40".parse::<Agreed>().is_err());
/// # Ok::<(), whatsapp_core::campaigns::NotAgreed>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// Digest of everything that must be the same.
    digest: String,
    can_go: u64,
    left_over: u64,
}

/// A text that is not an [`Agreed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what a check gave is expected here")]
pub struct NotAgreed;

/// Number of letters in a digest.
const DIGEST: usize = 32;

impl Checked {
    /// Returns what a person agrees to by arming the campaign as this check says.
    #[must_use]
    pub fn agreed(&self) -> Agreed {
        let plan = &self.campaign.plan;
        let mut digest = Sha256::new();
        let mut take = |text: &str| {
            digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
            digest.update(text);
        };
        for text in [&plan.name, plan.kind.as_str(), plan.words.as_str(), self.text.text.as_str()] {
            take(text);
        }
        take(&format!("{} {} {:?}", plan.date, plan.time, plan.template));
        take(&format!("{} {:?} {:?}", plan.estimated, self.figures, self.text.template));
        match &plan.audience {
            Audience::Everybody => take("everybody"),
            Audience::Customers(list) => list.iter().for_each(|id| take(id.as_str())),
        }
        take("beside");
        self.others.iter().for_each(|other| take(&other.id.to_string()));
        let mut digest = hex::encode(digest.finalize());
        digest.truncate(DIGEST);
        Agreed { digest, can_go: self.run.can_go, left_over: self.run.left_over }
    }
}

impl Agreed {
    /// Returns whether this still holds today: nothing else would be sent, and no fewer messages
    /// could go.
    pub(super) fn holds(&self, today: &Self) -> bool {
        today.digest == self.digest
            && today.can_go >= self.can_go
            && today.left_over <= self.left_over
    }
}

impl fmt::Display for Agreed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.digest, self.can_go, self.left_over)
    }
}

impl FromStr for Agreed {
    type Err = NotAgreed;

    fn from_str(text: &str) -> Result<Self, NotAgreed> {
        let mut parts = text.split('.');
        let mut next = || parts.next().ok_or(NotAgreed);
        let (digest, can_go, left_over) = (next()?, next()?, next()?);
        let is_digest = |letter: u8| matches!(letter, b'0'..=b'9' | b'a'..=b'f');
        if digest.len() != DIGEST || !digest.bytes().all(is_digest) {
            return Err(NotAgreed);
        }
        let number = |text: &str| text.parse().map_err(|_| NotAgreed);
        let (can_go, left_over) = (number(can_go)?, number(left_over)?);
        let agreed = Self { digest: digest.to_owned(), can_go, left_over };
        // An agreement has only one spelling.
        if agreed.to_string() == text { Ok(agreed) } else { Err(NotAgreed) }
    }
}

//! What a check says.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc, Weekday};
use sha2::{Digest as _, Sha256};

use crate::campaign::{Audience, Campaign, Figures, FrozenText};
use crate::private::Private;

/// When a campaign's messages go out, if nothing changes meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunTold {
    /// When the first one does.
    pub from: DateTime<Utc>,
    /// When about the last one does, by gaps of the middle length.
    pub until: Option<DateTime<Utc>>,
    /// How many can within the hours and the caps.
    pub can_go: u64,
    /// How many are left over with the end of the day.
    pub left_over: u64,
}

/// What a campaign would do if it were armed now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// The draft that was checked.
    pub campaign: Campaign,
    /// The day of the week of its date.
    pub weekday: Weekday,
    /// The text that its messages are made from.
    pub text: FrozenText,
    /// The customer who would get the first message.
    pub first: Private,
    /// The message that this customer would get.
    pub sample: Private,
    /// How many recipients there are, and why other customers are left out.
    pub figures: Figures,
    /// When the messages would go out.
    pub run: RunTold,
    /// Campaigns of this kind and date that are armed already: who is in both gets two messages.
    pub others: Vec<Campaign>,
    /// What must be done before its hour, as a sentence: no process has run a
    /// [`CampaignFeeder`](crate::CampaignFeeder) of late, and without one nothing goes out.
    pub needs: Option<String>,
}

/// What a person agrees to who arms a campaign, in a few letters: its plan, its text, its figures, and how
/// many can go. A form or a program sends it back.
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
    /// Of what must be the same.
    digest: String,
    can_go: u64,
    left_over: u64,
}

/// A text does not say what was agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what a check gave is expected here")]
pub struct NotAgreed;

/// How many letters a digest has.
const DIGEST: usize = 32;

impl Checked {
    /// What a person agrees to who arms the campaign as this says.
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
    /// Whether this still holds today: nothing else would be sent, and no fewer could go.
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
        // What was agreed to has one spelling.
        if agreed.to_string() == text { Ok(agreed) } else { Err(NotAgreed) }
    }
}

//! Recipients: the numbers that a campaign writes to, one row for each number.

use chrono::{DateTime, Utc};

use crate::id::{CampaignId, CustomerId, MessageId};
use crate::message::MessageKey;
use crate::number::WhatsAppNumber;
use crate::private::Private;
use crate::types::MessageType;
use crate::word::words;

/// The part after the type in the keys of recipients' messages.
const PART: &str = "campaign";

words!(
    /// The state of a recipient.
    RecipientState, "recipient state", "waiting, queued, sent, failed, left_out",
    {
        /// Its message is not made yet.
        Waiting => "waiting", "Waiting";
        /// Its message is in the outbox.
        Queued => "queued", "On its way";
        /// The gateway took its message. The message itself tells whether it arrived.
        Sent => "sent", "Sent";
        /// Its message failed for good.
        Failed => "failed", "Failed";
        /// It gets no message.
        LeftOut => "left_out", "Left out";
    }
);

impl RecipientState {
    /// Returns whether nothing more happens to it automatically.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Sent | Self::Failed | Self::LeftOut)
    }

    /// Returns whether the number was written to, or is about to be.
    #[must_use]
    pub const fn is_greeted(self) -> bool {
        matches!(self, Self::Queued | Self::Sent)
    }
}

/// A number that a campaign writes to. A campaign has one recipient for each number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The campaign.
    pub campaign: CampaignId,
    /// The digits of its number, in the [one spelling](WhatsAppNumber::one_spelling) that all its
    /// spellings share.
    pub number: Private,
    /// The [key](WhatsAppNumber::variant_key) by which the reminders and greetings of a day are
    /// counted.
    pub number_key: Private,
    /// The customer who has the number: the first of those who share it.
    pub customer: CustomerId,
    /// The state of the recipient.
    pub state: RecipientState,
    /// The reason, where there is a sentence.
    pub sentence: Option<Private>,
    /// The id of its message. A recipient that was given back keeps the id of its last message,
    /// which was withdrawn.
    pub message_id: Option<MessageId>,
    /// Number of messages that were withdrawn, after which the recipient waited again.
    pub round: u32,
    /// Time at which its message goes out.
    pub slot: Option<DateTime<Utc>>,
    /// Time since which it is in this state.
    pub since: DateTime<Utc>,
    /// Number of changes.
    pub revision: u32,
}

impl Recipient {
    /// Creates a recipient to whom nothing was sent.
    #[must_use]
    pub fn new(
        campaign: CampaignId,
        number: &WhatsAppNumber,
        customer: CustomerId,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            campaign,
            number: number.one_spelling().digits().into(),
            number_key: number.variant_key().into(),
            customer,
            state: RecipientState::Waiting,
            sentence: None,
            message_id: None,
            round: 0,
            slot: None,
            since: now,
            revision: 0,
        }
    }

    /// Returns the recipient in a new state, with the reason.
    #[must_use]
    pub fn stands(
        self,
        state: RecipientState,
        sentence: Option<Private>,
        now: DateTime<Utc>,
    ) -> Self {
        Self { state, sentence, since: now, ..self }
    }

    /// Returns the recipient in the waiting state: its message was withdrawn, and it gets another
    /// one. The reason is kept with the message.
    #[must_use]
    pub fn given_back(self, now: DateTime<Utc>) -> Self {
        let round = self.round.saturating_add(1);
        Self { round, slot: None, ..self.stands(RecipientState::Waiting, None, now) }
    }

    /// Returns the reason to leave it out if its customer is no longer in the records, or has
    /// another number or none by now.
    pub(crate) fn moved(
        &self,
        is_known: bool,
        number: Option<&WhatsAppNumber>,
    ) -> Option<&'static str> {
        let is_same =
            |number: &WhatsAppNumber| number.one_spelling().digits() == self.number.as_str();
        match number {
            _ if !is_known => Some("The customer is not in the records any more."),
            None => Some("The customer has no usable number any more."),
            Some(number) if is_same(number) => None,
            Some(_) => {
                Some("The customer's number was changed since the festival message was armed.")
            }
        }
    }

    /// Returns the key of its message: the campaign, the number, and from the second message on the
    /// round.
    #[must_use]
    pub fn key(&self, of: MessageType) -> MessageKey {
        let (campaign, round) = (self.campaign.to_string(), self.round.to_string());
        let parts = [PART, &campaign, self.number.as_str(), &round];
        MessageKey::of(of, if self.round == 0 { &parts[..3] } else { &parts[..] })
    }
}

/// Returns whether this is the key of a message that a campaign made for a recipient.
pub(crate) fn is_of_campaign(key: &MessageKey) -> bool {
    let mut parts = key.as_str().split(':').skip(1);
    let is_campaign = parts.next() == Some(PART);
    is_campaign && parts.next().is_some_and(|id| id.parse::<CampaignId>().is_ok())
}

/// Number of a campaign's recipients in each state: counts of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecipientCounts {
    /// Recipients whose message is not made yet.
    pub waiting: u64,
    /// Recipients whose message is in the outbox.
    pub queued: u64,
    /// Recipients whose message the gateway took. The message itself tells whether it arrived.
    pub sent: u64,
    /// Recipients whose message failed for good.
    pub failed: u64,
    /// Recipients who get no message.
    pub left_out: u64,
}

impl RecipientCounts {
    /// Returns the number of all recipients.
    #[must_use]
    pub const fn all(self) -> u64 {
        self.waiting + self.queued + self.sent + self.failed + self.left_out
    }

    /// Adds this number of recipients in this state.
    pub const fn add(&mut self, state: RecipientState, count: u64) {
        match state {
            RecipientState::Waiting => self.waiting += count,
            RecipientState::Queued => self.queued += count,
            RecipientState::Sent => self.sent += count,
            RecipientState::Failed => self.failed += count,
            RecipientState::LeftOut => self.left_out += count,
        }
    }
}

/// Number of customers of an audience who become recipients, and of those left out for each reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Figures {
    /// Number of recipients.
    pub recipients: u64,
    /// Customers without a number that can be used.
    pub no_number: u64,
    /// Customers who do not want to be written to about this.
    pub declined: u64,
    /// Customers who are muted.
    pub muted: u64,
    /// Customers whose number another customer has, who gets the message.
    pub double: u64,
    /// Customers of the list who are not in the records.
    pub unknown: u64,
}

impl Figures {
    /// Returns the number of customers who get no message.
    #[must_use]
    pub const fn left_out(self) -> u64 {
        self.no_number + self.declined + self.muted + self.double + self.unknown
    }

    /// Returns the reasons why customers get no message, one sentence for each reason.
    ///
    /// ```
    /// use whatsapp_core::campaign::Figures;
    ///
    /// let mut figures = Figures::default();
    /// (figures.no_number, figures.muted) = (2, 1);
    /// let kept_back = "1 customer's messages are kept back.";
    /// assert_eq!(figures.sentences(), ["2 customers have no usable number.", kept_back]);
    /// ```
    #[must_use]
    pub fn sentences(self) -> Vec<String> {
        let reasons = [
            (
                self.no_number,
                ["customer has no usable number.", "customers have no usable number."],
            ),
            (
                self.declined,
                ["customer wants no such messages.", "customers want no such messages."],
            ),
            (
                self.muted,
                ["customer's messages are kept back.", "customers' messages are kept back."],
            ),
            (
                self.double,
                [
                    "customer has the number of another one.",
                    "customers have the number of another one.",
                ],
            ),
            (
                self.unknown,
                ["customer is not in the records.", "customers are not in the records."],
            ),
        ];
        let said = reasons.into_iter().filter(|(count, _)| *count > 0);
        said.map(|(count, [one, many])| format!("{count} {}", if count == 1 { one } else { many }))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_was_given_back_gets_a_key_of_its_own() {
        let id = CampaignId::new(DateTime::UNIX_EPOCH, [7; 10]);
        let customer = CustomerId::new("C-1").unwrap();
        let number = WhatsAppNumber::parse("+919876543210").unwrap();
        let recipient = Recipient::new(id, &number, customer, DateTime::UNIX_EPOCH);
        let key = recipient.key(MessageType::FESTIVAL).to_string();
        assert_eq!(key, format!("festival:campaign:{id}:919876543210"));
        let again = recipient.given_back(DateTime::UNIX_EPOCH);
        assert_eq!(again.state, RecipientState::Waiting);
        assert_eq!(again.key(MessageType::FESTIVAL).to_string(), format!("{key}:1"));
        assert!(is_of_campaign(&again.key(MessageType::FESTIVAL)));
        let trial = ["trial", &id.to_string(), "1"];
        assert!(!is_of_campaign(&MessageKey::of(MessageType::FESTIVAL, &trial)));
        assert!(!is_of_campaign(&MessageKey::of(MessageType::FESTIVAL, &["campaign", "Diwali"])));
    }

    #[test]
    fn counts_are_of_all_states() {
        let mut counts = RecipientCounts::default();
        for (state, count) in RecipientState::ALL.iter().zip([1, 10, 100, 1_000, 10_000]) {
            counts.add(*state, count);
        }
        assert_eq!(counts.all(), 11_111);
        assert_eq!((counts.waiting, counts.queued, counts.left_out), (1, 10, 10_000));
    }

    #[test]
    fn every_reason_has_a_sentence() {
        let figures =
            Figures { recipients: 9, no_number: 1, declined: 1, muted: 1, double: 1, unknown: 1 };
        assert_eq!(figures.left_out(), 5);
        assert_eq!(figures.sentences().len(), 5);
        assert!(Figures { recipients: 9, ..Figures::default() }.sentences().is_empty());
    }
}

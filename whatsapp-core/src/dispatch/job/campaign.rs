//! The campaign's answer about its message right before the message is sent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::books::Why;
use crate::campaign::{Campaign, CampaignState, Recipient, RecipientState, is_of_campaign};
use crate::dispatch::pass::Pass;
use crate::id::{CustomerId, MessageId};
use crate::message::{CancelReason, Class, Event, HeldFor, MessageType, Part, Progress};
use crate::port::{Claimed, Customer, OfMessage, StoreError};
use crate::settings::Settings;
use crate::wiring::Ports;

/// Time that a message waits when its campaign could not be asked.
const ASK_AGAIN: TimeDelta = TimeDelta::minutes(1);

/// The most that a message may begin after its slot. A message that a pause of the account or a
/// standstill held back for longer gets another slot: sent all at once, such messages would be a
/// flood.
const LATE: TimeDelta = TimeDelta::minutes(5);

/// The question to a campaign about its message.
#[derive(Debug, Clone)]
pub(crate) struct CampaignQuestion {
    message: MessageId,
    of: MessageType,
    customer: CustomerId,
    /// Set if an attempt of it was begun before.
    was_begun: bool,
    /// Set if a person wants it now.
    by_a_person: bool,
    settings: Arc<Settings>,
}

impl CampaignQuestion {
    /// Creates the question about an attempt that is about to begin; `None` for a message that no
    /// campaign makes, and for a text that follows its file.
    pub(crate) fn about(
        claimed: &Claimed,
        waiting: &Progress,
        of: Option<MessageType>,
        pass: &Pass,
    ) -> Option<Self> {
        let of = of.filter(|_| is_of_campaign(&claimed.key) && waiting.part != Part::Text)?;
        Some(Self {
            message: claimed.lease.message_id,
            of,
            customer: claimed.customer_id.clone(),
            was_begun: waiting.posts > 0,
            by_a_person: waiting.class == Class::Transactional,
            settings: Arc::clone(&pass.settings),
        })
    }

    /// Returns the reason why its campaign does not let it go out.
    fn why_not(
        &self,
        campaign: Option<Campaign>,
        recipient: &Recipient,
        now: DateTime<Utc>,
    ) -> Option<&'static str> {
        let Some(mut campaign) = campaign else {
            return Some("There is no such festival message any more.");
        };
        if recipient.state == RecipientState::Waiting {
            return Some("It was given back to its campaign.");
        }
        // A message that was sent and did not arrive is tried again on its day, even if no
        // recipient waits any more.
        if recipient.state.is_over() && campaign.state == CampaignState::Finished {
            campaign.state = CampaignState::Running;
        }
        if let Some(why) = campaign.why_not(self.settings.time_zone.date(now)) {
            return Some(why);
        }
        let is_late = recipient.slot.is_some_and(|slot| now - slot > LATE);
        (is_late && !self.was_begun && !self.by_a_person).then_some("Its turn had passed.")
    }

    /// Returns the objection of the customer's record. A recipient whose message is withdrawn for
    /// that goes back to the feeder, which finds the same objection.
    fn declined(&self, recipient: &Recipient, customer: Option<&Customer>) -> Option<(Event, Why)> {
        if let Some(why) = customer.and_then(|one| one.declined(self.of.category())) {
            return Some((Event::Withdrawn(CancelReason::OptedOut), Why::said(why)));
        }
        let number = customer.and_then(|customer| customer.number().ok());
        let why = recipient.moved(customer.is_some(), number.as_ref())?;
        Some((Event::Withdrawn(CancelReason::Campaign), Why::said(why)))
    }
}

/// The facts about a message before its customer is known.
enum Known {
    /// It belongs to no campaign, or nothing holds it.
    Free,
    /// It is not sent, and this event settles it.
    Kept(Event, Why),
    /// It goes to this recipient, whose record is to be asked.
    Of(Recipient),
}

/// Asks the campaigns of messages that are about to begin whether they still run, and their
/// customers' records whether the customers still want them. `None` where nothing holds a
/// message. A message that a person sends again after its recipient has ended belongs to no
/// campaign.
pub(crate) async fn campaigns_say(
    ports: &Ports,
    asked: &[Option<&CampaignQuestion>],
) -> Vec<Option<(Event, Why)>> {
    let now = ports.clock.now();
    let known = campaigns_of(ports, asked, now).await;
    let ids: BTreeSet<CustomerId> = asked
        .iter()
        .zip(&known)
        .filter(|(_, known)| matches!(known, Known::Of(_)))
        .filter_map(|(question, _)| Some((*question)?.customer.clone()))
        .collect();
    let ids: Vec<CustomerId> = ids.into_iter().collect();
    let found = match ids.as_slice() {
        [] => Ok(Vec::new()),
        ids => ports.customers.find_many(ids).await,
    };
    let found: Result<BTreeMap<CustomerId, Customer>, _> =
        found.map(|found| found.into_iter().map(|one| (one.id.clone(), one)).collect());
    let says = |(question, known): (Option<&CampaignQuestion>, Known)| match (question, known) {
        (_, Known::Kept(event, why)) => Some((event, why)),
        (Some(question), Known::Of(recipient)) => match &found {
            Ok(found) => question.declined(&recipient, found.get(&question.customer)),
            Err(error) => Some(unread(question, error, now)),
        },
        _ => None,
    };
    asked.iter().copied().zip(known).map(says).collect()
}

/// Asks the campaigns in one question.
async fn campaigns_of(
    ports: &Ports,
    asked: &[Option<&CampaignQuestion>],
    now: DateTime<Utc>,
) -> Vec<Known> {
    let kept = |(event, why)| Known::Kept(event, why);
    let ids: Vec<MessageId> = asked.iter().flatten().map(|asked| asked.message).collect();
    let found = match &ports.campaigns {
        _ if ids.is_empty() => Ok(Vec::new()),
        Some(campaigns) => campaigns.recipients_of_messages(&ids).await,
        // If this process has no campaigns to ask, their messages wait for a process that has.
        None => Err(StoreError::Other {
            reason: "Ports::with_campaigns is missing in this process".to_owned(),
        }),
    };
    let found = found.map(|found| {
        let by_message = |OfMessage { message, of }| (message, of);
        found.into_iter().map(by_message).collect::<BTreeMap<_, _>>()
    });
    let mut found = match found {
        Ok(found) => found,
        Err(error) => {
            let waits = |question: Option<&CampaignQuestion>| match question {
                Some(question) => kept(unread(question, &error, now)),
                None => Known::Free,
            };
            return asked.iter().copied().map(waits).collect();
        }
    };
    let says = |question: Option<&CampaignQuestion>| {
        let Some(question) = question else { return Known::Free };
        match found.remove(&question.message) {
            None => Known::Free,
            Some(Err(error)) => kept(unread(question, &error, now)),
            Some(Ok((_, recipient))) if recipient.state.is_over() && question.by_a_person => {
                Known::Free
            }
            Some(Ok((campaign, recipient))) => match question.why_not(campaign, &recipient, now) {
                Some(why) => Known::Kept(Event::Withdrawn(CancelReason::Campaign), Why::said(why)),
                None => Known::Of(recipient),
            },
        }
    };
    asked.iter().copied().map(says).collect()
}

fn unread(
    question: &CampaignQuestion,
    error: &dyn std::error::Error,
    now: DateTime<Utc>,
) -> (Event, Why) {
    tracing::warn!(
        message.id = %question.message,
        error = %error,
        "the campaign of a message could not be asked; asking again later"
    );
    let why = Why::held(HeldFor::Records, "The festival message could not be read.");
    (Event::Postponed { until: now + ASK_AGAIN }, why)
}

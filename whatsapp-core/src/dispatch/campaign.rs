//! What a campaign says of its message right before it is sent.

use chrono::{DateTime, TimeDelta, Utc};

use super::Dispatcher;
use super::host::HostSays;
use crate::books::Why;
use crate::campaign::RecipientState;
use crate::message::{CancelReason, Event, HeldFor, MessageType, Part};
use crate::port::Claimed;
use crate::private::Private;
use crate::settings::Settings;

/// How long a message waits when its campaign could not be asked.
const ASK_AGAIN: TimeDelta = TimeDelta::minutes(1);

impl Dispatcher {
    /// Asks the campaign of a message whether it still runs, and whether its customer still wants to hear
    /// of it; `None` where nothing stands in the way. What was begun before, and what is tried again once
    /// its recipient has ended, is nobody's any more.
    pub(super) async fn campaign_says(
        &self,
        claimed: &Claimed,
        of: MessageType,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Option<HostSays> {
        let is_of_campaigns = of == MessageType::FESTIVAL || of == MessageType::ANNOUNCEMENT;
        if !is_of_campaigns || claimed.progress.part == Part::Text {
            return None;
        }
        let campaigns = self.ports.campaigns.as_ref()?;
        let found = campaigns.recipient_of_message(claimed.lease.message_id).await;
        let (campaign, recipient) = match found {
            Ok(found) => found?,
            Err(error) => return Some(unread(claimed, &error, now)),
        };
        let withdrawn =
            |reason, why: Private| Some(HostSays::Settle(Event::Withdrawn(reason), Why::said(why)));
        match recipient.state {
            RecipientState::Queued => {}
            RecipientState::Waiting => {
                return withdrawn(
                    CancelReason::Campaign,
                    "It was given back to its campaign.".into(),
                );
            }
            RecipientState::Sent | RecipientState::Failed | RecipientState::LeftOut => return None,
        }
        if let Some(why) = campaign.why_not(settings.time_zone.date(now)) {
            return withdrawn(CancelReason::Campaign, why.into());
        }
        let customer = std::slice::from_ref(&claimed.customer_id);
        let customer = match self.ports.customers.find_many(customer).await {
            Ok(mut found) => found.pop(),
            Err(error) => return Some(unread(claimed, &error, now)),
        };
        let why = customer?.declined(of.category())?;
        withdrawn(CancelReason::OptedOut, why)
    }
}

fn unread(claimed: &Claimed, error: &dyn std::error::Error, now: DateTime<Utc>) -> HostSays {
    tracing::warn!(
        message.id = %claimed.lease.message_id,
        error = %error,
        "the campaign of a message could not be asked; asking again later"
    );
    let why = Why::held(HeldFor::Records, "The campaign could not be read.");
    HostSays::Settle(Event::Postponed { until: now + ASK_AGAIN }, why)
}

//! Putting the messages of one campaign into the outbox.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use super::Campaigns;
use super::error::CampaignError;
use super::text::request;
use super::times::hours;
use super::write::{TRIES, seen};
use crate::campaign::{Campaign, CampaignRate, Recipient, RecipientState, Slots, day};
use crate::id::CustomerId;
use crate::message::Category;
use crate::messenger::{Draft, Place, Request, SendErrorKind};
use crate::observe;
use crate::port::{CampaignWrite, CampaignWritten, Customer, RecipientWrite, random};
use crate::private::Private;
use crate::settings::Settings;

/// Messages are put into the outbox this long ahead.
const AHEAD: TimeDelta = TimeDelta::minutes(10);

/// The number of recipients that are looked at together.
const PAGE: u32 = 50;

/// Result of a turn of the feeder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct FeedReport {
    /// Number of messages that were put into the outbox.
    pub queued: u64,
    /// Number of recipients who were left out.
    pub left_out: u64,
    /// Set while recipients of ended campaigns are still to be left out.
    pub more: bool,
    /// Number of recipients whose message ended, with the result written down.
    pub noted: u64,
    /// Number of campaigns that began.
    pub begun: u64,
    /// Number of campaigns that ended.
    pub finished: u64,
}

/// A campaign whose messages go into the outbox.
pub(super) struct Feed<'a> {
    pub(super) campaigns: &'a Campaigns,
    pub(super) stopping: &'a AtomicBool,
    pub(super) campaign: &'a Campaign,
    pub(super) settings: &'a Settings,
    pub(super) now: DateTime<Utc>,
}

/// The decisions about a page of recipients.
#[derive(Default)]
struct Page {
    writes: Vec<RecipientWrite>,
    /// The recipients who get a message, with the message.
    send: Vec<(Recipient, Request)>,
    /// Set when a recipient waits for a slot further ahead.
    waits: bool,
}

impl Feed<'_> {
    /// Puts the messages of the next minutes into the outbox. Returns `true` once every recipient
    /// has ended.
    pub(super) async fn run(&self, report: &mut FeedReport) -> Result<bool, CampaignError> {
        let campaigns = self.campaigns;
        let Some(day) = day(self.campaign.plan.date, &self.settings.time_zone) else {
            return Ok(false);
        };
        let mut tries = TRIES;
        while !self.stopping.load(Ordering::SeqCst) {
            let (id, waiting) = (self.campaign.id, Some(RecipientState::Waiting));
            let recipients = campaigns.store.recipients(id, waiting, None, PAGE).await?;
            if recipients.is_empty() {
                let counts = campaigns.counts(id).await?;
                return Ok(counts.waiting + counts.queued == 0);
            }
            let taken = campaigns.store.slots_taken(day.start - TimeDelta::hours(1)).await?;
            let page = self.decide(recipients, taken.slots, day.clone()).await?;
            let waits = page.waits;
            let (queued, left_out) = match self.write(page, taken.revision).await? {
                Some(written) => written,
                None if tries == 0 => return Err(CampaignError::Changed),
                None => {
                    tries -= 1;
                    // A campaign that was stopped meanwhile is not fed any more.
                    if campaigns.campaign(id).await?.revision != self.campaign.revision {
                        return Ok(false);
                    }
                    continue;
                }
            };
            report.queued += queued;
            report.left_out += left_out;
            if waits {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// Decides about each recipient.
    async fn decide(
        &self,
        recipients: Vec<Recipient>,
        taken: Vec<DateTime<Utc>>,
        day: Range<DateTime<Utc>>,
    ) -> Result<Page, CampaignError> {
        let ports = &self.campaigns.ports;
        let of = self.campaign.plan.kind.message_type();
        let ids: Vec<CustomerId> = recipients.iter().map(|one| one.customer.clone()).collect();
        let found = ports.customers.find_many(&ids).await?;
        let known: BTreeMap<CustomerId, Customer> =
            found.into_iter().map(|customer| (customer.id.clone(), customer)).collect();
        let mut on_day = self.on_day(&recipients).await?;
        let (limits, window) = (CampaignRate::of(self.settings), hours(self.settings, of));
        let mut slots = Slots::new(limits, &window, day.clone(), self.now, taken);
        let mut page = Page::default();
        for recipient in recipients {
            let customer = known.get(&recipient.customer);
            if let Some(why) = self.left_out(&recipient, customer, &on_day) {
                page.writes.push(self.leaves_out(recipient, why));
                continue;
            }
            // The test for a near slot does not use the random gap: otherwise shorter gaps would
            // win.
            let is_near = slots.clone().next(self.now, limits.gap_least);
            let is_near = is_near.is_some_and(|first| first <= self.now + AHEAD);
            let gap = limits.gap(random(ports.entropy.as_ref()));
            let slot = if is_near { slots.next(self.now, gap) } else { None };
            let Some(slot) = slot else {
                page.waits = true;
                break;
            };
            let mut message = request(&self.campaign.plan, recipient.customer.clone())
                .with_key(recipient.key(of))
                .with_schedule(slot)
                .with_expiry(day.end)
                .by_key_alone();
            message.frozen = self.campaign.frozen.clone().map(Box::new);
            // Other recipients of the page may share its key.
            if of.category() == Category::Greetings {
                *on_day.entry(recipient.number_key.as_str().to_owned()).or_default() += 1;
            }
            page.send.push((Recipient { slot: Some(slot), ..recipient }, message));
        }
        Ok(page)
    }

    /// Returns the number of reminders and greetings for each of these numbers on the day; nothing
    /// for news, which are not counted.
    async fn on_day(&self, all: &[Recipient]) -> Result<BTreeMap<String, u32>, CampaignError> {
        let of = self.campaign.plan.kind.message_type();
        let plans = self.campaigns.ports.plans.as_ref();
        let Some(plans) = plans.filter(|_| of.category() == Category::Greetings) else {
            return Ok(BTreeMap::new());
        };
        let keys: Vec<String> = all.iter().map(|one| one.number_key.as_str().to_owned()).collect();
        let counted = plans.reminders_on(self.campaign.plan.date, &keys).await?;
        Ok(counted.into_iter().collect())
    }

    /// Returns the reason why a recipient gets no message.
    fn left_out(
        &self,
        recipient: &Recipient,
        customer: Option<&Customer>,
        on_day: &BTreeMap<String, u32>,
    ) -> Option<Private> {
        let of = self.campaign.plan.kind.message_type();
        if let Some(why) = customer.and_then(|one| one.declined(of.category())) {
            return Some(why);
        }
        let number = customer.and_then(|customer| customer.number().ok());
        if let Some(why) = recipient.moved(customer.is_some(), number.as_ref()) {
            return Some(why.into());
        }
        let most = self.settings.reminders_per_day;
        let had = on_day.get(recipient.number_key.as_str()).copied().unwrap_or(0);
        let full = || match had {
            1 => "The number gets a reminder or greeting on this day already.".to_owned(),
            had => format!("The number gets {had} reminders and greetings on this day already."),
        };
        (had >= most).then(|| full().into())
    }

    fn leaves_out(&self, recipient: Recipient, why: Private) -> RecipientWrite {
        let recipient = Recipient { slot: None, ..recipient };
        let recipient = recipient.stands(RecipientState::LeftOut, Some(why), self.now);
        RecipientWrite { recipient, message: None }
    }

    /// Writes a page with its messages. Returns the number of recipients queued and of those left
    /// out; `None` where somebody else was faster.
    async fn write(&self, page: Page, revision: u32) -> Result<Option<(u64, u64)>, CampaignError> {
        let campaigns = self.campaigns;
        let Page { writes: mut recipients, send, .. } = page;
        let requests: Vec<Request> = send.iter().map(|(_, request)| request.clone()).collect();
        let mut messages = Vec::new();
        let mut queued = 0;
        if !requests.is_empty() {
            let draft = Draft::made(&campaigns.ports, &requests, None).await;
            for ((recipient, _), place) in send.into_iter().zip(draft.places()) {
                let message = match place {
                    Place::New(no) | Place::Refused(no) => Some(no),
                    Place::Known(_) => None,
                    Place::Nothing(why) => {
                        recipients.push(self.refused(recipient, why)?);
                        continue;
                    }
                };
                let message_id = match place {
                    Place::Known(id) => Some(id),
                    _ => recipient.message_id,
                };
                let recipient = Recipient { message_id, ..recipient };
                let recipient = recipient.stands(RecipientState::Queued, None, self.now);
                recipients.push(RecipientWrite { recipient, message });
                queued += 1;
            }
            messages = draft.messages().to_vec();
        }
        if recipients.is_empty() {
            return Ok(Some((0, 0)));
        }
        let left_out = recipients.len() as u64 - queued;
        let write = CampaignWrite {
            over: Some(seen(self.campaign)),
            slots: (queued > 0).then_some(revision),
            recipients,
            messages,
            ..CampaignWrite::default()
        };
        match campaigns.store.write_campaign(&write).await? {
            CampaignWritten::Done(enqueued) => {
                let account = campaigns.ports.store.account_id();
                observe::enqueued(account, &write.messages, &enqueued);
                campaigns.ports.wake.wake();
                Ok(Some((queued, left_out)))
            }
            CampaignWritten::Stale => Ok(None),
        }
    }

    /// Handles a recipient of whom no message can be made. If the reason is the recipient's own, it
    /// is left out; otherwise the next turn tries again.
    fn refused(
        &self,
        recipient: Recipient,
        why: &SendErrorKind,
    ) -> Result<RecipientWrite, CampaignError> {
        match why {
            SendErrorKind::Declined(_)
            | SendErrorKind::Text(_)
            | SendErrorKind::CustomerUnknown => {
                let why = crate::visible::sentence(&why.to_string());
                Ok(self.leaves_out(recipient, why.into()))
            }
            other => Err(CampaignError::NoMessage(other.to_string())),
        }
    }
}

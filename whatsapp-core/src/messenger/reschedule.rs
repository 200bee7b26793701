//! A new send time for a message that waits.

use chrono::{DateTime, Datelike as _, SubsecRound as _, Utc};

use super::manage::{ask, standing};
use super::prepare::{late, too_far_ahead, warning, without_late};
use super::{ManageError, Messenger, Wish};
use crate::audit::{Act, Actor, AuditChange, AuditTarget};
use crate::campaign::RecipientState;
use crate::consent::Consent;
use crate::id::MessageId;
use crate::message::{Change, Class, Event, Facts, StateRow};
use crate::port::{Amended, Amendment, Reschedule};
use crate::retry::RetryPolicy;
use crate::schedule::StepState;
use crate::template::YEARS;
use crate::wiring::{Ports, audit_entry};

/// A message that got a new send time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rescheduled {
    /// Time from which the message is sent.
    pub due: DateTime<Utc>,
    /// The warning for the manager: an instant in the past means at once.
    pub warning: Option<String>,
}

impl Messenger {
    /// Gives a new send time to a message that waits: for its time, for the hours, for the books,
    /// or for its retry. An instant in the past means at once; a person is asked first.
    ///
    /// A person who chose an instant outside business hours is asked, and the answer is then
    /// followed. Where the host's own code chose it, the message waits for the hours.
    ///
    /// A message keeps its expiry: it is not moved to an instant at which it would be too late. The
    /// message of a reminder step is not moved at all, where the ports
    /// [keep steps](crate::Ports::with_plans): the planner decides its day. Neither is the message
    /// of a [campaign](crate::Ports::with_campaigns).
    ///
    /// `by` is an [`Actor`], or a [`Wish`] that names the state that was read.
    ///
    /// # Errors
    /// [`ManageError`]: nothing was moved then.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use whatsapp_core::port::Customer;
    /// # use whatsapp_core::template::StockDelivered;
    /// # use whatsapp_core::{CustomerId, Ports, Request, UserId};
    /// # use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryStore};
    /// use chrono::DateTime;
    /// use whatsapp_core::Messenger;
    /// use whatsapp_core::audit::Actor;
    /// use whatsapp_core::messenger::Consent;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let asha = CustomerId::new("C-1")?;
    /// # let customers =
    /// #     FixedDirectory::new([Customer::new(asha.clone(), "Asha Traders", Some("+919876543210"))]);
    /// # let clock = ManualClock::starting_at("2026-01-27T09:30:00Z".parse()?);
    /// # let ports = Ports::new(Arc::new(MemoryStore::new()), Arc::new(customers))
    /// #     .with_clock(Arc::new(clock));
    /// # let order = StockDelivered {
    /// #     order_number: "SO-2026-0107".to_owned(),
    /// #     delivered_on: "2026-01-27".parse()?,
    /// #     items: vec!["20 × LED bulb 9 W".to_owned()],
    /// # };
    /// # let tomorrow = "2026-01-28T09:30:00Z".parse()?;
    /// let messenger = Messenger::new(ports);
    /// let request = Request::stock_delivered(asha, order).with_schedule(tomorrow);
    /// let id = messenger.enqueue(request).await?.message_id;
    ///
    /// let manager = Actor::Person(UserId::new("asha")?);
    /// let evening = DateTime::parse_from_rfc3339("2026-01-27T18:00:00+05:30")?;
    /// let moved = messenger.reschedule(id, evening, Consent::NotAsked, &manager).await?;
    /// assert_eq!((moved.due, moved.warning), (evening.to_utc(), None));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn reschedule(
        &self,
        id: MessageId,
        instant: impl Into<DateTime<Utc>> + Send,
        consent: Consent,
        by: impl Into<Wish> + Send,
    ) -> Result<Rescheduled, ManageError> {
        let wish = by.into();
        let instant = instant.into().trunc_subsecs(6);
        let ports = &self.ports;
        let now = ports.clock.now();
        if !YEARS.contains(&instant.year()) {
            return Err(ManageError::Year(instant.year()));
        }
        let settings = ports.settings().await?;
        if let Some(day) = too_far_ahead(instant, now, &settings) {
            return Err(ManageError::TooFarAhead { day });
        }
        let (message, progress) = standing(ports, id).await?;
        if !wish.fits(&message) {
            return Err(ManageError::Changed);
        }
        let due = instant.max(now);
        let event = Event::Rescheduled { due };
        let mut next = match progress.on(&event, now, &RetryPolicy::default()) {
            Change::To(next) => next,
            Change::Same => progress.clone(),
            Change::Forbidden(why) => return Err(ManageError::Forbidden(why)),
        };
        is_of_nobody(ports, id).await?;
        let facts = &message.facts;
        if let Some(end) = facts.expires_at.filter(|end| *end <= due) {
            return Err(ManageError::TooLate(settings.time_zone.local(end)));
        }
        let passed = settings.has_passed(instant, now);
        if let Some(question) = passed.filter(|_| !wish.is_at_once()) {
            return Err(ManageError::HasPassed(question));
        }
        let of = ports.types.get(facts.message_type);
        if matches!(wish.by, Actor::Person(_)) {
            ask(ports, facts.message_type, next.part, due, &settings, consent)?;
            next.class = Class::Transactional;
        } else if let Some(of) = of {
            next.class = settings.class(of);
        }
        let before = message.state.owed.map_or(now, |owed| owed.due_at);
        let change = AuditChange::Due { before, after: due };
        let on = AuditTarget::Message(id);
        let entry = audit_entry(ports, &wish.by, Act::MessageRescheduled, on, change);
        let audit = Some(wish.entered(entry));
        let late = passed.as_ref().map(late);
        let warning = said(facts, late.clone());
        let amendment = Amendment {
            message_id: id,
            seen: message.updated_at,
            state: StateRow::of(&next),
            reschedule: Some(Reschedule { scheduled_for: due, warning }),
            at: now,
            elapsed: ports.clock.elapsed(),
            audit,
        };
        match ports.store.amend(&amendment).await? {
            Amended::Done => {
                ports.wake.wake();
                Ok(Rescheduled { due, warning: late })
            }
            Amended::Stale => Err(ManageError::Changed),
        }
    }
}

/// Refuses a message that the planner or a campaign made, unless its steps or its recipient are
/// done: then a retry no longer belongs to them.
async fn is_of_nobody(ports: &Ports, id: MessageId) -> Result<(), ManageError> {
    if let Some(plans) = &ports.plans {
        let mut steps = plans.steps_of_message(id).await?.into_iter();
        let is_over = |state| matches!(state, StepState::Sent | StepState::Failed);
        if let Some(step) = steps.find(|step| !is_over(step.state)) {
            return Err(ManageError::OfReminder { step: step.name, subject: step.subject });
        }
    }
    if let Some(campaigns) = &ports.campaigns
        && let Some(found) = campaigns.recipients_of_messages(&[id]).await?.pop()
        && let (Some(campaign), recipient) = found.of?
        && recipient.state == RecipientState::Queued
    {
        return Err(ManageError::OfCampaign(campaign.plan.name));
    }
    Ok(())
}

/// The warnings of a message that got a new send time. An earlier warning about an instant in the
/// past is removed.
fn said(facts: &Facts, late: Option<String>) -> Option<String> {
    let kept = without_late(facts.warning.as_deref().unwrap_or_default());
    warning(Some(kept).filter(|kept| !kept.is_empty()).into_iter().chain(late))
}

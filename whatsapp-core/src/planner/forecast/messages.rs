//! The messages that wait in the outbox, and when each goes out if nothing changes meanwhile.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::PlannerError;
use crate::account::Pause;
use crate::books::{Books, beside};
use crate::dispatch::decide;
use crate::dispatch::fate::{self, outdated};
use crate::id::{CustomerId, MessageId};
use crate::message::{
    CancelReason, Class, Facts, Message, MessageType, Part, Status, Step, TypeName,
};
use crate::mute;
use crate::number::WhatsAppNumber;
use crate::port::{
    Cursor, Due, EndedStep, LogFilter, MuteQuestion, Sort, Standing, StepMessage, due_on,
};
use crate::private::Private;
use crate::schedule::{ReminderStep, StepState};
use crate::settings::Settings;
use crate::time::Zone;
use crate::visible::sentence;
use crate::wiring::{Ports, mutes_for};

/// The number of messages that are read together.
const PAGE: u32 = 200;

/// The most times that the books may put a message off in the days of a forecast.
const PUT_OFF_MOST: usize = 70;

/// A message that waits in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForecastMessage {
    /// The day on which it goes out, or was to go out.
    pub day: NaiveDate,
    /// Time from which it goes out, is kept, or is over.
    pub at: DateTime<Utc>,
    /// The id of the message.
    pub message: MessageId,
    /// The type of the message.
    pub message_type: TypeName,
    /// The subject of the message, as people know it.
    pub subject: Option<String>,
    /// The host's key of the customer.
    pub customer: CustomerId,
    /// The customer's name.
    pub customer_name: Private,
    /// The text of the message.
    pub text: Private,
    /// The reason why it does not go out; `None` if it does.
    pub kept: Option<Private>,
    /// The reminders that go out in it: several for a summary.
    pub reminders: Vec<ReminderStep>,
}

/// The forecast for a message that waits.
struct Fate {
    /// Time from which it goes out, is kept, or is over.
    at: DateTime<Utc>,
    /// The reason why it does not go out.
    kept: Option<Private>,
    /// Its reminders as they are then. Those that go out in it are sent.
    steps: Vec<ReminderStep>,
}

impl Fate {
    /// The message goes out, with these reminders.
    fn sent(at: DateTime<Utc>, steps: impl IntoIterator<Item = ReminderStep>, zone: &Zone) -> Self {
        let day = zone.date(at);
        let sent = |step| ReminderStep { day, ..step }.stands(StepState::Sent, None, None, at);
        Self { at, kept: None, steps: steps.into_iter().map(sent).collect() }
    }

    /// The message does not go out, and its reminders stay in it.
    fn kept(at: DateTime<Utc>, why: Private) -> Self {
        Self { at, kept: Some(why), steps: Vec::new() }
    }

    /// The message ends like this. Its reminders end with it, or are planned again.
    fn over(at: DateTime<Utc>, ended: &StepMessage, steps: Vec<ReminderStep>, zone: &Zone) -> Self {
        let label = || ended.cancel_reason.map(|reason| sentence(reason.label()).into());
        let kept = ended.sentence.clone().or_else(label).or_else(|| Some(Private::default()));
        let stands = |step| EndedStep { step, ended: ended.clone() }.stands(zone, at);
        Self { at, kept, steps: steps.into_iter().map(stands).collect() }
    }
}

/// The forecast for the messages that wait in the outbox.
#[derive(Default)]
pub(super) struct InOutbox {
    /// The messages.
    pub(super) messages: Vec<ForecastMessage>,
    /// The reminders in them, as they are once the messages are sent or over.
    pub(super) steps: Vec<ReminderStep>,
    /// Set where more messages wait than were looked at.
    pub(super) is_cut: bool,
}

/// Forecasts the messages in the outbox, over these ports. A host without reminders and books needs
/// neither.
pub(super) struct Waits<'a> {
    pub(super) ports: &'a Ports,
}

impl Waits<'_> {
    /// Forecasts the messages in the outbox that are due by the end of a day, in the order in which
    /// they go out. These are scheduled messages, messages that wait for the hours or the books,
    /// and reminders that were made already. Looks at `most` of the messages that wait, and at
    /// least one.
    pub(super) async fn in_outbox(
        &self,
        settings: &Settings,
        pause: Option<&Pause>,
        (now, last): (DateTime<Utc>, NaiveDate),
        most: u32,
    ) -> Result<InOutbox, PlannerError> {
        let zone = &settings.time_zone;
        let mut left = most.max(1);
        let waits = LogFilter { statuses: [Status::Pending].into(), ..LogFilter::default() };
        let (mut found, mut after): (InOutbox, Option<Cursor>) = (InOutbox::default(), None);
        loop {
            let limit = PAGE.min(left);
            let page = self.ports.store.page(&waits, Sort::Oldest, after.into(), limit).await?;
            let rest = page.rest();
            left -= limit;
            let due = |message: &Message| due(message).is_some_and(|at| zone.date(at) <= last);
            let messages: Vec<Message> = page.messages.into_iter().filter(due).collect();
            let muted = self.muted(&messages).await?;
            for (message, muted) in messages.into_iter().zip(muted) {
                let fate = self.fate(&message, muted, settings, pause, now).await?;
                let Fate { at, kept, steps } = fate;
                let (facts, day) = (message.facts, zone.date(at));
                if day > last {
                    continue;
                }
                let is_sent = |step: &&ReminderStep| step.state == StepState::Sent;
                found.messages.push(ForecastMessage {
                    day,
                    at,
                    message: facts.id,
                    message_type: facts.message_type,
                    subject: facts.subject,
                    customer: facts.customer_id,
                    customer_name: facts.customer_name,
                    text: facts.text,
                    kept,
                    reminders: steps.iter().filter(is_sent).cloned().collect(),
                });
                found.steps.extend(steps);
            }
            after = rest;
            if after.is_none() || left == 0 {
                found.is_cut = after.is_some();
                found.messages.sort_by_key(|message| (message.at, message.message));
                return Ok(found);
            }
        }
    }

    /// Returns the reason why each of these messages is muted; `None` for messages that are not
    /// muted.
    async fn muted(&self, messages: &[Message]) -> Result<Vec<Option<Private>>, PlannerError> {
        let question = |Message { facts, .. }: &Message| {
            let number = WhatsAppNumber::parse(facts.whatsapp_number.as_str());
            MuteQuestion {
                customer: facts.customer_id.clone(),
                number_key: number.ok().map(|number| number.variant_key().into()),
                invoice: facts.invoice_id.clone(),
            }
        };
        let asked: Vec<MuteQuestion> = messages.iter().map(question).collect();
        let answers = mutes_for(self.ports, &asked).await?;
        let why = |(message, mutes): (&Message, Vec<_>)| {
            let of = self.ports.types.get(message.facts.message_type)?;
            mute::why(&mutes, of.category())
        };
        Ok(messages.iter().zip(answers).map(why).collect())
    }

    /// Forecasts a message that waits, by the dispatcher's rules.
    async fn fate(
        &self,
        message: &Message,
        muted: Option<Private>,
        settings: &Settings,
        pause: Option<&Pause>,
        now: DateTime<Utc>,
    ) -> Result<Fate, PlannerError> {
        let facts = &message.facts;
        let zone = &settings.time_zone;
        let first = due(message).unwrap_or(now);
        let mut at = first.max(now);
        if let Some(pause) = pause {
            match lasts_until(pause) {
                Some(until) => at = at.max(until),
                None => return Ok(Fate::kept(at, pause.words().into())),
            }
        }
        if message.state.part == Part::Text {
            // The customer has the file already, so nothing is asked any more.
            let steps = self.queued_in(message).await?;
            return Ok(Fate::sent(at, steps, zone));
        }
        let Some(of) = self.ports.types.get(facts.message_type) else {
            return Ok(Fate::kept(at, "The program does not know its message type.".into()));
        };
        let steps = self.queued_in(message).await?;
        let ended = |at, reason, why, steps| {
            Ok(Fate::over(at, &StepMessage::withdrawn(reason, why), steps, zone))
        };
        if !settings.allows(of) {
            return ended(at, CancelReason::SwitchedOff, None, steps);
        }
        let books = self.asked_about(message, of).await?;
        let class = message.state.owed.map_or(Class::Transactional, |owed| owed.class);
        let mut keeps_hours = decide::keeps_hours(class, first, of, settings);
        for _ in 0..PUT_OFF_MOST {
            match in_its_hours(facts, of, at, keeps_hours, settings) {
                Some(opens) => at = opens,
                None => return ended(at, CancelReason::Expired, None, steps),
            }
            if of == MessageType::PAYMENT_SUMMARY && !steps.is_empty() {
                return self.summary_fate(message, muted, steps, settings, at).await;
            }
            let (Some(due), Some(invoices)) = (&books, &self.ports.invoices) else { break };
            let rules = Books::new(settings, at);
            let due = match rules.open(due.clone()) {
                Ok(due) => due,
                Err((reason, why)) => return ended(at, reason, why.sentence(), steps),
            };
            if due.customer != facts.customer_id {
                let why = format!("{} belongs to another customer now.", due.number);
                return ended(at, CancelReason::Void, Some(why.into()), steps);
            }
            if let Some(why) = steps.iter().find_map(|step| outdated(step, &due, settings, at)) {
                return ended(at, CancelReason::Superseded, why.sentence(), steps);
            }
            let beside = beside(invoices.as_ref(), &due.customer, settings).await?;
            let Some(held) = rules.held(&due, &beside) else { break };
            if !steps.is_empty() {
                // The planner plans it again.
                return ended(at, CancelReason::Superseded, held.why.sentence(), steps);
            }
            if !matches!(due.standing, Standing::PromisedUntil(_)) || held.stale.is_some() {
                return Ok(Fate::kept(at, held.why.sentence().unwrap_or_default()));
            }
            // By then the time that a person chose is over.
            keeps_hours = true;
            at = facts.expires_at.map_or(held.until, |end| held.until.min(end));
        }
        let is_composed = books.is_some() && facts.values.is_some();
        Ok(match self.unwanted(message, of, is_composed, muted).await? {
            Some(ended) => Fate::over(at, &ended, steps, zone),
            None => Fate::sent(at, steps, zone),
        })
    }

    /// Forecasts a summary of these steps.
    async fn summary_fate(
        &self,
        message: &Message,
        muted: Option<Private>,
        steps: Vec<ReminderStep>,
        settings: &Settings,
        at: DateTime<Utc>,
    ) -> Result<Fate, PlannerError> {
        let zone = &settings.time_zone;
        let Some(invoices) = self.ports.invoices.as_deref() else {
            return Ok(Fate::sent(at, steps, zone));
        };
        let customer = &message.facts.customer_id;
        let fates: Vec<(ReminderStep, fate::Fate)> =
            fate::fates::<PlannerError>(self.ports, customer, steps, invoices, settings, at)
                .await?;
        let leave = |(step, fate): &(ReminderStep, fate::Fate)| {
            fate::left(step, fate, settings, at).map(|write| write.step)
        };
        let left: Vec<ReminderStep> = fates.iter().filter_map(leave).collect();
        let is_listed = |fate: &fate::Fate| matches!(fate, fate::Fate::Listed(_));
        let why = fate::sentence(&fates);
        let listed = fates.into_iter().filter(|(_, fate)| is_listed(fate));
        let listed: Vec<ReminderStep> = listed.map(|(step, _)| step).collect();
        let is_empty = listed.is_empty();
        let of = MessageType::PAYMENT_SUMMARY;
        let mut fate = match self.unwanted(message, of, true, muted).await? {
            _ if is_empty => Fate::kept(at, why),
            Some(ended) => Fate::over(at, &ended, listed, zone),
            None => Fate::sent(at, listed, zone),
        };
        fate.steps.extend(left);
        Ok(fate)
    }

    /// Returns the end of a message that its customer cannot or does not want to get, or that is
    /// muted.
    async fn unwanted(
        &self,
        message: &Message,
        of: MessageType,
        is_composed: bool,
        muted: Option<Private>,
    ) -> Result<Option<StepMessage>, PlannerError> {
        let refused = self.refused(message, of, is_composed).await?;
        let withdrawn = |why| StepMessage::withdrawn(CancelReason::Muted, Some(why));
        Ok(refused.or_else(|| muted.map(withdrawn)))
    }

    /// Returns the end of a message that is composed anew, if its customer cannot or does not want
    /// to get it.
    async fn refused(
        &self,
        message: &Message,
        of: MessageType,
        is_composed: bool,
    ) -> Result<Option<StepMessage>, PlannerError> {
        if !is_composed {
            return Ok(None);
        }
        let id = &message.facts.customer_id;
        let found = self.ports.customers.find_many(std::slice::from_ref(id)).await?;
        let failed = |why: String| StepMessage {
            status: Status::Failed,
            sentence: Some(sentence(&why).into()),
            ..StepMessage::deleted()
        };
        let Some(customer) = found.first() else {
            return Ok(Some(failed("the customer is not in the records any more".to_owned())));
        };
        if let Some(why) = customer.declined(of.category()) {
            return Ok(Some(StepMessage::withdrawn(CancelReason::OptedOut, Some(why))));
        }
        Ok(customer.number().err().map(|why| failed(why.to_string())))
    }

    /// Returns the reminders that go out in a message, if nothing holds them.
    async fn queued_in(&self, message: &Message) -> Result<Vec<ReminderStep>, PlannerError> {
        if !self.ports.types.get(message.facts.message_type).is_some_and(is_of_reminders) {
            return Ok(Vec::new());
        }
        let Some(plans) = &self.ports.plans else { return Ok(Vec::new()) };
        let mut steps = plans.steps_of_message(message.facts.id).await?;
        steps.retain(|step| step.state == StepState::Queued);
        Ok(steps)
    }

    /// Returns what the books say about the message's invoice, if they are asked before it is sent.
    async fn asked_about(
        &self,
        message: &Message,
        of: MessageType,
    ) -> Result<Option<Option<Due>>, PlannerError> {
        let invoice = message.facts.invoice_id.as_ref().filter(|_| of.asks_ledger());
        match (invoice, &self.ports.invoices) {
            (Some(invoice), Some(invoices)) => Ok(Some(due_on(invoices.as_ref(), invoice).await?)),
            (None, _) | (_, None) => Ok(None),
        }
    }
}

/// Returns the first time from `at` on at which a message may be sent, by the hours where it keeps
/// to them. `None` if it expires before that.
fn in_its_hours(
    facts: &Facts,
    of: MessageType,
    at: DateTime<Utc>,
    keeps_hours: bool,
    settings: &Settings,
) -> Option<DateTime<Utc>> {
    let may_go = |at: &DateTime<Utc>| facts.expires_at.is_none_or(|end| *at < end);
    let at = Some(at).filter(may_go)?;
    if keeps_hours && settings.is_outside_hours(of, at) {
        settings.window(of).next_opening(at).filter(may_go)
    } else {
        Some(at)
    }
}

/// Returns whether messages of this type may belong to reminder steps.
fn is_of_reminders(of: MessageType) -> bool {
    [MessageType::PAYMENT_REMINDER, MessageType::PAYMENT_SUMMARY].contains(&of)
}

/// Returns the end of a pause of the account that usually ends by itself.
pub(super) fn lasts_until(pause: &Pause) -> Option<DateTime<Utc>> {
    pause.reason.passes().then_some(pause.until)
}

/// Returns the time at which a waiting message is due; `None` if it is being sent or looked up.
fn due(message: &Message) -> Option<DateTime<Utc>> {
    let owed = message.state.owed.filter(|owed| owed.step == Step::Send);
    owed.filter(|owed| owed.open_since.is_none()).map(|owed| owed.due_at)
}

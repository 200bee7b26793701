//! What waits in the outbox, and when each message goes out if nothing changes meanwhile.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::{Planner, PlannerError};
use crate::books::{Books, beside};
use crate::id::{CustomerId, MessageId};
use crate::message::{CancelReason, Class, Message, MessageType, Part, Status, Step, TypeName};
use crate::mute;
use crate::number::WhatsAppNumber;
use crate::port::{Cursor, Due, LogFilter, MuteQuestion, Sort, Standing, due_on};
use crate::private::Private;
use crate::settings::Settings;
use crate::visible::sentence;

/// The messages that are read together.
const PAGE: u32 = 200;

/// How often the books may put a message off in the days of a forecast.
const PUT_OFF_MOST: usize = 70;

/// A message that waits in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForecastMessage {
    /// The day on which it goes out, or was to.
    pub day: NaiveDate,
    /// From when on.
    pub at: DateTime<Utc>,
    /// The message.
    pub message: MessageId,
    /// What it is.
    pub message_type: TypeName,
    /// What it is about, as people know it.
    pub subject: Option<String>,
    /// The host's key of the customer.
    pub customer: CustomerId,
    /// The customer's name.
    pub customer_name: Private,
    /// What it says.
    pub text: Private,
    /// Why it does not go out; `None` of one that does.
    pub kept: Option<Private>,
}

/// What becomes of a message.
enum Fate {
    /// It goes out.
    Sent(DateTime<Utc>),
    /// It waits, or ends, on that day.
    Kept(DateTime<Utc>, Private),
}

impl Planner {
    /// What waits in the outbox and is due by the end of a day, in the order in which it goes out: what was
    /// scheduled, what waits for the hours or the books, and the reminders that were made already.
    pub(super) async fn in_outbox(
        &self,
        settings: &Settings,
        now: DateTime<Utc>,
        last: NaiveDate,
    ) -> Result<Vec<ForecastMessage>, PlannerError> {
        let zone = &settings.time_zone;
        let waits = LogFilter { statuses: [Status::Pending].into(), ..LogFilter::default() };
        let (mut found, mut after): (_, Option<Cursor>) = (Vec::new(), None);
        loop {
            let page = self.ports.store.page(&waits, Sort::Oldest, after.into(), PAGE).await?;
            let due = |message: &Message| due(message).is_some_and(|at| zone.date(at) <= last);
            let messages: Vec<Message> = page.messages.into_iter().filter(due).collect();
            let muted = self.muted(&messages).await?;
            for (message, muted) in messages.into_iter().zip(muted) {
                let fate = self.fate(&message, muted, settings, now).await?;
                let (at, kept) = match fate {
                    Fate::Sent(at) => (at, None),
                    Fate::Kept(at, why) => (at, Some(why)),
                };
                let (facts, day) = (message.facts, zone.date(at));
                found.extend((day <= last).then_some(ForecastMessage {
                    day,
                    at,
                    message: facts.id,
                    message_type: facts.message_type,
                    subject: facts.subject,
                    customer: facts.customer_id,
                    customer_name: facts.customer_name,
                    text: facts.text,
                    kept,
                }));
            }
            after = page.next;
            if after.is_none() {
                found.sort_by_key(|message| (message.at, message.message));
                return Ok(found);
            }
        }
    }

    /// Why each of these messages is muted; nothing of those that are not.
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
        let answers = self.ports.mutes_for(&asked).await?;
        let why = |(message, mutes): (&Message, Vec<_>)| {
            let of = self.ports.types.get(message.facts.message_type)?;
            mute::why(&mutes, of.category())
        };
        Ok(messages.iter().zip(answers).map(why).collect())
    }

    /// What becomes of a message that waits, by the rules that the dispatcher goes by.
    async fn fate(
        &self,
        message: &Message,
        muted: Option<Private>,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<Fate, PlannerError> {
        let facts = &message.facts;
        let mut at = due(message).unwrap_or(now).max(now);
        if message.state.part == Part::Text {
            // The file is with the customer: nothing is asked any more.
            return Ok(Fate::Sent(at));
        }
        let Some(of) = self.ports.types.get(facts.message_type) else {
            return Ok(Fate::Kept(at, "The program does not know its message type.".into()));
        };
        let ended = |at, reason: CancelReason| Fate::Kept(at, sentence(reason.label()).into());
        if !settings.allows(of) {
            return Ok(ended(at, CancelReason::SwitchedOff));
        }
        let books = self.asked_about(message, of).await?;
        let mut class = message.state.owed.map_or(Class::Transactional, |owed| owed.class);
        for _ in 0..PUT_OFF_MOST {
            if facts.expires_at.is_some_and(|end| end <= at) {
                return Ok(ended(at, CancelReason::Expired));
            }
            if class != Class::Transactional && settings.is_outside_hours(of, at) {
                match settings.window(of).next_opening(at) {
                    Some(opens) if facts.expires_at.is_none_or(|end| opens < end) => at = opens,
                    _ => return Ok(ended(at, CancelReason::Expired)),
                }
            }
            let Some(due) = &books else { break };
            let rules = Books::new(settings, at);
            let due = match rules.open(due.clone()) {
                Ok(due) => due,
                Err((_, why)) => return Ok(Fate::Kept(at, why.sentence().unwrap_or_default())),
            };
            if due.customer != facts.customer_id {
                let why = format!("{} belongs to another customer now.", due.number);
                return Ok(Fate::Kept(at, why.into()));
            }
            let beside = beside(self.invoices.as_ref(), &due.customer, settings).await?;
            let Some(held) = rules.held(&due, &beside) else { break };
            if !matches!(due.standing, Standing::PromisedUntil(_)) || held.stale.is_some() {
                return Ok(Fate::Kept(at, held.why.sentence().unwrap_or_default()));
            }
            // The moment that a person chose is over then.
            class = settings.class(of);
            at = facts.expires_at.map_or(held.until, |end| held.until.min(end));
        }
        Ok(match muted {
            Some(why) => Fate::Kept(at, why),
            None => Fate::Sent(at),
        })
    }

    /// What the books say of the message's invoice, where they are asked before it is sent.
    async fn asked_about(
        &self,
        message: &Message,
        of: MessageType,
    ) -> Result<Option<Option<Due>>, PlannerError> {
        match message.facts.invoice_id.as_ref().filter(|_| of.asks_ledger()) {
            Some(invoice) => Ok(Some(due_on(self.invoices.as_ref(), invoice).await?)),
            None => Ok(None),
        }
    }
}

/// When a message that waits is due; `None` of one that is being sent or looked up.
fn due(message: &Message) -> Option<DateTime<Utc>> {
    let owed = message.state.owed.filter(|owed| owed.step == Step::Send);
    owed.filter(|owed| owed.open_since.is_none()).map(|owed| owed.due_at)
}

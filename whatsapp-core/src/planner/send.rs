//! The last part of a run: what is planned by its date goes out, or is moved.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::run::{ASK_AGAIN, Page, Pass, Tries, Wrote};
use super::survey::by_invoice;
use super::{Planner, PlannerError};
use crate::books::{Beside, Books, Held, dated, payments_known_until};
use crate::id::{CustomerId, InvoiceId};
use crate::message::{HeldFor, MessageKey, MessageType};
use crate::messenger::{Place, Request};
use crate::number::WhatsAppNumber;
use crate::port::{Customer, DirectoryError, Due, StepPoint, StepWrite};
use crate::private::Private;
use crate::schedule::{
    Assigned, ReminderStep, Seen, StepName, StepReason, StepState, assign, moved, put_off,
};
use crate::template::PaymentReminder;

/// The steps that are looked at together.
const PAGE: u32 = 200;

/// What is known about a page of steps.
struct Known {
    invoices: BTreeMap<InvoiceId, Due>,
    rows: BTreeMap<InvoiceId, Vec<ReminderStep>>,
    number_keys: BTreeMap<CustomerId, String>,
    credit: BTreeMap<CustomerId, Beside>,
    last_reminded: BTreeMap<CustomerId, NaiveDate>,
    on_day: BTreeMap<String, u32>,
}

/// What a page comes to.
#[derive(Default)]
struct Outcome {
    writes: Vec<StepWrite>,
    /// Steps that go out, with the messages that are to be made.
    send: Vec<(ReminderStep, Request)>,
}

impl Pass<'_> {
    /// Sends what is planned by the date. `false` where something is left to be tried again.
    pub(super) async fn send(&mut self) -> Result<bool, PlannerError> {
        let known = payments_known_until(self.planner.invoices.as_ref(), self.settings).await?;
        let books = Books::new(self.settings, self.now);
        let stale = books.stale_since(known).map(|day| books.written(day));
        let (mut after, mut left) = (None, false);
        loop {
            if self.is_stopping() {
                self.leave().await?;
                return Ok(false);
            }
            let mut tries = Tries::new();
            let last = loop {
                let plans = &self.planner.plans;
                let page =
                    plans.steps_by(StepState::Planned, self.today(), after.clone(), PAGE).await?;
                let Some(last) = page.last().map(StepPoint::of) else { break None };
                let page = match &stale {
                    Some(day) => {
                        Page { steps: self.wait_for_payments(page, day), ..Page::default() }
                    }
                    None => self.page(page).await?,
                };
                let waits = |write: &StepWrite| {
                    write.step.state == StepState::Planned && write.step.day <= self.today()
                };
                let waiting = page.steps.iter().filter(|write| waits(write)).count() as u64;
                match self.write(page).await? {
                    Wrote::Done => {
                        left |= waiting > 0 || stale.is_some();
                        self.report.failed += waiting;
                        break Some(last);
                    }
                    Wrote::Again => tries.again()?,
                    Wrote::Lost => return Ok(false),
                }
            };
            if last.is_none() {
                break;
            }
            after = last;
        }
        self.planner.rest(left.then(|| self.now + ASK_AGAIN));
        self.finish().await?;
        Ok(!left)
    }

    /// Steps that wait until newer payments are known. While they do, they are not late.
    fn wait_for_payments(&self, steps: Vec<ReminderStep>, day: &str) -> Vec<StepWrite> {
        let why = Private::from(format!("Payments were last recorded on {day}."));
        let waits = |step: ReminderStep| {
            let seen = Some(step.revision);
            let day = self.today();
            let reason = Some(StepReason::StalePayments);
            let now = ReminderStep { day, ..step.clone() };
            let now = now.stands(StepState::Planned, reason, Some(why.clone()), self.now);
            (now != step).then_some(StepWrite { step: now, seen, message: None })
        };
        steps.into_iter().filter_map(waits).collect()
    }

    async fn page(&self, steps: Vec<ReminderStep>) -> Result<Page, PlannerError> {
        let known = self.known(&steps).await?;
        let mut outcome = self.decide(steps, known);
        let requests: Vec<Request> =
            outcome.send.iter().map(|(_, request)| request.clone()).collect();
        if requests.is_empty() {
            return Ok(Page { steps: outcome.writes, ..Page::default() });
        }
        let draft = self.planner.messenger.draft(&requests).await;
        for ((step, _), place) in outcome.send.into_iter().zip(draft.places()) {
            let seen = Some(step.revision);
            let queued = |step: ReminderStep| step.stands(StepState::Queued, None, None, self.now);
            outcome.writes.push(match place {
                Place::New(no) => StepWrite { step: queued(step), seen, message: Some(no) },
                Place::Known(id) => {
                    let step = ReminderStep { message_id: Some(id), ..queued(step) };
                    StepWrite { step, seen, message: None }
                }
                Place::Nothing(why) => {
                    let why = crate::visible::sentence(&why.to_string());
                    let step = ReminderStep { day: self.today(), ..step };
                    let reason = Some(StepReason::Records);
                    let step = step.stands(StepState::Planned, reason, Some(why.into()), self.now);
                    StepWrite { step, seen, message: None }
                }
            });
        }
        let messages = draft.messages().to_vec();
        Ok(Page { steps: outcome.writes, messages, ..Page::default() })
    }

    /// All that the decisions about a page need, asked for together.
    async fn known(&self, steps: &[ReminderStep]) -> Result<Known, PlannerError> {
        let Planner { plans, invoices, ports, .. } = self.planner;
        let ids: BTreeSet<&InvoiceId> = steps.iter().map(|step| &step.invoice).collect();
        let ids: Vec<InvoiceId> = ids.into_iter().cloned().collect();
        let answers = invoices.due(&ids).await?;
        if answers.len() != ids.len() {
            let why =
                format!("the ledger gave {} answers about {} invoices", answers.len(), ids.len());
            return Err(DirectoryError::new(why).into());
        }
        let due: BTreeMap<InvoiceId, Due> = ids
            .iter()
            .zip(answers)
            .filter_map(|(id, due)| {
                due.filter(|due| due.invoice == *id).map(|due| (id.clone(), due))
            })
            .collect();
        let customers: BTreeSet<&CustomerId> = due.values().map(|due| &due.customer).collect();
        let customers: Vec<CustomerId> = customers.into_iter().cloned().collect();
        let found = match customers.as_slice() {
            [] => Vec::new(),
            customers => ports.customers.find_many(customers).await?,
        };
        let key = |customer: &Customer| {
            let number = customer.whatsapp_number.as_ref().map_or("", Private::as_str);
            WhatsAppNumber::parse(number).ok().map(|number| number.variant_key())
        };
        let number_keys: BTreeMap<CustomerId, String> = found
            .iter()
            .filter_map(|customer| Some((customer.id.clone(), key(customer)?)))
            .collect();
        let mut credit = BTreeMap::new();
        for customer in &customers {
            let credit_of = invoices.credit(customer).await?;
            let beside = Beside { credit: credit_of, ..Beside::default() };
            credit.insert(customer.clone(), beside);
        }
        let keys: BTreeSet<&String> = number_keys.values().collect();
        let keys: Vec<String> = keys.into_iter().cloned().collect();
        Ok(Known {
            rows: by_invoice(plans.steps_of(&ids).await?),
            last_reminded: plans.last_reminded(&customers).await?.into_iter().collect(),
            on_day: plans.reminders_on(self.today(), &keys).await?.into_iter().collect(),
            invoices: due,
            number_keys,
            credit,
        })
    }

    /// What becomes of each step, in their order; each that goes out counts for those behind it.
    fn decide(&self, steps: Vec<ReminderStep>, mut known: Known) -> Outcome {
        let books = Books::new(self.settings, self.now);
        let mut outcome = Outcome::default();
        for step in steps {
            let seen = Some(step.revision);
            let due = match books.open(known.invoices.get(&step.invoice).cloned()) {
                Ok(due) => due,
                Err((_, why)) => {
                    let step = step.stands(StepState::Cancelled, None, why.sentence(), self.now);
                    outcome.writes.push(StepWrite { step, seen, message: None });
                    continue;
                }
            };
            let step = moved(step, &dated(&due), &self.rules, self.now);
            if step.state != StepState::Planned || step.day > self.today() {
                outcome.writes.push(StepWrite { step, seen, message: None });
                continue;
            }
            let number_key = known.number_keys.get(&due.customer).cloned();
            let step = ReminderStep { number_key, ..step };
            let rows = known.rows.get(&step.invoice).map_or(&[][..], Vec::as_slice);
            let next = self.rules.next_step(step.name, &dated(&due), rows);
            let beside = known.credit.get(&due.customer);
            if let Some(held) = beside.and_then(|beside| books.held(&due, beside)) {
                let step = self.wait_for_books(&step, next, held);
                outcome.writes.push(StepWrite { step, seen, message: None });
                continue;
            }
            let on_day = step.number_key.as_ref().and_then(|key| known.on_day.get(key));
            let last_reminded = known.last_reminded.get(&due.customer).copied();
            let beside = Seen { last_reminded, on_day: on_day.copied().unwrap_or(0), next };
            match assign(&step, beside, &self.rules, self.now) {
                Assigned::Instead(step) => {
                    outcome.writes.push(StepWrite { step: *step, seen, message: None });
                }
                Assigned::Send { at, until } => {
                    let today = self.today();
                    known.last_reminded.insert(due.customer.clone(), today);
                    if let Some(key) = &step.number_key {
                        *known.on_day.entry(key.clone()).or_default() += 1;
                    }
                    let request = request(&step, &due, today, at, until);
                    outcome.send.push((ReminderStep { day: today, ..step }, request));
                }
            }
        }
        outcome
    }

    /// A step that the books hold: it is looked at again when the promise is over, or the next day.
    fn wait_for_books(
        &self,
        step: &ReminderStep,
        next: Option<(u16, NaiveDate)>,
        held: Held,
    ) -> ReminderStep {
        let today = self.today();
        let tomorrow = today.succ_opt().unwrap_or(today);
        let (reason, day) = match held.why.held_for() {
            Some(HeldFor::Promised) => {
                let day = held.promised.and_then(|day| day.succ_opt()).unwrap_or(tomorrow);
                (StepReason::Promised, day.max(tomorrow))
            }
            Some(HeldFor::Disputed) => (StepReason::Disputed, tomorrow),
            Some(HeldFor::Credit) => (StepReason::Credit, tomorrow),
            _ => (StepReason::Records, tomorrow),
        };
        put_off(step, next, day, reason, held.why.sentence().unwrap_or_default(), self.now)
    }
}

/// The message of a step. Its key is the invoice and the step; the key alone decides.
pub(super) fn request(
    step: &ReminderStep,
    due: &Due,
    today: NaiveDate,
    at: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Request {
    let reminder = PaymentReminder {
        invoice_number: due.number.clone(),
        amount: due.outstanding,
        due: due.due,
        today,
    };
    let (customer, invoice) = (due.customer.clone(), step.invoice.clone());
    Request::payment_reminder(customer, invoice, reminder)
        .with_key(key(&step.invoice, step.name, step.round))
        .with_schedule(at)
        .with_expiry(until)
        .by_key_alone()
}

/// The key of a step's message.
pub(super) fn key(invoice: &InvoiceId, step: StepName, round: u32) -> MessageKey {
    let (step, round_text) = (step.to_string(), round.to_string());
    let parts = [invoice.as_str(), &step, &round_text];
    let parts = if round == 0 { &parts[..2] } else { &parts[..] };
    MessageKey::of(MessageType::PAYMENT_REMINDER, parts)
}

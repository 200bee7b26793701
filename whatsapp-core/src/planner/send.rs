//! The last part of a run: the planned steps of its date go out, or are moved.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::PlannerError;
use super::gather::Gathered;
use super::known::{Known, uncount};
use super::run::{ASK_AGAIN, Hindered, Page, Pass, Tries, Wrote};
use crate::account::AccountStep;
use crate::books::{Beside, Books, Held, dated, payments_known_until};
use crate::id::{CustomerId, InvoiceId};
use crate::message::{HeldFor, MessageKey, MessageType};
use crate::messenger::{Place, Request};
use crate::port::{Due, Leaving, StepPoint, StepWrite};
use crate::private::Private;
use crate::schedule::{
    Assigned, ReminderStep, Seen, StepName, StepReason, StepState, assign, given_way, held_if_late,
    moved, put_off,
};
use crate::template::PaymentReminder;

/// The number of steps that are looked at together.
const PAGE: u32 = 200;

/// The sentence of a step for which the books could not be read.
const UNREAD: &str = "The invoices could not be read.";

/// A step whose day has come, and that neither the books nor a person holds.
pub(super) struct Free {
    pub(super) step: ReminderStep,
    /// The revision that was read.
    pub(super) seen: Option<u32>,
    pub(super) due: Due,
    /// The invoice's next step, with its own day.
    pub(super) next: Option<(u16, NaiveDate)>,
    /// The last day on which the invoice was reminded of.
    pub(super) invoice_reminded: Option<NaiveDate>,
}

/// A message that is to be made, and the steps that it covers.
pub(super) struct Sending {
    pub(super) steps: Vec<ReminderStep>,
    pub(super) request: Request,
}

/// The decisions about a page of steps.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) writes: Vec<StepWrite>,
    pub(super) send: Vec<Sending>,
    /// Messages that steps are to leave.
    pub(super) leaving: Vec<Leaving>,
    /// Customers whose own message fills their number for the date.
    pub(super) full: Vec<CustomerId>,
}

impl Pass<'_> {
    /// Sends the planned steps of the date. `false` if the run does not go on, or steps are left to
    /// be tried again.
    pub(super) async fn send(&mut self) -> Result<bool, PlannerError> {
        let known = payments_known_until(self.planner.invoices.as_ref(), self.settings).await?;
        let books = Books::new(self.settings, self.now);
        let stale = books.stale_since(known).map(|day| (day, books.written(day)));
        if let Some((day, written)) = stale.clone() {
            let day = day.and_time(NaiveTime::MIN).and_utc();
            self.tell_stale(day, written).await?;
        }
        let mut after = None;
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
                let day = stale.as_ref().map(|(_, day)| day.as_str());
                match self.send_page(page, day).await? {
                    Wrote::Done => break Some(last),
                    Wrote::Again | Wrote::Hindered => tries.again()?,
                    Wrote::Lost => return Ok(false),
                }
            };
            if last.is_none() {
                break;
            }
            after = last;
        }
        let plans = &self.planner.plans;
        let left = plans.steps_by(StepState::Planned, self.today(), None, 1).await?;
        self.report.left = !left.is_empty();
        self.planner.rest(self.report.left.then(|| self.now + ASK_AGAIN));
        self.finish().await?;
        Ok(!self.report.left)
    }

    /// Sends a page. With a `stale` day, it puts the page off until payments after that day are
    /// known.
    async fn send_page(
        &mut self,
        page: Vec<ReminderStep>,
        stale: Option<&str>,
    ) -> Result<Wrote, PlannerError> {
        if let Some(day) = stale {
            let steps = self.wait_for_payments(page, day);
            return self.write(Page { steps, ..Page::default() }).await;
        }
        let parts = if self.settings.reminder_summary {
            self.by_customers(page).await?
        } else {
            vec![page]
        };
        for part in parts {
            let mut tries = Tries::new();
            let leaving = loop {
                let page = self.page(part.clone()).await?;
                let leaving = page.leaving.clone();
                match self.write(page).await? {
                    Wrote::Done => break leaving,
                    Wrote::Hindered => tries.again()?,
                    other => return Ok(other),
                }
            };
            let why = Private::from("All its reminders were taken out of it.");
            self.planner.withdraw_left(&leaving, &why).await?;
            self.hindered = Hindered::default();
        }
        Ok(Wrote::Done)
    }

    /// Lets steps wait until newer payments are known. While they wait, they are not late.
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
        let mut outcome = self.outcome(&steps, Gathered::default()).await?;
        if self.settings.reminder_summary {
            let customers = outcome.send.iter().map(|sending| &sending.request.customer_id);
            let gathered = self.gathered(customers.chain(&outcome.full)).await?;
            if !gathered.is_empty() {
                outcome = self.outcome(&steps, gathered).await?;
            }
        }
        let Outcome { mut writes, send, leaving, .. } = outcome;
        let requests: Vec<Request> = send.iter().map(|sending| sending.request.clone()).collect();
        if requests.is_empty() {
            return Ok(Page { steps: writes, leaving, ..Page::default() });
        }
        let draft = self.planner.messenger.draft(&requests).await;
        for (Sending { steps, .. }, place) in send.into_iter().zip(draft.places()) {
            writes.extend(steps.into_iter().filter_map(|step| self.placed(step, &place)));
        }
        let messages = draft.messages().to_vec();
        let all_new = self.settings.reminder_summary;
        Ok(Page { steps: writes, messages, all_new, leaving, ..Page::default() })
    }

    /// Decides about these steps, together with the steps of summaries that wait.
    async fn outcome(
        &self,
        steps: &[ReminderStep],
        gathered: Gathered,
    ) -> Result<Outcome, PlannerError> {
        let all: Vec<ReminderStep> = steps.iter().chain(&gathered.steps).cloned().collect();
        let mut known = self.known(&all).await?;
        gathered.forget_in(&mut known);
        let mut outcome = Outcome { leaving: gathered.leaving, ..Outcome::default() };
        let mut free = Vec::with_capacity(all.len());
        for step in all {
            if self.may_go(&step, &mut known, &mut outcome).await? {
                free.push(step);
            }
        }
        self.decide(free, known, &mut outcome);
        Ok(outcome)
    }

    /// Returns a step after its message was made, or was not made.
    fn placed(&self, step: ReminderStep, place: &Place<'_>) -> Option<StepWrite> {
        let seen = Some(step.revision);
        let queued = |step: ReminderStep| step.queued(self.today(), self.now);
        match place {
            Place::New(no) | Place::Refused(no) => {
                Some(StepWrite { step: queued(step), seen, message: Some(*no) })
            }
            Place::Known(id) => {
                let step = ReminderStep { message_id: Some(*id), ..queued(step) };
                Some(StepWrite { step, seen, message: None })
            }
            Place::Nothing(why) => {
                let why = crate::visible::sentence(&why.to_string());
                self.left_for_later(&step, why.into())
            }
        }
    }

    /// Returns whether the step may go. Earlier steps of the same invoice that wait in the outbox
    /// give way to it, and their messages are withdrawn. `false` while a message is being sent: its
    /// result is known soon.
    async fn may_go(
        &self,
        step: &ReminderStep,
        known: &mut Known,
        outcome: &mut Outcome,
    ) -> Result<bool, PlannerError> {
        let why = Private::from(format!("A later reminder of {} takes its place.", step.subject));
        // The message should have been withdrawn when somebody held the step, and was not.
        if self.planner.take_back(step, why.clone()).await?.is_none() {
            let queued = step.clone().queued(step.day, self.now);
            let seen = Some(step.revision);
            outcome.writes.push(StepWrite { step: queued, seen, message: None });
            return Ok(false);
        }
        let Some(rows) = known.rows.get_mut(&step.invoice) else { return Ok(true) };
        let is_before = |row: &&mut ReminderStep| matches!((row.name, step.name), (StepName::After(a), StepName::After(b)) if a < b);
        for row in rows.iter_mut().filter(is_before) {
            let is_on_its_way = match row.state {
                StepState::Queued => true,
                // A person may have tried it again.
                StepState::Failed => self.planner.is_owed(row).await?,
                _ => false,
            };
            if !is_on_its_way {
                continue;
            }
            let leaving = self.planner.take_back(row, why.clone()).await?;
            let Some(leaving) = leaving.filter(|left| !self.hindered.has(left)) else {
                return Ok(false);
            };
            let key = row.number_key.as_ref().filter(|_| row.day == self.rules.today);
            uncount(&mut known.on_day, key.filter(|_| leaving.is_empty()));
            // Several steps of the page may leave one message.
            let left = leaving.into_iter().filter(|left| !outcome.leaving.contains(left));
            let left: Vec<Leaving> = left.collect();
            outcome.leaving.extend(left);
            let seen = Some(row.revision);
            *row = row.clone().stands(StepState::GaveWay, None, Some(why.clone()), self.now);
            outcome.writes.push(StepWrite { step: row.clone(), seen, message: None });
        }
        Ok(true)
    }

    /// Leaves a step for later, if no message can be made of it just now. It becomes late
    /// meanwhile.
    fn left_for_later(&self, step: &ReminderStep, why: Private) -> Option<StepWrite> {
        let seen = Some(step.revision);
        let reason = Some(StepReason::Records);
        let left = step.clone().stands(StepState::Planned, reason, Some(why), self.now);
        (left != *step).then_some(StepWrite { step: left, seen, message: None })
    }

    /// Tells managers once that reminders wait for newer payments.
    async fn tell_stale(
        &mut self,
        day: DateTime<Utc>,
        written: String,
    ) -> Result<(), PlannerError> {
        let told = self.planner.ports.store.account().await?.stale_told;
        if told.is_some_and(|told| day <= told) {
            return Ok(());
        }
        self.tell(AccountStep::StalePayments { day, written }).await
    }

    /// Decides about each step, in their order. A step that goes out counts for the steps after it.
    fn decide(&self, steps: Vec<ReminderStep>, mut known: Known, outcome: &mut Outcome) {
        let books = Books::new(self.settings, self.now);
        let free = steps.into_iter().filter_map(|step| self.free(step, &books, &known, outcome));
        let free: Vec<Free> = free.collect();
        if self.settings.reminder_summary {
            return self.summarize(free, &books, &mut known, outcome);
        }
        for Free { step, seen, due, next, invoice_reminded } in free {
            let last_reminded = known.last_reminded.get(&due.customer).copied();
            let on_day = known.on_day_of(&step);
            let seen_beside = Seen { last_reminded, invoice_reminded, on_day, next };
            match assign(&step, seen_beside, &self.rules, self.now) {
                Assigned::Instead(step) => {
                    outcome.writes.push(StepWrite { step: *step, seen, message: None });
                }
                Assigned::Send { at, until } => {
                    let today = self.today();
                    known.last_reminded.insert(due.customer.clone(), today);
                    known.count(&step);
                    let request = request(&step, &due, today, at, until);
                    outcome.send.push(Sending { steps: vec![step], request });
                }
            }
        }
    }

    /// Returns the step, if nothing holds or ends it. In a summary, the customer's credit is
    /// compared later, with the total of the message.
    fn free(
        &self,
        step: ReminderStep,
        books: &Books<'_>,
        known: &Known,
        outcome: &mut Outcome,
    ) -> Option<Free> {
        let seen = Some(step.revision);
        let mut ends = |step: ReminderStep| {
            outcome.writes.push(StepWrite { step, seen, message: None });
            None
        };
        let due = match books.open(known.invoices.get(&step.invoice).cloned()) {
            Ok(due) => due,
            Err((_, why)) => {
                return ends(step.stands(StepState::Cancelled, None, why.sentence(), self.now));
            }
        };
        let rows = known.rows.get(&step.invoice).map_or(&[][..], Vec::as_slice);
        let step = moved(step, &dated(&due), &self.rules, self.now);
        let step = given_way(&step, rows, &self.rules, self.now).unwrap_or(step);
        if step.state != StepState::Planned || step.day > self.today() {
            return ends(step);
        }
        let number_key = known.number_keys.get(&due.customer).cloned();
        let step = ReminderStep { number_key, ..step };
        if let Some(why) = known.unwanted.get(&due.invoice) {
            return ends(step.stands(StepState::Cancelled, None, Some(why.clone()), self.now));
        }
        let next = self.rules.next_step(step.name, &dated(&due), rows);
        let misdated = books.misdated(&due).filter(|_| self.settings.reminder_summary);
        if let Some(held) = misdated {
            return ends(self.wait_for_books(&step, next, held));
        }
        let Some(beside) = known.credit.get(&due.customer) else {
            outcome.writes.extend(self.left_for_later(&step, UNREAD.into()));
            return None;
        };
        let later = Beside::default();
        let beside = if self.settings.reminder_summary { &later } else { beside };
        if let Some(held) = books.held(&due, beside) {
            return ends(self.wait_for_books(&step, next, held));
        }
        let step = if step.reason.is_some_and(StepReason::is_the_books) {
            // The books held it until now.
            ReminderStep { day: self.today(), ..step }
        } else {
            step
        };
        let step = held_if_late(step, &self.rules, self.now);
        if step.state != StepState::Planned {
            return ends(step);
        }
        let reminds = |row: &&ReminderStep| row.state.reminds();
        let invoice_reminded = rows.iter().filter(reminds).map(|row| row.day).max();
        Some(Free { step, seen, due, next, invoice_reminded })
    }

    /// Puts off a step that the books hold. It is looked at again the next day, because a promise
    /// may be withdrawn.
    pub(super) fn wait_for_books(
        &self,
        step: &ReminderStep,
        next: Option<(u16, NaiveDate)>,
        held: Held,
    ) -> ReminderStep {
        let today = self.today();
        let tomorrow = today.succ_opt().unwrap_or(today);
        let reason = match held.why.held_for() {
            Some(HeldFor::Promised) => StepReason::Promised,
            Some(HeldFor::Disputed) => StepReason::Disputed,
            Some(HeldFor::Credit) => StepReason::Credit,
            _ => StepReason::Records,
        };
        put_off(step, next, tomorrow, reason, held.why.sentence().unwrap_or_default(), self.now)
    }
}

/// Returns the message of a step. Its key is made from the invoice and the step; the key alone
/// decides.
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

/// Returns the key of a step's message.
pub(super) fn key(invoice: &InvoiceId, step: StepName, round: u32) -> MessageKey {
    let (step, round_text) = (step.to_string(), round.to_string());
    let parts = [invoice.as_str(), &step, &round_text];
    let parts = if round == 0 { &parts[..2] } else { &parts[..] };
    MessageKey::of(MessageType::PAYMENT_REMINDER, parts)
}

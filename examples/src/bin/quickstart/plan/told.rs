//! Reminder steps, grouped by their outcomes, each with its sentence.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use anyhow::Result;
use chrono::NaiveDate;
use serde::Serialize;
use whatsapp_core::audit::{Act, AuditTarget};
use whatsapp_core::format::Formats;
use whatsapp_core::port::{AuditFilter, AuditLog, Customer, PlannerStore, StepPoint};
use whatsapp_core::schedule::{ReminderStep, StepName, StepReason, StepState};
use whatsapp_core::{CustomerId, InvoiceId, Private};

use crate::words::{more, plain};

/// Number of steps of a group that are told; the report has all of them.
const LINES: usize = 5;

/// The same for a group in which one line is like the other.
const FEW: usize = 2;

/// Last day that databases know.
pub(crate) const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// Number of steps that are read at once.
const PAGE: u32 = 500;

/// Number of audit entries that are read at once.
const AUDITED: u32 = 200;

/// Returns all steps of a database, by their states.
pub(crate) async fn all(plans: &dyn PlannerStore) -> Result<Vec<ReminderStep>> {
    let mut steps = Vec::new();
    for state in StepState::ALL {
        let mut after = None;
        loop {
            let page = plans.steps_by(*state, LAST_DAY, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(StepPoint::of(last));
            steps.extend(page);
        }
    }
    Ok(steps)
}

/// Names of people, and the form of dates.
pub(crate) struct Words {
    names: HashMap<CustomerId, Private>,
    formats: Formats,
    /// Reasons why nobody knows what is due on some invoices.
    troubles: BTreeMap<InvoiceId, String>,
    /// Reminders that waited until somebody approved them.
    approved: BTreeSet<(InvoiceId, StepName)>,
}

impl Words {
    pub(crate) fn new(customers: &[Customer], formats: Formats) -> Self {
        let names = customers.iter().map(|it| (it.id.clone(), it.name.clone())).collect();
        Self { names, formats, troubles: BTreeMap::new(), approved: BTreeSet::new() }
    }

    /// Adds what the table says of invoices whose rows cannot be used.
    pub(crate) fn with_troubles(self, troubles: BTreeMap<InvoiceId, String>) -> Self {
        Self { troubles, ..self }
    }

    /// Adds all reminders that were ever approved, as the audit has them.
    pub(crate) async fn with_approved(mut self, audit: &dyn AuditLog) -> Result<Self> {
        let filter = AuditFilter::only(Act::ReminderApproved);
        let mut after = None;
        loop {
            let page = audit.audit(&filter, after, AUDITED).await?;
            for entry in page.entries {
                if let AuditTarget::Reminder(name, invoice) = entry.on {
                    self.approved.insert((invoice, name));
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(self);
            }
        }
    }

    /// Returns true if a reminder waited until somebody approved it.
    pub(super) fn was_approved(&self, step: &ReminderStep) -> bool {
        self.approved.contains(&(step.invoice.clone(), step.name))
    }

    /// Explains the state of a step. Here the step waits for a row of the table, and the approval
    /// that let it go is known.
    fn why(&self, step: &ReminderStep) -> String {
        let trouble = self.troubles.get(&step.invoice);
        match (step.state, step.reason, trouble) {
            (StepState::Planned, Some(StepReason::Records), Some(trouble)) => {
                format!("It waits: {trouble}.")
            }
            (StepState::Sent, ..) if self.was_approved(step) => {
                let day = step.day.format("%A, %-d %b %Y");
                format!("It was sent on {day}, because it was approved.")
            }
            _ => step.why(),
        }
    }

    /// Formats a date as the library's sentences have it.
    pub(crate) fn date(&self, date: NaiveDate) -> String {
        self.formats.date(date)
    }

    /// Returns the name of a customer, or the id if nobody knows the customer.
    pub(crate) fn name<'a>(&'a self, customer: &'a CustomerId) -> &'a str {
        self.names.get(customer).map_or(customer.as_str(), Private::as_str)
    }

    /// Returns the name of a step's customer.
    pub(super) fn whose<'a>(&'a self, step: &'a ReminderStep) -> &'a str {
        self.names.get(&step.customer).map_or(step.customer.as_str(), Private::as_str)
    }

    /// Names a step: its invoice, which reminder it is, and its customer.
    fn step(&self, step: &ReminderStep) -> String {
        let name = self.names.get(&step.customer).map(|name| format!(", {}", name.as_str()));
        format!("{}{}{}", step.subject, which(step.name), name.unwrap_or_default())
    }

    /// Returns a line about a step.
    fn line(&self, step: &ReminderStep) -> String {
        plain(&format!("{}: {}", self.step(step), self.why(step)))
    }

    /// Lists steps under a title.
    pub(crate) fn group(&self, title: &str, steps: &[&ReminderStep], most: usize) -> String {
        let mut text = format!("  {title}: {}\n", steps.len());
        for step in steps.iter().take(most) {
            let _ = writeln!(text, "    {}", self.line(step));
        }
        match steps.len().saturating_sub(most) {
            0 => text,
            hidden => format!("{text}    {}", more(hidden)),
        }
    }

    /// Lists all groups, the sent steps first.
    pub(crate) fn groups(&self, steps: &[ReminderStep]) -> String {
        let mut groups: BTreeMap<(u8, Option<StepReason>), Vec<&ReminderStep>> = BTreeMap::new();
        for step in steps {
            let reason = step.reason.filter(|_| step.state.is_open());
            groups.entry((rank(step.state), reason)).or_default().push(step);
        }
        let mut text = String::new();
        for ((_, reason), mut group) in groups {
            group.sort_by_key(|step| (step.day, step.subject.clone(), step.name));
            let state = group[0].state;
            if state == StepState::Sent {
                group.sort_by_key(|step| Reverse(step.day));
            }
            let most = if state == StepState::GaveWay { FEW } else { LINES };
            text.push_str(&self.group(&title(state, reason), &group, most));
        }
        text
    }
}

/// Says which reminder of its invoice a step is.
pub(crate) fn which(name: StepName) -> String {
    match name {
        StepName::After(1) => " after 1 day".to_owned(),
        StepName::After(days) => format!(" after {days} days"),
        StepName::Now(_) => " by hand".to_owned(),
    }
}

/// Returns the title of a group, by the state and the reason that its steps share.
fn title(state: StepState, reason: Option<StepReason>) -> String {
    let state = match state {
        StepState::Planned => "Put off",
        StepState::Failed => "Could not be sent",
        state => state.label(),
    };
    match reason {
        Some(reason) => format!("{state} ({})", reason.label().to_lowercase()),
        None => state.to_owned(),
    }
}

/// Returns the order of the groups: sent steps first, then those that somebody may act on.
const fn rank(state: StepState) -> u8 {
    match state {
        StepState::Sent => 0,
        StepState::Queued => 1,
        StepState::Failed => 2,
        StepState::Held => 3,
        StepState::Planned => 4,
        StepState::GaveWay => 5,
        StepState::Done => 6,
        StepState::Cancelled => 7,
        StepState::Skipped => 8,
        StepState::Dropped => 9,
    }
}

/// Returns true if a step waits because its day lies before the first run.
pub(crate) fn waits_since_first_run(step: &ReminderStep) -> bool {
    step.state == StepState::Held && step.reason == Some(StepReason::FirstRun)
}

/// A step as the report has it.
#[derive(Debug, Serialize)]
pub(crate) struct Row<'a> {
    invoice_id: &'a str,
    invoice: &'a str,
    step: String,
    customer_id: &'a str,
    own_day: NaiveDate,
    day: NaiveDate,
    state: &'static str,
    reason: Option<&'static str>,
    sentence: Option<&'a str>,
    why: String,
    message_id: Option<String>,
}

/// Returns steps as the report has them.
pub(crate) fn rows<'a>(steps: &'a [ReminderStep], words: &Words) -> Vec<Row<'a>> {
    steps.iter().map(|step| row(step, words)).collect()
}

fn row<'a>(step: &'a ReminderStep, words: &Words) -> Row<'a> {
    Row {
        invoice_id: step.invoice.as_str(),
        invoice: &step.subject,
        step: step.name.to_string(),
        customer_id: step.customer.as_str(),
        own_day: step.own_day,
        day: step.day,
        state: step.state.as_str(),
        reason: step.reason.map(StepReason::as_str),
        sentence: step.sentence.as_ref().map(Private::as_str),
        why: words.why(step),
        message_id: step.message_id.map(|id| id.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    /// Makes a step of an invoice of 14 October, in this state.
    fn step(
        no: u32,
        days: u16,
        state: StepState,
        reason: Option<StepReason>,
        why: &str,
    ) -> ReminderStep {
        let id = InvoiceId::new(no.to_string()).unwrap();
        let customer = CustomerId::new("C-1").unwrap();
        let day: NaiveDate = format!("2026-10-{}", 14 + days).parse().unwrap();
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let step =
            ReminderStep::new(id, StepName::After(days), customer, format!("INV-{no}"), day, now);
        let why = Some(why).filter(|why| !why.is_empty()).map(Private::from);
        step.stands(state, reason, why, now)
    }

    #[test]
    fn each_group_has_its_title_its_steps_and_their_sentences() {
        use StepState::{Cancelled, Failed, GaveWay, Held, Planned, Sent};
        let first = Some(StepReason::FirstRun);
        let mut steps = vec![
            step(1, 3, Sent, None, ""),
            step(2, 7, Sent, None, ""),
            step(3, 3, Planned, Some(StepReason::ClosedDay), "17 Oct 2026 is a closed day."),
            step(4, 3, Cancelled, Some(StepReason::Gap), "INV-4 was paid.\u{1b}[2J"),
            step(5, 1, Failed, None, "The customer has no WhatsApp number."),
            step(6, 3, Planned, Some(StepReason::Disputed), "INV-6 is disputed."),
        ];
        steps.extend((10..17).map(|no| step(no, 3, Held, first, "Its day is over.")));
        steps.extend((20..23).map(|no| step(no, 3, GaveWay, None, "The later one speaks.")));
        let customer = CustomerId::new("C-1").unwrap();
        let asha = Customer::new(customer, "Asha", None);
        let words = Words::new(&[asha], Formats::new("en-IN").unwrap());
        let expected = "  Sent: 2
    INV-2 after 7 days, Asha: It was sent on Wednesday, 21 Oct 2026, because its day had come.
    INV-1 after 3 days, Asha: It was sent on Saturday, 17 Oct 2026, because its day had come.
  Could not be sent: 1
    INV-5 after 1 day, Asha: Its message failed: the customer has no WhatsApp number.
  Waits for approval (before reminders began): 7
    INV-10 after 3 days, Asha: It waits for approval: its day is over.
    INV-11 after 3 days, Asha: It waits for approval: its day is over.
    INV-12 after 3 days, Asha: It waits for approval: its day is over.
    INV-13 after 3 days, Asha: It waits for approval: its day is over.
    INV-14 after 3 days, Asha: It waits for approval: its day is over.
    … and 2 more.
  Put off (closed day): 1
    INV-3 after 3 days, Asha: It goes out on Saturday, 17 Oct 2026: 17 Oct 2026 is a closed day.
  Put off (the invoice is disputed): 1
    INV-6 after 3 days, Asha: It waits, and is looked at again on Saturday, 17 Oct 2026: INV-6 is disputed.
  A later reminder takes its place: 3
    INV-20 after 3 days, Asha: It is not sent: the later one speaks.
    INV-21 after 3 days, Asha: It is not sent: the later one speaks.
    … and 1 more.
  Cancelled: 1
    INV-4 after 3 days, Asha: It is not sent: INV-4 was paid. [2J.
";
        assert_eq!(words.groups(&steps), expected);
    }

    #[test]
    fn what_was_approved_and_what_waits_for_its_row_say_so() {
        let sent = step(1, 3, StepState::Sent, None, "");
        let waits = step(2, 3, StepState::Planned, Some(StepReason::Records), "It cannot be read.");
        let mut words = Words::new(&[], Formats::new("en-IN").unwrap());
        words.approved.insert((sent.invoice.clone(), sent.name));
        let trouble = "invoices.csv line 3: date \"soon\" is not a date".to_owned();
        let words = words.with_troubles([(waits.invoice.clone(), trouble)].into());
        let approved = "It was sent on Saturday, 17 Oct 2026, because it was approved.";
        assert_eq!(words.why(&sent), approved);
        let told = "It waits: invoices.csv line 3: date \"soon\" is not a date.";
        assert_eq!(words.why(&waits), told);
        let other = step(1, 7, StepState::Sent, None, "");
        assert!(words.why(&other).ends_with("because its day had come."));
    }
}

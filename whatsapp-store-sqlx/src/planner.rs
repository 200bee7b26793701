//! Conversion of the planner's rows to the core's values, for every database.

use std::collections::HashMap;

use chrono::NaiveDate;
use whatsapp_core::port::{
    EndedStep, Enqueued, Outbox, PlanWrite, PlanWritten, PlannerRun, StepMessage, StepPoint,
    StoreError,
};
use whatsapp_core::schedule::{ReminderStep, StepName};
use whatsapp_core::{CustomerId, InvoiceId, Private};

use crate::codec::{Columns, Reader};
use crate::error::row_count;

pub(crate) fn run(row: &impl Columns) -> Result<PlannerRun, StoreError> {
    let row = &Reader::new(row, "planner run");
    Ok(PlannerRun {
        day: row.date("day")?,
        progress: row.text("progress")?,
        lease_until: row.instant_or_null("lease_until")?,
        started_at: row.instant("started_at")?,
        finished_at: row.instant_or_null("finished_at")?,
    })
}

pub(crate) fn step(row: &impl Columns) -> Result<ReminderStep, StoreError> {
    let row = &Reader::new(row, "reminder step");
    let mut step = ReminderStep::new(
        row.checked("invoice_id", |id| InvoiceId::new(id).ok())?,
        row.parsed("step")?,
        row.checked("customer_id", |id| CustomerId::new(id).ok())?,
        row.text("subject")?,
        row.date("own_day")?,
        row.instant("since")?,
    );
    step.day = row.date("day")?;
    step.state = row.parsed("state")?;
    step.reason = row.parsed_or_null("reason")?;
    step.sentence = row.text_or_null("sentence")?.map(Private::from);
    step.message_id = row.parsed_or_null("message_id")?;
    step.round = row.number("round")?;
    step.number_key = row.text_or_null("number_key")?;
    step.told = row.flag("told")?;
    step.revision = row.number("revision")?;
    step.planned_for = row.date_or_null("planned_for")?;
    Ok(step)
}

/// A queued step, and the state of its message.
pub(crate) fn ended(row: &impl Columns) -> Result<EndedStep, StoreError> {
    Ok(EndedStep { step: step(row)?, ended: come_to(row)? })
}

/// The state of the message of a step or of a recipient; a deleted message has no status.
pub(crate) fn come_to(row: &impl Columns) -> Result<StepMessage, StoreError> {
    let row = &Reader::new(row, "message");
    let Some(status) = row.parsed_or_null("status")? else { return Ok(StepMessage::deleted()) };
    let sentence = match row.text_or_null("failure_reason")? {
        None => row.text_or_null("explanation")?,
        reason => reason,
    };
    Ok(StepMessage {
        status,
        sent_at: row.instant_or_null("sent_at")?,
        cancel_reason: row.parsed_or_null("cancel_reason")?,
        sentence: sentence.map(Private::from),
    })
}

pub(crate) fn reminded(row: &impl Columns) -> Result<(CustomerId, NaiveDate), StoreError> {
    let row = Reader::new(row, "reminder step");
    Ok((row.checked("customer_id", |id| CustomerId::new(id).ok())?, row.date("day")?))
}

pub(crate) fn counted(row: &impl Columns) -> Result<(String, u32), StoreError> {
    let row = Reader::new(row, "reminder step");
    Ok((row.text("number_key")?, row.number("messages")?))
}

/// The revisions of steps, by invoice and name.
pub(crate) struct Revisions(HashMap<(String, String), u32>);

impl Revisions {
    pub(crate) fn read<R: Columns>(rows: &[R]) -> Result<Self, StoreError> {
        let entry = |row| {
            let row = Reader::new(row, "reminder step");
            Ok(((row.text("invoice_id")?, row.text("step")?), row.number("revision")?))
        };
        rows.iter().map(entry).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn of(&self, invoice: &InvoiceId, name: StepName) -> Option<u32> {
        self.0.get(&(invoice.as_str().to_owned(), name.to_string())).copied()
    }
}

/// The beginning of a page of due steps.
pub(crate) fn behind(after: Option<StepPoint>) -> (NaiveDate, String, String) {
    after.map_or_else(
        || (FIRST_DAY, String::new(), String::new()),
        |after| (asked(after.own_day), after.invoice.into(), after.name.to_string()),
    )
}

/// The day of a query, moved into the range of the tables.
pub(crate) fn asked(day: NaiveDate) -> NaiveDate {
    day.clamp(FIRST_DAY, LAST_DAY)
}

/// The first and the last day that the tables accept.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// The errors that undo a write: its run belongs to somebody else, or it came too late.
const FENCED: &str = "write of a run that was lost";
const STALE: &str = "write that came too late";
const TAKEN: &str = "write of messages whose keys are taken";
const IN_HAND: &str = "write of steps whose message is in hand";

pub(crate) fn fenced() -> StoreError {
    StoreError::Conflict { entity: FENCED }
}

pub(crate) fn stale() -> StoreError {
    StoreError::Conflict { entity: STALE }
}

pub(crate) fn taken() -> StoreError {
    StoreError::Conflict { entity: TAKEN }
}

/// Checks that nobody is processing the messages that steps are to leave.
pub(crate) fn may_leave(waiting: usize, leaving: usize) -> Result<(), StoreError> {
    if waiting == leaving { Ok(()) } else { Err(StoreError::Conflict { entity: IN_HAND }) }
}

/// Checks that as many steps were written as expected: a step that was changed meanwhile is not
/// written.
pub(crate) fn all_as_seen(written: u64, expected: usize) -> Result<(), StoreError> {
    row_count(written, expected).map_err(|_| stale())
}

/// Converts the result of a write.
pub(crate) fn written(
    result: Result<Vec<Enqueued>, StoreError>,
) -> Result<PlanWritten, StoreError> {
    match result {
        Ok(enqueued) => Ok(PlanWritten::Done(enqueued)),
        Err(StoreError::Conflict { entity: FENCED }) => Ok(PlanWritten::Fenced),
        Err(StoreError::Conflict { entity: STALE }) => Ok(PlanWritten::Stale),
        Err(StoreError::Conflict { entity: IN_HAND }) => Ok(PlanWritten::InHand),
        // The places are looked up after the write is undone.
        Err(StoreError::Conflict { entity: TAKEN }) => Ok(PlanWritten::Taken(Vec::new())),
        Err(error) => Err(error),
    }
}

/// Finds the messages whose keys are taken. If every key is free again, the write counts as one
/// that came too late.
pub(crate) async fn with_places(
    written: PlanWritten,
    write: &PlanWrite,
    outbox: &impl Outbox,
) -> Result<PlanWritten, StoreError> {
    if !matches!(written, PlanWritten::Taken(_)) {
        return Ok(written);
    }
    let mut places = Vec::new();
    for (place, message) in write.messages.iter().enumerate() {
        let facts = &message.facts;
        if outbox.find_key(&facts.key, &facts.fingerprint).await?.is_some() {
            places.push(place);
        }
    }
    Ok(if places.is_empty() { PlanWritten::Stale } else { PlanWritten::Taken(places) })
}

#[cfg(test)]
pub(crate) mod tests {
    use whatsapp_core::message::NewMessage;
    use whatsapp_core::port::{PlanWrite, StepWrite};
    use whatsapp_core::schedule::{StepReason, StepState};
    use whatsapp_testkit::fixtures::{START, number_key, step};

    /// A new step for each of these messages, with all states in turn.
    pub(crate) fn steps(messages: &[NewMessage]) -> PlanWrite {
        let one = |(no, message): (usize, &NewMessage)| {
            let id = message.facts.id;
            let seed = u64::from_be_bytes(id.into_bytes()[8..].try_into().unwrap());
            let mut step = step(seed, message.facts.created_at);
            step.message_id = Some(id);
            step.number_key = Some(number_key(seed));
            let state = StepState::ALL[no % StepState::ALL.len()];
            let step = step.stands(state, Some(StepReason::Gap), None, START);
            StepWrite { step, seen: None, message: None }
        };
        let steps = messages.iter().enumerate().map(one).collect();
        PlanWrite { steps, ..PlanWrite::default() }
    }
}

//! The next days in the shapes of the API.

use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::CustomerId;
use whatsapp_core::port::Customer;
use whatsapp_core::schedule::{ReminderStep, StepReason};

use crate::api::problem::Problem;
use crate::api::schema;
use crate::coming::{About, Coming, Day, Entry, Page, Sum};
use crate::links::schedule::Class;
use crate::soon::soon;
use crate::visit::Visit;

/// Forecast of the next days.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Schedule)]
pub(crate) struct ScheduleShape {
    /// Time of the forecast. It is made again after 30 seconds, and as soon as somebody has acted.
    #[schema(format = "date-time")]
    at: String,
    /// Today and the days that follow.
    days: Vec<SumsShape>,
    /// True if reminders are sent at all.
    reminders_on: bool,
    /// Parts of the data that the forecast left out.
    cut: CutShape,
}

/// Parts of the data that the forecast left out, because one answer looks at a limited number only.
#[derive(Serialize, ToSchema)]
#[schema(as = ScheduleCut)]
struct CutShape {
    /// True if there are more unpaid invoices.
    invoices: bool,
    /// True if there are more planned or held reminders.
    reminders: bool,
    /// True if there are more waiting messages.
    messages: bool,
}

/// Totals of one day: numbers of messages that go out and that are held back.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ScheduleSums)]
struct SumsShape {
    /// Day, as a date of the business.
    #[schema(format = "date")]
    day: String,
    /// True if the business is closed on this day: only greetings and messages that a person wanted
    /// go out.
    is_closed: bool,
    /// Numbers of reminders.
    reminders: SumShape,
    /// Numbers of waiting messages.
    messages: SumShape,
    /// Numbers of messages of campaigns.
    campaigns: SumShape,
    /// Reasons for holding messages back, the most frequent first.
    reasons: Vec<ReasonShape>,
}

/// Numbers of messages that go out and that are held back.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ScheduleSum)]
struct SumShape {
    /// Number of messages that go out.
    out: u64,
    /// Number of messages that are held back.
    kept: u64,
}

/// A reason in a few words.
#[derive(Serialize, ToSchema)]
#[schema(as = ScheduleReason)]
struct ReasonShape {
    /// Reason, in a few words.
    text: String,
    /// Number of messages held back for this reason.
    number: u64,
}

/// A page of the entries of one day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ScheduleDay)]
pub(crate) struct DayShape {
    /// Day, as a date of the business.
    #[schema(format = "date")]
    day: String,
    /// Time of the forecast.
    #[schema(format = "date-time")]
    at: String,
    /// Entries of the page: campaigns first, then messages, then reminders.
    entries: Vec<EntryShape>,
    /// Cursor of the next page: send it as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// Parts of the data that the forecast left out.
    cut: CutShape,
}

/// A reminder, a message or a campaign of a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ScheduleEntry)]
struct EntryShape {
    #[schema(schema_with = schema::classes)]
    class: &'static str,
    /// True if it goes out.
    goes_out: bool,
    /// Earliest time at which it goes out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    at: Option<String>,
    /// The subject, in words that people know: an invoice, an order, a festival.
    about: String,
    /// Host's key of the customer; absent for a campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<String>,
    /// The customer's name now, if the host's records answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_name: Option<String>,
    /// For a reminder: the host's key of the invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    invoice_id: Option<String>,
    /// For a reminder: the step of the reminder plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<String>,
    /// For a reminder that has a row: its state now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::step_states)]
    state: Option<&'static str>,
    /// For a reminder that has a row: the reason why it is put off or held.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::step_reasons)]
    reason: Option<&'static str>,
    /// For a reminder that has a row: time of its last change of state. Send it back as `seen` when
    /// you act on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    since: Option<String>,
    /// For a reminder: the day on which its step falls.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date")]
    own_day: Option<String>,
    /// Number of other reminders that go out in the same message.
    others: usize,
    /// The message, if it has been made already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    message_log_id: Option<String>,
    /// For a message or a campaign: its message type.
    #[serde(skip_serializing_if = "Option::is_none")]
    message_type: Option<String>,
    /// For a campaign: its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    campaign_id: Option<String>,
    /// Number of messages that this entry counts for.
    number: u64,
    /// Reason why it does not go out, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    status_text: Option<String>,
}

impl CutShape {
    const fn of(coming: &Coming) -> Self {
        let cut = coming.cut;
        Self { invoices: cut.invoices, reminders: cut.steps, messages: cut.messages }
    }
}

impl From<&Coming> for ScheduleShape {
    fn from(coming: &Coming) -> Self {
        Self {
            at: schema::instant(coming.at),
            days: coming.days.iter().map(SumsShape::of).collect(),
            reminders_on: coming.reminders_on,
            cut: CutShape::of(coming),
        }
    }
}

impl SumsShape {
    fn of(day: &Day) -> Self {
        let sum = |class| {
            let Sum { out, kept } = day.sum(class);
            SumShape { out, kept }
        };
        let reason = |(text, number): (&str, u64)| ReasonShape { text: text.to_owned(), number };
        Self {
            day: day.date.to_string(),
            is_closed: day.is_closed,
            reminders: sum(Class::Reminders),
            messages: sum(Class::Messages),
            campaigns: sum(Class::Campaigns),
            reasons: day.reasons().into_iter().map(reason).collect(),
        }
    }
}

impl DayShape {
    /// A page of one day, with the present states of its reminders.
    pub(crate) async fn read(
        coming: &Coming,
        day: &Day,
        page: &Page<'_>,
        visit: &Visit,
    ) -> Result<Self, Problem> {
        let invoices: Vec<_> = page
            .entries
            .iter()
            .filter_map(|entry| match &entry.about {
                About::Reminder { invoice, .. } => Some(invoice.clone()),
                About::Message { .. } | About::Campaign { .. } => None,
            })
            .collect();
        let steps = match visit.ports().plans().filter(|_| !invoices.is_empty()) {
            Some(plans) => plans.steps_of(&invoices).await?,
            None => Vec::new(),
        };
        let asked: Vec<CustomerId> =
            page.entries.iter().filter_map(|entry| entry.customer.clone()).collect();
        let customers = match asked.as_slice() {
            [] => None,
            asked => soon(visit.inner.messenger.customers(asked)).await.and_then(Result::ok),
        };
        let customers = customers.unwrap_or_default();
        let entries = page.entries.iter().map(|entry| EntryShape::of(entry, &steps, &customers));
        Ok(Self {
            day: day.date.to_string(),
            at: schema::instant(coming.at),
            entries: entries.collect(),
            next: page.next.as_ref().map(ToString::to_string),
            cut: CutShape::of(coming),
        })
    }
}

impl EntryShape {
    fn of(entry: &Entry, steps: &[ReminderStep], customers: &[Customer]) -> Self {
        let id = entry.customer.as_ref();
        let known = customers.iter().find(|customer| Some(&customer.id) == id);
        let name = known.map(|customer| customer.name.as_str().trim().to_owned());
        let shape = Self {
            class: entry.class().word(),
            goes_out: entry.goes_out(),
            at: entry.at.map(schema::instant),
            about: entry.subject.clone(),
            customer_id: id.map(ToString::to_string),
            customer_name: name.filter(|name| !name.is_empty()),
            invoice_id: None,
            step: None,
            state: None,
            reason: None,
            since: None,
            own_day: None,
            others: 0,
            message_log_id: None,
            message_type: None,
            campaign_id: None,
            number: entry.number(),
            status_text: entry.kept.clone(),
        };
        match &entry.about {
            About::Reminder { invoice, name, message, own_day, others, .. } => {
                let row = steps.iter().find(|row| row.invoice == *invoice && row.name == *name);
                Self {
                    invoice_id: Some(invoice.to_string()),
                    step: Some(name.to_string()),
                    state: row.map(|row| row.state.as_str()),
                    reason: row.and_then(|row| row.reason).map(StepReason::as_str),
                    since: row.map(|row| schema::instant(row.since)),
                    own_day: Some(own_day.to_string()),
                    others: *others,
                    message_log_id: message.map(|id| id.to_string()),
                    ..shape
                }
            }
            About::Message { id, of } => Self {
                message_log_id: Some(id.to_string()),
                message_type: Some(of.to_string()),
                ..shape
            },
            About::Campaign { id, of, .. } => Self {
                campaign_id: Some(id.to_string()),
                message_type: Some(of.as_str().to_owned()),
                ..shape
            },
        }
    }
}

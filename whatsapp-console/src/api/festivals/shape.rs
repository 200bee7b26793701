//! Festivals in the shapes of the API.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::campaign::{Audience, Campaign, Recipient, RecipientCounts};
use whatsapp_core::campaigns::{CampaignError, Checked};
use whatsapp_core::desk::TextPreview;
use whatsapp_core::festival::FestivalDate;

use crate::api::problem::Problem;
use crate::api::schema;
use crate::page::eyes::Eyes;
use crate::page::festivals::told;
use crate::words::number::masked;
use crate::words::sentence;

/// A page of entries of the calendar.
#[derive(Serialize, ToSchema)]
#[schema(as = Festivals)]
pub(crate) struct FestivalsShape {
    /// The entries, the latest dates first.
    pub(super) festivals: Vec<FestivalShape>,
    /// Cursor of the next page: send it as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// An entry of the calendar: a greeting or an announcement to many customers on one day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Festival)]
pub(crate) struct FestivalShape {
    /// Id of the entry.
    #[schema(format = "uuid")]
    id: String,
    /// Name of the festival, or a word for the news.
    name: String,
    #[schema(schema_with = schema::campaign_kinds)]
    kind: &'static str,
    /// Day of the entry, as a date of the business.
    #[schema(format = "date")]
    date: String,
    /// Time of the first message on that day, by the clocks of the business: `10:00`.
    time: String,
    /// True if the date depends on the moon; then it must be confirmed in the last three days.
    is_estimated: bool,
    /// The date entered at first; a confirmation may have moved it since.
    #[schema(format = "date")]
    entered_date: String,
    /// Day on which the date was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date")]
    confirmed_on: Option<String>,
    #[schema(schema_with = schema::campaign_states)]
    state: &'static str,
    /// Time since which the entry is in this state.
    #[schema(format = "date-time")]
    since: String,
    /// The state of the entry and its next needs, in sentences.
    standing: String,
    /// The text or the news written for the entry; shown to managers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// The template chosen for the entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    template_id: Option<String>,
    /// Number of customers chosen; absent if the entry is for all customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen_customers: Option<usize>,
    /// Version of the entry, increased by 1 at each change. A change names it in the header
    /// `If-Match`: `"3"`.
    version: u32,
    /// Numbers of recipients by state; only in an answer about one entry, and only once it was
    /// armed.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipients: Option<CountsShape>,
}

/// Numbers of recipients by state.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RecipientCounts)]
struct CountsShape {
    /// Number of recipients whose messages are not made yet.
    waiting: u64,
    /// Number of recipients whose messages are in the queue.
    queued: u64,
    /// Number of recipients whose messages the gateway accepted.
    sent: u64,
    /// Number of recipients whose messages failed for good.
    failed: u64,
    /// Number of recipients who get no message.
    left_out: u64,
}

/// Forecast of an entry: the result if it were armed now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CheckedFestival)]
pub(crate) struct CheckedShape {
    /// Token for the consent of the person who arms the entry in this state: send it to `arm`.
    agreed: String,
    /// Number of customers who get the message.
    recipients: u64,
    /// Number of other customers, who get nothing.
    left_out: u64,
    /// Reasons for leaving customers out, one sentence each.
    left_out_because: Vec<String>,
    /// Number of messages that can go out in the hours of the day and at the rate limit of the
    /// settings.
    can_go: u64,
    /// Number of messages left over at the end of the day.
    left_over: u64,
    /// Time of the first message.
    #[schema(format = "date-time")]
    from: String,
    /// Approximate time of the last message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    until: Option<String>,
    /// The message as its first recipient gets it.
    text: String,
    /// Other entries of the same kind and day that are armed already. A customer who is in both
    /// gets two messages.
    others: Vec<OtherShape>,
    /// A task that must be done before the time of the entry, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<String>,
}

/// Another entry.
#[derive(Serialize, ToSchema)]
#[schema(as = OtherFestival)]
struct OtherShape {
    /// Id of the entry.
    #[schema(format = "uuid")]
    id: String,
    /// Name of the entry.
    name: String,
}

/// Preview of a plan: the text as customers would get it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PreviewedFestival)]
pub(crate) struct PreviewedShape {
    /// The text, with a sample in the place of the customer's name.
    text: String,
    /// Length of the text in UTF-16 units; a message has 4,096 at most.
    units: usize,
    /// Time at which sending would begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    begins_at: Option<String>,
    /// Reason why the plan could not be armed, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// The message of a trial.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TriedFestival)]
pub(crate) struct TriedShape {
    /// Id of the message.
    #[schema(format = "uuid")]
    pub(super) message_log_id: String,
}

/// The festivals of the next twelve months.
#[derive(Serialize, ToSchema)]
#[schema(as = FestivalSuggestions)]
pub(crate) struct SuggestionsShape {
    /// The place whose festivals these are.
    pub(super) place: String,
    /// The suggestions, in the order of their dates.
    pub(super) suggestions: Vec<SuggestionShape>,
}

/// A suggested festival. Nothing is sent for it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FestivalSuggestion)]
pub(crate) struct SuggestionShape {
    /// Word for the festival.
    #[schema(example = "diwali")]
    festival: &'static str,
    /// Name of the festival.
    name: &'static str,
    /// Date of the festival.
    #[schema(format = "date")]
    date: String,
    /// True if the date depends on the moon; then it may be a day earlier or later.
    is_estimated: bool,
}

/// A page of recipients.
#[derive(Serialize, ToSchema)]
#[schema(as = FestivalRecipients)]
pub(crate) struct RecipientsShape {
    /// Recipients of the page, in an order of their own.
    pub(super) recipients: Vec<RecipientShape>,
    /// Cursor of the next page: send it as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// A number to which an entry sends its message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FestivalRecipient)]
pub(crate) struct RecipientShape {
    /// The first of the customers who share the number.
    customer_id: String,
    /// The number; for viewers its last digits only.
    whatsapp_number: String,
    #[schema(schema_with = schema::recipient_states)]
    state: &'static str,
    /// Reason for the state, where there is one, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// The message, once it has been made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    message_log_id: Option<String>,
    /// Time since which the recipient is in this state.
    #[schema(format = "date-time")]
    since: String,
}

impl FestivalShape {
    /// An entry, with the details that this visitor may see.
    pub(super) fn of(
        campaign: &Campaign,
        counts: Option<RecipientCounts>,
        eyes: &Eyes<'_>,
    ) -> Self {
        let plan = &campaign.plan;
        let words = (eyes.may_act && !plan.words.as_str().is_empty())
            .then(|| plan.words.as_str().to_owned());
        let of_armed = counts.filter(|_| campaign.frozen.is_some());
        Self {
            id: campaign.id.to_string(),
            name: plan.name.clone(),
            kind: plan.kind.as_str(),
            date: plan.date.to_string(),
            time: plan.time.to_string(),
            is_estimated: plan.estimated,
            entered_date: campaign.entered.to_string(),
            confirmed_on: campaign.confirmed_on.map(|day| day.to_string()),
            state: campaign.state.as_str(),
            since: schema::instant(campaign.since),
            standing: told::standing(campaign, of_armed, eyes),
            words,
            template_id: plan.template.map(|id| id.to_string()),
            chosen_customers: match &plan.audience {
                Audience::Everybody => None,
                Audience::Customers(list) => Some(list.len()),
            },
            version: campaign.revision,
            recipients: of_armed.map(|counts| CountsShape {
                waiting: counts.waiting,
                queued: counts.queued,
                sent: counts.sent,
                failed: counts.failed,
                left_out: counts.left_out,
            }),
        }
    }
}

impl From<&Checked> for CheckedShape {
    fn from(checked: &Checked) -> Self {
        let other =
            |one: &Campaign| OtherShape { id: one.id.to_string(), name: one.plan.name.clone() };
        let (figures, run) = (checked.figures, checked.run);
        Self {
            agreed: checked.agreed().to_string(),
            recipients: figures.recipients,
            left_out: figures.left_out(),
            left_out_because: figures.sentences(),
            can_go: run.can_go,
            left_over: run.left_over,
            from: schema::instant(run.from),
            until: run.until.map(schema::instant),
            text: checked.sample.as_str().to_owned(),
            others: checked.others.iter().map(other).collect(),
            needs: checked.needs.clone(),
        }
    }
}

impl PreviewedShape {
    /// The text as customers would get it, with the time it would begin or the reason why it would
    /// not.
    pub(super) fn of(
        preview: &TextPreview,
        begins: Result<DateTime<Utc>, CampaignError>,
    ) -> Result<Self, Problem> {
        let (begins_at, problem) = match begins {
            Ok(at) => (Some(schema::instant(at)), None),
            Err(error @ CampaignError::Refused(_)) => (None, Some(sentence(&error.to_string()))),
            Err(error) => return Err(error.into()),
        };
        let text = preview.text.as_str().to_owned();
        Ok(Self { text, units: preview.units, begins_at, problem })
    }
}

impl From<&FestivalDate> for SuggestionShape {
    fn from(one: &FestivalDate) -> Self {
        Self {
            festival: one.festival.as_str(),
            name: one.festival.label(),
            date: one.date.to_string(),
            is_estimated: one.estimated,
        }
    }
}

impl RecipientShape {
    /// A recipient; with the whole number if `may_see` is set.
    pub(super) fn of(one: &Recipient, may_see: bool) -> Self {
        let number = format!("+{}", one.number.as_str());
        Self {
            customer_id: one.customer.to_string(),
            whatsapp_number: if may_see { number } else { masked(&number) },
            state: one.state.as_str(),
            why: one.sentence.as_ref().map(|why| why.as_str().to_owned()),
            message_log_id: one.message_id.map(|id| id.to_string()),
            since: schema::instant(one.since),
        }
    }
}

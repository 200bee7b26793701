//! Festivals as the API gives them.

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

/// A page of entries.
#[derive(Serialize, ToSchema)]
#[schema(as = Festivals)]
pub(crate) struct FestivalsShape {
    /// Those of the latest dates first.
    pub(super) festivals: Vec<FestivalShape>,
    /// The page behind, as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// An entry of the calendar: a greeting or an announcement to many customers on one day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Festival)]
pub(crate) struct FestivalShape {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    #[schema(schema_with = schema::campaign_kinds)]
    kind: &'static str,
    /// Its day, a date of the business.
    #[schema(format = "date")]
    date: String,
    /// When its first message goes out on that day.
    time: String,
    /// Its date depends on the moon, and must be confirmed in the last three days.
    is_estimated: bool,
    /// The date that was entered at first; a confirmation may have moved it since.
    #[schema(format = "date")]
    entered_date: String,
    /// When its date was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date")]
    confirmed_on: Option<String>,
    #[schema(schema_with = schema::campaign_states)]
    state: &'static str,
    /// Since when it stands so.
    #[schema(format = "date-time")]
    since: String,
    /// Where it stands and what it still needs, in sentences.
    standing: String,
    /// The text or the news that were written for it, for managers alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// The template that was chosen for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    template_id: Option<String>,
    /// How many customers were chosen; not there where it is for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen_customers: Option<usize>,
    /// One more with each change. A change names it in the header `If-Match`: `"3"`.
    version: u32,
    /// How many recipients stand where; in an answer about one alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipients: Option<CountsShape>,
}

/// How many recipients stand where.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RecipientCounts)]
struct CountsShape {
    waiting: u64,
    /// Their messages are in the outbox.
    queued: u64,
    /// The gateway took their messages.
    sent: u64,
    failed: u64,
    left_out: u64,
}

/// What an entry would do if it were armed now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CheckedFestival)]
pub(crate) struct CheckedShape {
    /// What a person agrees to who arms it so: it is sent to `arm`.
    agreed: String,
    /// How many customers it is for.
    recipients: u64,
    /// How many other customers get nothing.
    left_out: u64,
    /// Why, a sentence for each reason.
    left_out_because: Vec<String>,
    /// How many can go out in the hours of its day and at the pace of the settings.
    can_go: u64,
    /// How many are left over at the end of its day.
    left_over: u64,
    /// When the first goes out.
    #[schema(format = "date-time")]
    from: String,
    /// When about the last does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    until: Option<String>,
    /// The message as the first of them gets it.
    text: String,
    /// Others of its kind and day that are armed already: who is in both gets two messages.
    others: Vec<OtherShape>,
    /// What must be done before its hour, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<String>,
}

/// Another entry.
#[derive(Serialize, ToSchema)]
#[schema(as = OtherFestival)]
struct OtherShape {
    #[schema(format = "uuid")]
    id: String,
    name: String,
}

/// What customers would get of a plan.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PreviewedFestival)]
pub(crate) struct PreviewedShape {
    /// With a sample in the place of the customer's name.
    text: String,
    /// In UTF-16 units, of which a message has 4,096 at most.
    units: usize,
    /// When it would begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    begins_at: Option<String>,
    /// Why it could not be armed, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// The message of a trial.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TriedFestival)]
pub(crate) struct TriedShape {
    #[schema(format = "uuid")]
    pub(super) message_log_id: String,
}

/// The festivals of the next twelve months.
#[derive(Serialize, ToSchema)]
#[schema(as = FestivalSuggestions)]
pub(crate) struct SuggestionsShape {
    /// The place whose festivals they are.
    pub(super) place: String,
    /// By their dates.
    pub(super) suggestions: Vec<SuggestionShape>,
}

/// A festival that is suggested. Nothing is sent for it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FestivalSuggestion)]
pub(crate) struct SuggestionShape {
    #[schema(example = "diwali")]
    festival: &'static str,
    name: &'static str,
    #[schema(format = "date")]
    date: String,
    /// Its date depends on the moon, and may be a day earlier or later.
    is_estimated: bool,
}

/// A page of recipients.
#[derive(Serialize, ToSchema)]
#[schema(as = FestivalRecipients)]
pub(crate) struct RecipientsShape {
    pub(super) recipients: Vec<RecipientShape>,
    /// The page behind, as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// A number that an entry writes to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FestivalRecipient)]
pub(crate) struct RecipientShape {
    /// The first of those who share the number.
    customer_id: String,
    /// Its last digits alone for whoever may only look.
    whatsapp_number: String,
    #[schema(schema_with = schema::recipient_states)]
    state: &'static str,
    /// Why, where there is a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Its message, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    message_log_id: Option<String>,
    #[schema(format = "date-time")]
    since: String,
}

impl FestivalShape {
    /// An entry, as this visitor may see it.
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
    /// What customers would get, and when it would begin or why it would not.
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
    /// A recipient; its whole number for whoever may see it.
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

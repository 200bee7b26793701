//! Request bodies of the calls about festivals.

use chrono::{Datelike as _, NaiveDate};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use whatsapp_core::campaign::{Audience, CampaignKind, CampaignPlan, InvalidPlan};
use whatsapp_core::festival::Place;
use whatsapp_core::schedule::DayTime;
use whatsapp_core::template::Template;
use whatsapp_core::{CampaignId, CustomerId, MessageId, TemplateId};

use crate::api::given::present;
use crate::api::problem::{Fault, Problem};
use crate::api::schema;
use crate::api::slug::Slug;

/// Maximum number of findings in one answer.
const FINDINGS_MAX: usize = 100;

/// An entry of the calendar, to be saved.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SaveFestival)]
pub(crate) struct FestivalBody {
    /// For a new entry: a fresh UUID made by the caller. The same call made twice with it makes one
    /// entry.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, format = "uuid")]
    pub(super) id: Option<CampaignId>,
    /// The festival's name, which greetings contain; or a word for the news.
    #[schema(min_length = 1, max_length = 100, example = "Diwali")]
    name: String,
    /// Kind of message that the entry sends.
    #[serde(default = "greeting")]
    #[schema(schema_with = schema::given_campaign_kinds)]
    kind: CampaignKind,
    /// Day of the entry, as a date of the business.
    #[serde(deserialize_with = "day")]
    #[schema(value_type = String, format = "date", example = "2027-10-29")]
    date: NaiveDate,
    /// Time of the first message on that day; 10:00 by default.
    #[serde(default = "ten", deserialize_with = "time")]
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "10:00")]
    time: DayTime,
    /// True if the date depends on the moon; then it must be confirmed in the last three days.
    #[serde(default)]
    is_estimated: bool,
    /// For a greeting: its own text, or empty to use the text of the template. For an announcement:
    /// the news.
    #[serde(default)]
    #[schema(example = "Happy {festivalName}, {customerName}!")]
    words: String,
    /// The template; by default the template in use.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, format = "uuid")]
    template_id: Option<TemplateId>,
    /// The only customers to write to; by default all customers.
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::audience)]
    customer_ids: Option<Vec<CustomerId>>,
}

/// Consent of the person who arms an entry.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ArmFestival)]
pub(crate) struct ArmBody {
    /// The `agreed` of the check that the person has read.
    #[schema(pattern = r"^[0-9a-f]{32}\.(0|[1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,9})$")]
    pub(super) agreed: String,
}

/// The day of the festival.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConfirmFestival)]
pub(crate) struct ConfirmBody {
    /// Date of the festival: the entered date to confirm, or the date that was announced.
    #[serde(deserialize_with = "day")]
    #[schema(value_type = String, format = "date")]
    pub(super) date: NaiveDate,
}

/// The place whose calendar has the next date, and the id of the copy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CopyFestival)]
pub(crate) struct CopyBody {
    /// India, or a state of it; by default the first place of the business.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, pattern = "^IN(-[A-Z]{2})?$", example = "IN-MH")]
    pub(super) place: Option<String>,
    /// A fresh UUID made by the caller: the same call made twice with it makes one copy.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, format = "uuid")]
    pub(super) id: Option<CampaignId>,
}

/// The number to which the message is tried out.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = TryFestival)]
pub(crate) struct TryBody {
    /// The number, with the country code.
    #[schema(example = "+919876543210")]
    pub(super) whatsapp_number: String,
    /// A fresh UUID made by the caller: the same call made twice with it sends one message.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, format = "uuid")]
    pub(super) id: Option<MessageId>,
}

const fn greeting() -> CampaignKind {
    CampaignKind::Festival
}

const fn ten() -> DayTime {
    DayTime::TEN
}

/// Reads a date in the form of RFC 3339.
fn day<'de, D: Deserializer<'de>>(reader: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(reader)?;
    let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
    // One day has one spelling.
    let date = date.filter(|date| date.to_string() == text);
    date.ok_or_else(|| D::Error::custom("expected a date such as 2027-10-29"))
}

fn time<'de, D: Deserializer<'de>>(reader: D) -> Result<DayTime, D::Error> {
    let text = String::deserialize(reader)?;
    let time: Option<DayTime> = text.parse().ok();
    let time = time.filter(|time| *time != DayTime::END && time.to_string() == text);
    time.ok_or_else(|| D::Error::custom("expected a time from 00:00 to 23:59"))
}

/// A date in the range that databases and telephones support.
pub(super) fn usual(date: NaiveDate) -> Result<NaiveDate, Problem> {
    if (1970..=9998).contains(&date.year()) {
        return Ok(date);
    }
    let why = "a year from 1970 to 9998 is expected";
    Err(Problem::of_member(Slug::Value, "date", &why))
}

/// A place by its letters; `no` makes the refusal if there is no such place.
pub(super) fn place(text: &str, no: impl Fn(Slug, &str) -> Problem) -> Result<Place, Problem> {
    let is_state =
        |letters: &str| letters.len() == 2 && letters.bytes().all(|b| b.is_ascii_uppercase());
    let is_written_well = text == "IN" || text.strip_prefix("IN-").is_some_and(is_state);
    if !is_written_well {
        return Err(no(Slug::Query, "IN, or a state of India such as IN-MH, is expected"));
    }
    text.parse().map_err(|unknown: whatsapp_core::festival::UnknownPlace| {
        no(Slug::Value, &unknown.to_string())
    })
}

impl FestivalBody {
    /// The plan, without a check of its own text.
    pub(super) fn sketch(&self) -> Result<CampaignPlan, Problem> {
        let audience = self.customer_ids.clone().map_or(Audience::Everybody, Audience::Customers);
        let mut plan = CampaignPlan::new(self.kind, self.name.trim(), usual(self.date)?)
            .with_time(self.time)
            .with_words(self.words.as_str())
            .with_audience(audience)
            .with_estimated(self.is_estimated);
        plan.template = self.template_id;
        plan.check().map_err(|error| of_plan(&error))?;
        Ok(plan)
    }

    /// The plan, with its own text checked.
    pub(super) fn plan(&self) -> Result<CampaignPlan, Problem> {
        let plan = self.sketch()?;
        let Some(own) = plan.own_text() else { return Ok(plan) };
        let Err(errors) = Template::check(plan.kind.message_type(), own) else { return Ok(plan) };
        let fault = |problem: &whatsapp_core::template::Problem| {
            Fault::at(&["words"], format!("{}: {}", problem.position, problem.kind))
        };
        let faults = errors.problems.iter().take(FINDINGS_MAX).map(fault);
        let problem = Problem::new(Slug::Text, format!("words: {errors}."));
        Err(faults.fold(problem, Problem::with))
    }
}

/// The fault of a plan.
pub(super) fn of_plan(error: &InvalidPlan) -> Problem {
    let member = match error {
        InvalidPlan::NoName | InvalidPlan::NameTooLong(_) => "name",
        InvalidPlan::Time => "time",
        InvalidPlan::NoWords => "words",
        InvalidPlan::Nobody | InvalidPlan::TooMany(_) => "customerIds",
        _ => return Problem::saying(Slug::Value, error),
    };
    let said = error.to_string();
    let text = said.split_once(": ").map_or(said.as_str(), |(_, text)| text);
    Problem::of_member(Slug::Value, member, &text)
}

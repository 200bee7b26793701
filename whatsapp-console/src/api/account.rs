//! The account at the gateway: its state, and stopping and resuming all sending.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatsapp_core::account::{Account, SeenPause};

use super::count::CountShape;
use super::given::{Given, Parameters};
use super::problem::{Fault, Problem};
use super::schema;
use super::slug::Slug;
use crate::page::pause::{Wanted, read, set, written};
use crate::visit::Visit;

/// The account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub(crate) struct AccountShape {
    /// True if sending is paused.
    is_paused: bool,
    /// True if a person paused all sending: then only a person can resume it.
    is_paused_by_hand: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::pause_reasons)]
    reason: Option<&'static str>,
    /// The reason in words, with the words of the gateway if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_text: Option<String>,
    /// Advice on how the pause can be ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'static str>,
    /// Time since which sending is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    since: Option<String>,
    /// Time of the next try; absent where only a person can end the pause.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    until: Option<String>,
    /// The state of the pause, as a token: send it back as `seen` when you pause or resume.
    #[schema(example = "none")]
    seen: String,
}

impl From<&Account> for AccountShape {
    fn from(account: &Account) -> Self {
        let (pause, is_held) = (account.pause.as_ref(), account.is_held());
        Self {
            is_paused: pause.is_some(),
            is_paused_by_hand: is_held,
            reason: pause.map(|it| it.reason.as_str()),
            reason_text: pause.map(whatsapp_core::account::Pause::words),
            advice: pause.map(|it| it.reason.advice()),
            since: pause.map(|it| schema::instant(it.since)),
            until: pause.filter(|_| !is_held).map(|it| schema::instant(it.until)),
            seen: written(pause),
        }
    }
}

/// Forecast of the consequences of pausing all sending.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PauseOutlook)]
pub(crate) struct OutlookShape {
    /// Number of messages that wait to be sent, now or later.
    waiting: CountShape,
    /// Number of these messages that are cancelled if sending is still paused in 24 hours.
    ends_in_a_day: CountShape,
    /// Time of the first such cancellation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    first_end: Option<String>,
}

/// Pause of all sending.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Pause)]
pub(crate) struct PauseBody {
    /// The account's `seen` from when you looked at it: a pause that began since is left as it is.
    /// Without it, all sending is paused in any case.
    #[serde(default)]
    #[schema(pattern = "^[a-z0-9._-]{1,64}$")]
    seen: Option<String>,
}

/// End of a pause.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Resume)]
pub(crate) struct ResumeBody {
    /// The account's `seen` from when you looked at it: it proves that you know the reason for the
    /// pause.
    #[schema(pattern = "^[a-z0-9._-]{1,64}$")]
    seen: String,
}

/// The current state of the account.
pub(crate) async fn show(visit: Visit) -> Result<Json<AccountShape>, Problem> {
    Parameters::none(&visit)?;
    stands(&visit).await
}

async fn stands(visit: &Visit) -> Result<Json<AccountShape>, Problem> {
    Ok(Json(AccountShape::from(&visit.inner.desk.account().await?)))
}

/// Tells the consequences of a pause before it begins.
pub(crate) async fn outlook(visit: Visit) -> Result<Json<OutlookShape>, Problem> {
    Parameters::none(&visit)?;
    let outlook = visit.inner.desk.before_pause().await?;
    Ok(Json(OutlookShape {
        waiting: outlook.waiting.into(),
        ends_in_a_day: outlook.ends_in_a_day.into(),
        first_end: outlook.first_end.map(schema::instant),
    }))
}

/// Pauses all sending. Idempotent: a second call changes nothing.
pub(crate) async fn pause(
    visit: Visit,
    given: Given<PauseBody>,
) -> Result<Json<AccountShape>, Problem> {
    let seen = given.body.seen.as_deref().map_or(Ok(SeenPause::Any), seen)?;
    change(&visit, Wanted::Paused, seen).await
}

/// Resumes sending. Idempotent: a second call changes nothing.
pub(crate) async fn resume(
    visit: Visit,
    given: Given<ResumeBody>,
) -> Result<Json<AccountShape>, Problem> {
    change(&visit, Wanted::Running, seen(&given.body.seen)?).await
}

async fn change(
    visit: &Visit,
    wanted: Wanted,
    seen: SeenPause,
) -> Result<Json<AccountShape>, Problem> {
    Parameters::none(visit)?;
    if set(visit, wanted, seen).await? {
        return stands(visit).await;
    }
    let why = "Whether sending is paused, or why, is not as it was seen.";
    Err(Problem::new(Slug::Changed, why).with(Fault::at(&["seen"], "is not so any more")))
}

fn seen(given: &str) -> Result<SeenPause, Problem> {
    let right = "what an answer about the account gave as its `seen`, such as `none`, is expected";
    read(given).ok_or_else(|| Problem::of_member(Slug::Value, "seen", &right))
}

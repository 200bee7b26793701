//! The settings: reading them, checking a change, and saving it if nobody has changed them
//! meanwhile.

mod etag;
mod shape;

use std::collections::BTreeMap;

use axum::Json;
use axum::http::header::ETAG;
use axum::http::{HeaderMap, HeaderName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatsapp_core::desk::{Consent, SaveSettingsError, SettingEdit};
use whatsapp_core::messenger::AddressChangeError;
use whatsapp_core::settings::SettingNow;

use super::given::{Given, Parameters, Path, contradiction};
use super::problem::{Fault, Problem};
use super::schema;
use super::slug::Slug;
use crate::page::settings::history::History;
use crate::page::settings::moves::Plan;
use crate::page::settings::{ADDRESS, value};
use crate::visit::Visit;
use crate::words::sentence;
use etag::{Looked, etag};
pub(crate) use shape::{SettingShape, SettingsShape};

/// Settings with their new values.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ChangeSettings)]
pub(crate) struct ChangeBody {
    #[schema(schema_with = schema::settings)]
    settings: BTreeMap<String, String>,
    /// True if a person has read the consequences of the change and agreed.
    #[serde(default)]
    confirmed: bool,
}

/// A change of settings that is only checked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckSettings)]
pub(crate) struct CheckBody {
    #[schema(schema_with = schema::settings)]
    settings: BTreeMap<String, String>,
}

/// Forecast of a change.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SettingsOutlook)]
pub(crate) struct OutlookShape {
    /// The settings that would get another value.
    changes: Vec<ChangeShape>,
    /// Things that the change moves or stops, one sentence each.
    moves: Vec<String>,
    /// True if a person must be asked first.
    needs_confirmation: bool,
}

/// A setting with another value.
#[derive(Serialize, ToSchema)]
#[schema(as = SettingChange)]
struct ChangeShape {
    /// Key of the setting.
    key: String,
    /// Name that people use.
    name: String,
    /// The present value, in words.
    before: String,
    /// The new value, in words.
    after: String,
}

/// The settings with their tag.
type Tagged = ([(HeaderName, String); 1], Json<SettingsShape>);

/// Returns all settings.
pub(crate) async fn list(visit: Visit) -> Result<Tagged, Problem> {
    Parameters::none(&visit)?;
    all(&visit).await
}

async fn all(visit: &Visit) -> Result<Tagged, Problem> {
    let now = visit.inner.desk.settings().await?;
    let history = History::of(&now, visit).await?;
    let tag = etag(&now, visit.may_act());
    Ok(([(ETAG, tag.clone())], Json(SettingsShape::of(&now, &history, tag, visit))))
}

/// Returns one setting.
pub(crate) async fn one(visit: Visit, path: Path) -> Result<Json<SettingShape>, Problem> {
    Parameters::none(&visit)?;
    let mut now = visit.inner.desk.settings().await?;
    now.retain(|setting| setting.def.key == path.get("key"));
    let history = History::of(&now, &visit).await?;
    let setting = now.first().ok_or_else(|| Problem::of(Slug::UnknownSetting))?;
    Ok(Json(SettingShape::of(setting, &history, &visit)))
}

/// Tells the consequences of a change. Nothing is written.
pub(crate) async fn check(
    visit: Visit,
    given: Given<CheckBody>,
) -> Result<Json<OutlookShape>, Problem> {
    Parameters::none(&visit)?;
    let wanted = given.body.settings;
    let now = visit.inner.desk.settings().await?;
    let plan = Plan::of(&edits(&wanted), &now, &visit).await;
    let plan = plan.map_err(|error| refused(error, &now, &visit))?;
    let change = |it: &crate::page::settings::moves::Told| ChangeShape {
        key: it.key.clone(),
        name: it.name.clone(),
        before: it.before.clone(),
        after: it.after.clone(),
    };
    Ok(Json(OutlookShape {
        changes: plan.told.iter().map(change).collect(),
        needs_confirmation: !plan.moves.is_empty(),
        moves: plan.moves,
    }))
}

/// Saves a change, whole or not at all, and only over the settings that were seen.
pub(crate) async fn change(
    visit: Visit,
    headers: HeaderMap,
    given: Given<ChangeBody>,
) -> Result<Tagged, Problem> {
    Parameters::none(&visit)?;
    let ChangeBody { settings: wanted, confirmed } = given.body;
    let looked = Looked::read(&headers)?;
    let now = visit.inner.desk.settings().await?;
    if !looked.holds(&etag(&now, visit.may_act())) {
        return Err(stale(&wanted, &now, &visit));
    }
    if let Some(address) = wanted.get(ADDRESS) {
        if wanted.len() > 1 {
            return Err(contradiction(
                "settings",
                "the gateway's address is changed alone, because it is tried first",
            ));
        }
        go_to(address, confirmed, &visit).await?;
        return all(&visit).await;
    }
    let plan = Plan::of(&over(&wanted, &now), &now, &visit).await;
    let plan = plan.map_err(|error| refused(error, &now, &visit))?;
    if !plan.moves.is_empty() && !confirmed {
        return Err(unconfirmed(plan.moves.join(" ")));
    }
    let consent = if confirmed { Consent::Given } else { Consent::NotAsked };
    let saved = plan.save(consent, &visit).await?;
    saved.map_err(|error| refused(error, &now, &visit))?;
    all(&visit).await
}

/// Changes to another gateway address, after a test of it.
async fn go_to(address: &str, confirmed: bool, visit: &Visit) -> Result<(), Problem> {
    let consent = if confirmed { Consent::Given } else { Consent::NotAsked };
    let (inner, by, to) = (visit.inner.clone(), visit.actor(), address.to_owned());
    let changed = async move { inner.messenger.change_gateway_address(&to, consent, &by).await };
    let changed = visit.inner.work.finish(changed).await?;
    visit.inner.cache.forget().await;
    let now = visit.inner.desk.settings().await?;
    changed.map_err(|error| match error {
        AddressChangeError::Store(error) => error.into(),
        AddressChangeError::Settings(error) => refused(error, &now, visit),
        AddressChangeError::Unconfirmed(_) => unconfirmed(sentence(&error.to_string())),
        error => Problem::saying(Slug::GatewayAddress, &error)
            .with(Fault::at(&["settings", ADDRESS], sentence(&error.to_string()))),
    })
}

fn edits(wanted: &BTreeMap<String, String>) -> Vec<SettingEdit> {
    wanted.iter().map(|(key, value)| SettingEdit::new(key, value)).collect()
}

/// The edits, each over the value that was there when the tag was compared.
fn over(wanted: &BTreeMap<String, String>, now: &[SettingNow]) -> Vec<SettingEdit> {
    let stood = |key: &str| now.iter().find(|setting| setting.def.key == key);
    let edit = |(key, value): (&String, &String)| {
        let edit = SettingEdit::new(key, value);
        match stood(key) {
            Some(setting) => edit.over(setting.value.as_str()),
            None => edit,
        }
    };
    wanted.iter().map(edit).collect()
}

fn unconfirmed(moves: String) -> Problem {
    let fault = Fault::at(&["confirmed"], "is needed, once a person has read what this moves");
    Problem::new(Slug::Unconfirmed, moves).with(fault)
}

/// The problem of a stale change, with both values of each setting in it.
fn stale(wanted: &BTreeMap<String, String>, now: &[SettingNow], visit: &Visit) -> Problem {
    let fault = |setting: &SettingNow| {
        let theirs = value::seen(setting, visit.may_act(), visit.texts());
        let yours = wanted.get(&*setting.def.key).map(String::as_str).unwrap_or_default();
        let yours = value::told(&setting.def, yours, visit.texts());
        let what = format!("it is {theirs} by now; {yours} was sent");
        Fault::at(&["settings", &setting.def.key], what)
    };
    let of_change = now.iter().filter(|setting| wanted.contains_key(&*setting.def.key));
    of_change.map(fault).fold(Problem::of(Slug::TagPassed), Problem::with)
}

/// The problem of a change that was not saved.
fn refused(error: SaveSettingsError, now: &[SettingNow], visit: &Visit) -> Problem {
    match error {
        SaveSettingsError::Store(error) => error.into(),
        SaveSettingsError::Directory(error) => error.into(),
        SaveSettingsError::Invalid(problems) => {
            let unknown = |key: &str| now.iter().all(|setting| setting.def.key != key);
            let is_unknown = problems.iter().all(|problem| unknown(&problem.key));
            let detail = problems.iter().map(|it| sentence(&it.what)).collect::<Vec<_>>().join(" ");
            let slug = if is_unknown { Slug::UnknownSetting } else { Slug::Value };
            let problem = Problem::new(slug, detail);
            let problem = if is_unknown { problem.answered(Slug::Value.status()) } else { problem };
            let fault = |it: &whatsapp_core::settings::SettingProblem| {
                Fault::at(&["settings", &it.key], it.what.clone())
            };
            problems.iter().map(fault).fold(problem, Problem::with)
        }
        SaveSettingsError::Changed(clashes) => {
            let wanted = |clash: &whatsapp_core::desk::SettingClash| {
                (clash.key.clone(), clash.yours.as_str().to_owned())
            };
            stale(&clashes.iter().map(wanted).collect(), now, visit)
        }
        SaveSettingsError::Unconfirmed(shift) => unconfirmed(sentence(&shift.to_string())),
        error => Problem::caused(Slug::Broken, &error),
    }
}

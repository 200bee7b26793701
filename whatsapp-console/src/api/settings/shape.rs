//! Settings as the API gives them.

use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::settings::{SettingKind, SettingNow};

use crate::api::schema;
use crate::page::settings::history::History;
use crate::page::settings::{ADDRESS, value};
use crate::visit::Visit;
use crate::words::sentence;

/// All settings.
#[derive(Serialize, ToSchema)]
#[schema(as = Settings)]
pub(crate) struct SettingsShape {
    settings: Vec<SettingShape>,
    /// These settings as they stand: what a change sends in the header If-Match.
    etag: String,
}

/// A setting.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Setting)]
pub(crate) struct SettingShape {
    #[schema(example = "whatsapp_retry_max")]
    key: String,
    /// What people call it.
    name: String,
    /// What it is for.
    meaning: String,
    #[schema(schema_with = schema::setting_groups)]
    group: &'static str,
    /// Its value, or the default where nothing stands there. Not there where it cannot be used, where only
    /// managers see it, and of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    default: &'static str,
    /// What may stand there, in words.
    expected: String,
    /// What a number counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    /// Only managers see its value, and the audit only counts it.
    is_private: bool,
    /// Changed with other settings. The gateway's address is changed alone, because it is tried first; the key
    /// is not kept here.
    is_changed_with_others: bool,
    /// Why what stands there cannot be used: nothing is sent until it is mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// When it was changed last, for managers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    changed_at: Option<String>,
    /// The person who changed it last, for managers.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_by: Option<String>,
    /// What stands there was put there past the console, for managers.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_changed_outside: Option<bool>,
}

impl SettingsShape {
    /// All of them, with what this visitor may see.
    pub(crate) fn of(now: &[SettingNow], history: &History, etag: String, visit: &Visit) -> Self {
        let shape = |setting: &SettingNow| SettingShape::of(setting, history, visit);
        Self { settings: now.iter().map(shape).collect(), etag }
    }
}

impl SettingShape {
    /// A setting, with what this visitor may see of it.
    pub(crate) fn of(setting: &SettingNow, history: &History, visit: &Visit) -> Self {
        let (def, may_act) = (&setting.def, visit.may_act());
        let text = setting.value.as_str();
        let is_key = def.kind == SettingKind::Nothing;
        let is_shown = !is_key
            && (may_act || !def.is_private)
            && (setting.problem.is_none() || may_act && value::may_be_shown(text));
        let latest = history.latest(&def.key);
        Self {
            key: def.key.to_string(),
            name: def.name().into_owned(),
            meaning: value::meaning(def),
            group: def.group().as_str(),
            value: is_shown.then(|| text.to_owned()),
            default: def.default,
            expected: def.expected().trim_end_matches(',').to_owned(),
            unit: def.unit,
            is_private: def.is_private,
            is_changed_with_others: !is_key && def.key != ADDRESS,
            problem: setting.problem.as_ref().map(|problem| sentence(&problem.what)),
            changed_at: latest.map(|entry| schema::instant(entry.at)),
            changed_by: latest.and_then(|entry| entry.by.user()).map(ToString::to_string),
            is_changed_outside: may_act.then(|| history.is_outside(setting)),
        }
    }
}

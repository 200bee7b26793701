//! Settings in the shapes of the API.

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
    /// All settings.
    settings: Vec<SettingShape>,
    /// Tag of these settings: a change sends it in the header If-Match.
    etag: String,
}

/// A setting.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Setting)]
pub(crate) struct SettingShape {
    /// Key of the setting.
    #[schema(example = "whatsapp_retry_max")]
    key: String,
    /// The name that people use.
    name: String,
    /// The purpose of the setting.
    meaning: String,
    #[schema(schema_with = schema::setting_groups)]
    group: &'static str,
    /// The value, or the default if none is stored. Absent if the value cannot be used, if only
    /// managers may see it, and for the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Value that is used if none is stored.
    default: &'static str,
    /// The values that are accepted, in words.
    expected: String,
    /// The unit of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    /// True if only managers see the value; then the audit records only how many parts were added
    /// and removed.
    is_private: bool,
    /// True if it can be changed together with other settings. The gateway's address is changed
    /// alone, because it is tried first; the key is not kept here.
    is_changed_with_others: bool,
    /// Reason why the stored value cannot be used: nothing is sent until it is repaired.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// Time of the last change; shown to managers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    changed_at: Option<String>,
    /// The person who made the last change; shown to managers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_by: Option<String>,
    /// True if the present value was set outside the console; shown to managers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_changed_outside: Option<bool>,
}

impl SettingsShape {
    /// All settings, with the details that this visitor may see.
    pub(crate) fn of(now: &[SettingNow], history: &History, etag: String, visit: &Visit) -> Self {
        let shape = |setting: &SettingNow| SettingShape::of(setting, history, visit);
        Self { settings: now.iter().map(shape).collect(), etag }
    }
}

impl SettingShape {
    /// A setting, with the details that this visitor may see.
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

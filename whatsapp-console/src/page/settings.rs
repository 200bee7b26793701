//! The settings: the purpose of each, its value, who changed it, and changing them together.

pub(crate) mod connection;
mod form;
pub(crate) mod history;
pub(crate) mod moves;
mod save;
pub(crate) mod value;

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::settings::{SettingGroup, SettingKind, SettingNow};

pub(crate) use save::save;

use super::done::flash;
use super::eyes::{Eyes, Sight};
use super::mark::mark;
use super::{Nav, html, shell};
use crate::oops::Oops;
use crate::view::{Choice, Link, Refusal, SettingLine, SettingsGroup, SettingsPage, Shell};
use crate::visit::Visit;
use crate::words::sentence;
use form::{Form, shown};
use history::History;

/// The setting that is changed on a page of its own, because the address is tried first.
pub(crate) const ADDRESS: &str = "whatsapp_api_url";

/// Reason for a refused save: the settings, and the words.
#[derive(Debug, Default)]
struct Refused {
    title: String,
    lead: String,
    todo: String,
    /// A setting's key and a sentence.
    lines: Vec<(String, String)>,
}

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    page(&visit, &sight, &Form::default(), None, StatusCode::OK).await
}

/// The page, with the values that were typed where the last save was refused.
async fn page(
    visit: &Visit,
    sight: &Sight,
    form: &Form,
    refused: Option<Refused>,
    status: StatusCode,
) -> Result<Response, Oops> {
    let eyes = sight.eyes(visit);
    let t = eyes.t;
    let now = visit.inner.desk.settings().await?;
    let history = History::of(&now, visit).await?;
    let mut s = shell(visit, t.settings(), Nav::Settings);
    flash(&mut s, visit, &eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    let lead = if eyes.may_act { t.settings_lead() } else { t.settings_viewer_lead() };
    let lines = Lines { form, refused: refused.as_ref(), history: &history, visit, eyes: &eyes };
    let groups = SettingGroup::ALL.iter().map(|group| lines.group(*group, &now)).collect();
    let mut response = html(&SettingsPage {
        t,
        lead: format!("{lead} {}.", eyes.times().clocks()),
        may_act: eyes.may_act,
        groups,
        refused: refused.as_ref().map(|refused| Lines::refusal(refused, &now)),
        s: focused(s, refused.is_some()),
    })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Leaves the notice out where something was refused: a screen reader then reads the refusal alone.
fn focused(mut s: Shell, is_refused: bool) -> Shell {
    if is_refused {
        s.flash = String::new();
    }
    s
}

/// The facts that the lines of the page are made of.
struct Lines<'a> {
    form: &'a Form,
    refused: Option<&'a Refused>,
    history: &'a History,
    visit: &'a Visit,
    eyes: &'a Eyes<'a>,
}

impl Lines<'_> {
    fn group(&self, group: SettingGroup, now: &[SettingNow]) -> SettingsGroup {
        let more = (group == SettingGroup::Gateway).then(|| Link {
            href: self.eyes.links.page("settings/connection"),
            label: self.eyes.t.connection().to_owned(),
            outside: false,
            is_best: false,
        });
        let of_group = now.iter().filter(|setting| setting.def.group() == group);
        SettingsGroup {
            id: group.as_str(),
            title: group.label(),
            more,
            settings: of_group.map(|setting| self.line(setting)).collect(),
        }
    }

    fn line(&self, setting: &SettingNow) -> SettingLine {
        let (t, def, key) = (self.eyes.t, &setting.def, setting.def.key.to_string());
        let may_act = self.eyes.may_act;
        let is_broken = setting.problem.is_some();
        // The address has a page of its own, and the key no field anywhere.
        let is_field = may_act && key != ADDRESS && def.kind != SettingKind::Nothing;
        let hidden = is_broken && !value::may_be_shown(setting.value.as_str());
        let (mode, choices) = value::control(def, t);
        let value = self.form.typed(&key).map_or_else(|| value::in_field(setting), str::to_owned);
        let put_back = (may_act && is_broken && key != ADDRESS)
            .then(|| t.setting_put_back(&value::told(def, def.default, t)));
        SettingLine {
            name: def.name().into_owned(),
            meaning: t.setting_meaning(&def.key, &def.description),
            hint: self.hint(setting),
            changed: self.history.told(setting, self.eyes),
            error: self.error(setting),
            note: if hidden && may_act {
                t.setting_broken_hidden().to_owned()
            } else {
                String::new()
            },
            put_back: put_back.unwrap_or_default(),
            told: value::seen(setting, may_act, t),
            is_field,
            seen: shown(setting, &self.visit.inner.secret),
            choices: options(choices, &value, t.setting_choose()),
            value,
            mode,
            key,
        }
    }

    fn hint(&self, setting: &SettingNow) -> String {
        let (t, def) = (self.eyes.t, &setting.def);
        let default = t.setting_default(&value::told(def, def.default, t));
        let parts = match def.kind {
            SettingKind::Nothing => vec![t.setting_key_elsewhere().to_owned()],
            _ => vec![value::range(def, t), default],
        };
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The error of a setting: in the typed value, or in the value of its row.
    fn error(&self, setting: &SettingNow) -> String {
        let lines = self.refused.map(|refused| refused.lines.as_slice()).unwrap_or_default();
        if let Some((_, why)) = lines.iter().find(|(key, _)| *key == setting.def.key) {
            return why.clone();
        }
        let Some(problem) = &setting.problem else { return String::new() };
        let what = sentence(&problem.what);
        // A key in this row has no effect, and keeps nothing back.
        match setting.def.kind {
            SettingKind::Nothing => what,
            _ => format!("{} {what}", self.eyes.t.setting_broken()),
        }
    }

    fn refusal(refused: &Refused, now: &[SettingNow]) -> Refusal {
        let line = |(key, why): &(String, String)| {
            let setting = now.iter().find(|setting| setting.def.key == *key);
            let name = setting.map(|it| it.def.name()).unwrap_or_default();
            let is_named = why.starts_with(&*name);
            Link {
                href: setting.map(|_| format!("#f-{key}")).unwrap_or_default(),
                label: if is_named { why.clone() } else { format!("{name}: {why}") },
                outside: false,
                is_best: false,
            }
        };
        Refusal {
            title: refused.title.clone(),
            lead: refused.lead.clone(),
            lines: refused.lines.iter().map(line).collect(),
            todo: refused.todo.clone(),
        }
    }
}

/// The options of a choice; a value that is none of them is chosen anew.
fn options(choices: Vec<(String, String)>, chosen: &str, choose: &str) -> Vec<Choice> {
    if choices.is_empty() {
        return Vec::new();
    }
    let is_none = choices.iter().all(|(value, _)| value != chosen);
    let first = is_none.then(|| (String::new(), choose.to_owned()));
    let all = first.into_iter().chain(choices);
    all.map(|(value, label)| Choice { on: value == chosen, value, label }).collect()
}

#[cfg(test)]
mod tests {
    use super::form::names;

    #[test]
    fn the_template_has_the_names_of_the_form() {
        let template = include_str!("../../templates/settings.html");
        for name in names("{{ one.key }}") {
            assert!(template.contains(&format!("name=\"{name}\"")), "{name}");
        }
    }
}

//! Saving settings: a whole form or nothing, and after a question where it moves something.

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::desk::{Consent, SaveSettingsError, SettingClash};
use whatsapp_core::settings::{SettingDef, SettingNow};

use super::form::{CHANGES, Form};
use super::moves::Plan;
use super::{ADDRESS, Refused, page, value};
use crate::oops::Oops;
use crate::page::done::Done;
use crate::page::eyes::Sight;
use crate::page::mark::mark;
use crate::page::{Nav, html, shell};
use crate::typed::Typed;
use crate::view::{AskPage, Hidden, Link};
use crate::visit::Visit;
use crate::words::sentence;

/// Saves the changes of a form.
pub(crate) async fn save(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    let (secret, sight) = (&visit.inner.secret, Sight::of(&visit).await?);
    let now = visit.inner.desk.settings().await?;
    let mut form = Form::read(&typed, &now, secret);
    form.wanted.retain(|wanted| wanted.key != ADDRESS);
    if form.wanted.is_empty() {
        return done(&visit, Done::SettingsSame);
    }
    let plan = match Plan::of(&form.edits(&now, secret), &now, &visit).await {
        Ok(plan) => plan,
        Err(error) => return refused(&visit, &sight, &form, &now, error).await,
    };
    if !plan.moves.is_empty() && !form.is_sure {
        return question(&visit, &sight, &form, plan).await;
    }
    let consent = if form.is_sure { Consent::Given } else { Consent::NotAsked };
    match plan.save(consent, &visit).await? {
        Ok(()) => done(&visit, Done::SettingsSaved),
        Err(error) => refused(&visit, &sight, &form, &now, error).await,
    }
}

fn done(visit: &Visit, done: Done) -> Result<Response, Oops> {
    done.lead("settings", None, visit)
}

/// The question that says what the changes do, before they are saved.
async fn question(visit: &Visit, sight: &Sight, form: &Form, plan: Plan) -> Result<Response, Oops> {
    let eyes = sight.eyes(visit);
    let t = eyes.t;
    let mut s = shell(visit, t.settings_ask_title(), Nav::Settings);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    let told = plan.told.iter().map(|it| t.setting_change(&it.name, &it.before, &it.after));
    html(&AskPage {
        t,
        s,
        back: Link {
            href: visit.links.page("settings"),
            label: t.settings().to_owned(),
            outside: false,
            is_best: false,
        },
        action: visit.links.page("settings"),
        heading: t.settings_ask_title().to_owned(),
        problem: String::new(),
        lines: told.chain(plan.moves.iter().cloned()).collect(),
        facts: Vec::new(),
        hiddens: vec![
            Hidden { name: CHANGES, value: form.carried() },
            Hidden { name: "sure", value: "yes".to_owned() },
        ],
        fields: Vec::new(),
        choices: None,
        questions: Vec::new(),
        tone: "primary",
        submit: t.settings_ask_submit().to_owned(),
    })
}

/// Shows the form once more, with the reason why nothing was saved.
async fn refused(
    visit: &Visit,
    sight: &Sight,
    form: &Form,
    now: &[SettingNow],
    error: SaveSettingsError,
) -> Result<Response, Oops> {
    let t = visit.texts();
    let (refused, status) = match error {
        SaveSettingsError::Store(error) => return Err(error.into()),
        SaveSettingsError::Invalid(problems) => {
            let line = |problem: whatsapp_core::settings::SettingProblem| {
                (problem.key, sentence(&problem.what))
            };
            let lines: Vec<_> = problems.into_iter().map(line).collect();
            let refused = Refused {
                title: t.settings_refused().to_owned(),
                lead: t.settings_wrong(lines.len()),
                todo: String::new(),
                lines,
            };
            (refused, StatusCode::UNPROCESSABLE_ENTITY)
        }
        SaveSettingsError::Changed(clashes) => {
            let refused = Refused {
                title: t.settings_clash().to_owned(),
                lead: String::new(),
                todo: t.settings_clash_todo().to_owned(),
                lines: clashes.iter().map(|clash| clashed(clash, now, visit)).collect(),
            };
            (refused, StatusCode::CONFLICT)
        }
        // Reminders were planned or moved between the check and the save: the question is
        // asked again.
        SaveSettingsError::Unconfirmed(_) | SaveSettingsError::Directory(_) => {
            let edits = form.edits(now, &visit.inner.secret);
            return match Plan::of(&edits, now, visit).await {
                Ok(plan) => question(visit, sight, form, plan).await,
                Err(error) => Err(unread(visit, error)),
            };
        }
        error => {
            let (title, lead) = (t.settings_refused().to_owned(), sentence(&error.to_string()));
            let refused = Refused { title, lead, ..Refused::default() };
            (refused, StatusCode::SERVICE_UNAVAILABLE)
        }
    };
    page(visit, sight, form, Some(refused), status).await
}

/// The value that somebody else saved, beside the one that was typed.
fn clashed(clash: &SettingClash, now: &[SettingNow], visit: &Visit) -> (String, String) {
    let t = visit.texts();
    let def = SettingDef::of(&clash.key);
    let theirs = now.iter().find(|setting| setting.def.key == clash.key);
    let theirs = match theirs.filter(|it| it.problem.is_some() || def.is_none()) {
        Some(broken) => value::seen(broken, true, t),
        None => def
            .as_deref()
            .map_or_else(String::new, |def| value::told(def, clash.theirs.as_str(), t)),
    };
    let (name, yours) = match def.as_deref() {
        Some(def) => (def.name().into_owned(), value::told(def, clash.yours.as_str(), t)),
        None => (clash.key.clone(), String::new()),
    };
    (clash.key.clone(), t.setting_theirs(&name, &theirs, &yours))
}

/// The error for a plan that could not be made a second time.
fn unread(visit: &Visit, error: SaveSettingsError) -> Oops {
    match error {
        SaveSettingsError::Store(error) => error.into(),
        _ => Oops::Bad(visit.texts().form_is_not_ours().to_owned()),
    }
}

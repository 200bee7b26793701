//! Switching a template on and off: the question, and the act.
//!
//! The form says which version it saw, so that a template that somebody changed meanwhile
//! stays as it is.

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::audit::{Act as Audited, AuditTarget};
use whatsapp_core::desk::{SaveTemplateError, SeenTemplate, TemplateNow};
use whatsapp_core::port::StoredTemplate;

use super::{address, reach, to_list};
use crate::oops::Oops;
use crate::page::done::{Done, is_mine};
use crate::page::eyes::{Eyes, Sight};
use crate::page::mark::mark;
use crate::page::{Nav, html, shell};
use crate::typed::Typed;
use crate::view::{AskPage, Hidden, RowAct};
use crate::visit::{NamedTemplate, Visit};
use crate::words::sentence;

/// Direction of the switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switch {
    On,
    Off,
}

impl Switch {
    const fn path(self) -> &'static str {
        match self {
            Self::On => "use",
            Self::Off => "switch-off",
        }
    }

    const fn done(self) -> Done {
        match self {
            Self::On => Done::TemplateOn,
            Self::Off => Done::TemplateOff,
        }
    }
}

/// Buttons for the questions that make sense. Of several templates that are on, one that is not
/// used can be used as well.
pub(super) fn links(template: &StoredTemplate, is_used: bool, eyes: &Eyes<'_>) -> Vec<RowAct> {
    let t = eyes.t;
    let link = |switch: Switch, label: &str| RowAct {
        href: eyes.links.page(format_args!("{}/{}", address(template), switch.path())),
        label: label.to_owned(),
        full: t.button_of(label, &template.name),
    };
    let is_known = eyes.types.get(template.message_type).is_some();
    if !is_known || !eyes.may_act {
        return Vec::new();
    }
    let on = (!is_used).then(|| link(Switch::On, t.switch_on_asks()));
    let off = template.is_active.then(|| link(Switch::Off, t.switch_off_asks()));
    on.into_iter().chain(off).collect()
}

/// Shows the question before the act.
pub(crate) async fn ask(
    visit: Visit,
    named: NamedTemplate,
    switch: Switch,
) -> Result<Response, Oops> {
    let now = visit.inner.desk.template(named.0).await?.ok_or(Oops::NoTemplate)?;
    let all = visit.inner.desk.templates().await?;
    let used = all.used(now.template.message_type, None).map(|used| used.template.id);
    let is_done = match switch {
        Switch::On => used == Some(named.0),
        Switch::Off => !now.template.is_active,
    };
    if is_done {
        return leave(&visit, &named, switch.done());
    }
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    html(&question(&visit, &now, switch, String::new(), &eyes).await?)
}

async fn question<'a>(
    visit: &Visit,
    now: &TemplateNow,
    switch: Switch,
    problem: String,
    eyes: &Eyes<'a>,
) -> Result<AskPage<'a>, Oops> {
    let (t, template) = (eyes.t, &now.template);
    let kind = eyes.kind(template.message_type);
    let all = visit.inner.desk.templates().await?;
    let other = all.used(template.message_type, Some(template.id));
    let other =
        other.map_or_else(|| t.built_in_text().to_lowercase(), |it| it.template.name.clone());
    let used = all.used(template.message_type, None);
    let off = match used {
        Some(it) if it.template.id == template.id => t.switch_off_what(&kind, &other),
        Some(it) if it.broken.is_some() => t.switch_off_changes_nothing(&kind, &it.template.name),
        _ => t.switch_off_nothing(&kind),
    };
    let (title, what, submit, tone) = match switch {
        Switch::On => (
            t.switch_on_title(&template.name),
            t.switch_on_what(&kind, &other),
            t.switch_on_submit(),
            "primary",
        ),
        Switch::Off => (t.switch_off_title(&template.name), off, t.switch_off_submit(), "danger"),
    };
    let reach = reach(template.message_type, eyes);
    let mut s = shell(visit, title.clone(), Nav::Templates);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), eyes);
    Ok(AskPage {
        t,
        s,
        back: to_list(eyes),
        action: switch.path().to_owned(),
        heading: title,
        problem,
        lines: vec![what, reach.to_owned()],
        facts: Vec::new(),
        hiddens: vec![Hidden { name: "version", value: template.version.to_string() }],
        fields: Vec::new(),
        choices: None,
        questions: Vec::new(),
        tone,
        submit: submit.to_owned(),
    })
}

/// Switches the template, once.
pub(crate) async fn switch(
    visit: Visit,
    named: NamedTemplate,
    typed: Typed,
    switch: Switch,
) -> Result<Response, Oops> {
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let version = typed.get("version").parse().map_err(|_| ours())?;
    let seen = SeenTemplate { id: named.0, version };
    let (inner, by) = (visit.inner.clone(), visit.actor());
    let work = async move { inner.desk.switch_template(seen, switch == Switch::On, &by).await };
    match visit.inner.work.finish(work).await? {
        Ok(_) => leave(&visit, &named, switch.done()),
        Err(SaveTemplateError::Changed { theirs, .. }) => {
            let of = AuditTarget::Template(theirs.id);
            let is_so = theirs.is_active == (switch == Switch::On);
            let mine = is_so && is_mine(&visit, of, Audited::TemplateSwitched).await?;
            leave(&visit, &named, if mine { switch.done() } else { Done::TemplateChanged })
        }
        Err(SaveTemplateError::Unknown) => Err(Oops::NoTemplate),
        Err(SaveTemplateError::Store(error)) => Err(error.into()),
        Err(error) => {
            let now = visit.inner.desk.template(named.0).await?.ok_or(Oops::NoTemplate)?;
            let sight = Sight::of(&visit).await?;
            let eyes = sight.eyes(&visit);
            let problem = sentence(&error.to_string());
            let mut response = html(&question(&visit, &now, switch, problem, &eyes).await?)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
    }
}

/// Leads to the list, or to the template itself where somebody changed it.
fn leave(visit: &Visit, named: &NamedTemplate, done: Done) -> Result<Response, Oops> {
    let of = AuditTarget::Template(named.0);
    let address = match done {
        Done::TemplateChanged => format!("templates/{}", named.0),
        _ => "templates".to_owned(),
    };
    done.lead(&address, Some(&of), visit)
}

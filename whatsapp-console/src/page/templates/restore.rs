//! Making an earlier version of a template its newest: the question, and the act.

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::audit::{Act as Audited, AuditTarget};
use whatsapp_core::desk::{SaveTemplateError, SeenTemplate, TemplateNow};

use super::{Link, address, reach};
use crate::oops::Oops;
use crate::page::done::{Done, is_mine};
use crate::page::eyes::{Eyes, Sight};
use crate::page::mark::mark;
use crate::page::{Nav, html, shell};
use crate::typed::Typed;
use crate::view::{AskPage, Fact, Hidden};
use crate::visit::{NamedVersion, Visit};
use crate::words::sentence;

/// Shows the question before the act.
pub(crate) async fn ask_restore(visit: Visit, named: NamedVersion) -> Result<Response, Oops> {
    let now = visit.inner.desk.template(named.template).await?.ok_or(Oops::NoTemplate)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    html(&question(&visit, &now, named.version, String::new(), &eyes).await?)
}

async fn question<'a>(
    visit: &Visit,
    now: &TemplateNow,
    version: u32,
    problem: String,
    eyes: &Eyes<'a>,
) -> Result<AskPage<'a>, Oops> {
    let (t, template) = (eyes.t, &now.template);
    let before = version.checked_add(1);
    let page = visit.inner.desk.template_versions(template.id, before, 1).await?;
    let old = page.versions.into_iter().find(|old| old.version == version);
    let old = old.ok_or(Oops::NoTemplate)?;
    let mut lines = vec![t.restore_what(version)];
    lines.extend(template.is_active.then(|| t.restore_used().to_owned()));
    lines.push(reach(old.message_type, eyes).to_owned());
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value, ..Fact::default() };
    let mut s = shell(visit, t.restore_title(version), Nav::Templates);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), eyes);
    Ok(AskPage {
        t,
        s,
        back: Link {
            href: eyes.links.page(format_args!("{}/versions", address(template))),
            label: t.versions_of(&template.name),
            outside: false,
            is_best: false,
        },
        action: "restore".to_owned(),
        heading: t.restore_title(version),
        problem,
        lines,
        facts: vec![
            fact(t.template_name(), old.name),
            fact(t.type_of_message(), eyes.kind(old.message_type)),
        ],
        hiddens: vec![Hidden { name: "version", value: template.version.to_string() }],
        fields: Vec::new(),
        choices: None,
        questions: Vec::new(),
        tone: "primary",
        submit: t.restore_submit().to_owned(),
    })
}

/// Makes the version the newest, once.
pub(crate) async fn restore(
    visit: Visit,
    named: NamedVersion,
    typed: Typed,
) -> Result<Response, Oops> {
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let version = typed.get("version").parse().map_err(|_| ours())?;
    let (seen, to) = (SeenTemplate { id: named.template, version }, named.version);
    let (inner, by) = (visit.inner.clone(), visit.actor());
    let work = async move { inner.desk.roll_back_template(seen, to, &by).await };
    match visit.inner.work.finish(work).await? {
        Ok(_) => leave(&visit, &named, Done::TemplateRestored),
        Err(SaveTemplateError::Changed { theirs, .. }) => {
            let of = AuditTarget::Template(theirs.id);
            let mine = is_mine(&visit, of, Audited::TemplateRolledBack).await?;
            let done = if mine { Done::TemplateRestored } else { Done::TemplateChanged };
            leave(&visit, &named, done)
        }
        Err(SaveTemplateError::Unknown) => Err(Oops::NoTemplate),
        Err(SaveTemplateError::Store(error)) => Err(error.into()),
        Err(error) => {
            let now = visit.inner.desk.template(named.template).await?.ok_or(Oops::NoTemplate)?;
            let sight = Sight::of(&visit).await?;
            let eyes = sight.eyes(&visit);
            let problem = sentence(&error.to_string());
            let mut response = html(&question(&visit, &now, to, problem, &eyes).await?)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
    }
}

fn leave(visit: &Visit, named: &NamedVersion, done: Done) -> Result<Response, Oops> {
    let of = AuditTarget::Template(named.template);
    let address = format!("templates/{}", named.template);
    done.lead(&address, Some(&of), visit)
}

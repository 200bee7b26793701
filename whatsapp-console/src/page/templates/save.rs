//! The form of a template: it is saved, checked, or mended in one place.
//!
//! The form says which version it began from. If somebody else saved meanwhile, both texts are
//! shown. The same form twice is one version: the second one finds its own content saved.

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::TemplateId;
use whatsapp_core::audit::AuditTarget;
use whatsapp_core::desk::{SaveTemplateError, SeenTemplate, TemplateEdit, TemplateNow};
use whatsapp_core::port::StoredTemplate;
use whatsapp_core::template::InvalidTemplate;

use super::difference::{difference, whole};
use super::editor::{Again, page};
use super::examine::{Draft, mended};
use crate::oops::Oops;
use crate::page::done::Done;
use crate::page::eyes::{Eyes, Sight};
use crate::page::html;
use crate::typed::Typed;
use crate::view::{Clash, Fact};
use crate::visit::{NamedTemplate, Visit};
use crate::words::sentence;

/// Takes the form of a new template.
pub(crate) async fn create(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    taken(visit, None, typed).await
}

/// Takes the form of a template that is there.
pub(crate) async fn change(
    visit: Visit,
    named: NamedTemplate,
    typed: Typed,
) -> Result<Response, Oops> {
    taken(visit, Some(named.0), typed).await
}

async fn taken(visit: Visit, id: Option<TemplateId>, typed: Typed) -> Result<Response, Oops> {
    let now = match id {
        Some(id) => Some(visit.inner.desk.template(id).await?.ok_or(Oops::NoTemplate)?),
        None => None,
    };
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let mut draft = Draft::read(&typed, id, &visit).ok_or_else(ours)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let button = typed.get("mend");
    if !button.is_empty() {
        draft.text = mended(&draft.review(), button);
    }
    if !button.is_empty() || typed.get("do") == "check" {
        return html(&page(&visit, &draft, now.as_ref(), Again::default(), &eyes).await?);
    }
    saved(&visit, draft, now.as_ref(), &eyes).await
}

async fn saved(
    visit: &Visit,
    mut draft: Draft,
    now: Option<&TemplateNow>,
    eyes: &Eyes<'_>,
) -> Result<Response, Oops> {
    let mut edit = TemplateEdit::new(draft.name.clone(), draft.message_type, draft.text.clone())
        .with_active(draft.is_on)
        .with_note(draft.note.clone());
    edit.over = draft.over.map(|(id, version)| SeenTemplate { id, version });
    let (inner, by) = (visit.inner.clone(), visit.actor());
    let done = visit.inner.work.finish(async move { inner.desk.save_template(&edit, &by).await });
    let again = match done.await? {
        Ok(SeenTemplate { id, .. }) => return leave(visit, id),
        Err(SaveTemplateError::Store(error)) => return Err(error.into()),
        Err(SaveTemplateError::Unknown) => return Err(Oops::NoTemplate),
        Err(SaveTemplateError::Changed { theirs, .. }) => {
            if is_saved(&theirs, &draft) {
                return leave(visit, theirs.id);
            }
            let clash = clash(visit, &theirs, &draft, eyes).await?;
            draft.over = Some((theirs.id, theirs.version));
            Again { clash: Some(clash), ..Again::default() }
        }
        Err(SaveTemplateError::Invalid(InvalidTemplate::Text(_))) => {
            let review = draft.review();
            let problems = review.findings.iter().filter(|it| it.is_problem()).count();
            Again { problem: eyes.t.not_saved(problems as u64), ..Again::default() }
        }
        Err(error @ SaveTemplateError::NameTaken) => {
            // A new template that was sent twice is there.
            let known = visit.inner.desk.templates().await?.templates;
            let same =
                known.iter().find(|it| draft.over.is_none() && is_saved(&it.template, &draft));
            if let Some(same) = same {
                return leave(visit, same.template.id);
            }
            Again { name_error: sentence(&error.to_string()), ..Again::default() }
        }
        Err(error @ SaveTemplateError::Invalid(InvalidTemplate::Note)) => {
            Again { note_error: sentence(&error.to_string()), ..Again::default() }
        }
        Err(error @ SaveTemplateError::Invalid(_)) => {
            Again { name_error: sentence(&error.to_string()), ..Again::default() }
        }
        Err(error) => Again { problem: sentence(&error.to_string()), ..Again::default() },
    };
    let is_clash = again.clash.is_some();
    let mut response = html(&page(visit, &draft, now, again, eyes).await?)?;
    *response.status_mut() =
        if is_clash { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(response)
}

/// Tells whether a template has just the content of a form.
fn is_saved(stored: &StoredTemplate, draft: &Draft) -> bool {
    stored.name == draft.name
        && stored.message_type == draft.message_type
        && stored.content == draft.text
        && stored.is_active == draft.is_on
}

fn leave(visit: &Visit, id: TemplateId) -> Result<Response, Oops> {
    let of = AuditTarget::Template(id);
    Done::TemplateSaved.lead(&format!("templates/{id}"), Some(&of), visit)
}

/// The template that somebody else saved meanwhile, beside this form's.
async fn clash(
    visit: &Visit,
    theirs: &StoredTemplate,
    draft: &Draft,
    eyes: &Eyes<'_>,
) -> Result<Clash, Oops> {
    let t = eyes.t;
    let versions = visit.inner.desk.template_versions(theirs.id, None, 1).await?.versions;
    let by = versions.first().map(|newest| eyes.who(&newest.by));
    let by = by.unwrap_or_else(|| t.somebody().to_owned());
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value, ..Fact::default() };
    let state = if theirs.is_active { t.template_on() } else { t.template_off() };
    let parts = difference(&theirs.content, &draft.text);
    Ok(Clash {
        title: t.template_clash(&by, &eyes.times().short(theirs.updated_at)),
        facts: vec![
            fact(t.template_name(), theirs.name.clone()),
            fact(t.type_of_message(), eyes.kind(theirs.message_type)),
            fact(t.status(), state.to_owned()),
        ],
        parts: if parts.is_empty() { whole(&theirs.content) } else { parts },
        theirs: eyes.links.page(format_args!("templates/{}", theirs.id)),
    })
}

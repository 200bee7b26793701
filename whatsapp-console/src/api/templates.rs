//! Templates: the list, creating and changing them, and their versions. A change names the version
//! that was seen.

mod calls;
mod shape;

use axum::Json;
use whatsapp_core::TemplateId;
use whatsapp_core::desk::{SaveTemplateError, SeenTemplate, TemplateEdit, TextPreviewError};
use whatsapp_core::message::MessageType;
use whatsapp_core::port::StoredTemplate;
use whatsapp_core::template::{InvalidTemplate, Template};

pub(super) use calls::table;
pub(crate) use shape::{
    CheckBody, CheckShape, PreviewBody, PreviewShape, RestoreBody, TemplateBody, TemplateShape,
    TemplatesShape, VersionsShape,
};

use super::bounds::{VERSIONS, VERSIONS_MAX};
use super::given::{Given, NothingBody, Parameters};
use super::problem::{Fault, Problem};
use super::slug::Slug;
use super::tag::{Seen, Tag};
use crate::visit::{NamedTemplate, Visit};

/// Maximum number of findings in one answer.
const FINDINGS_MAX: usize = 100;

type Tagged = (Tag, Json<TemplateShape>);

/// Returns all templates, and the text in use for each type.
pub(crate) async fn list(visit: Visit) -> Result<Json<TemplatesShape>, Problem> {
    Parameters::none(&visit)?;
    let now = visit.inner.desk.templates().await?;
    let used = visit.inner.desk.used_texts(&now).await?;
    Ok(Json(TemplatesShape::of(&now, &used, visit.may_act())))
}

/// Returns one template.
pub(crate) async fn one(visit: Visit, named: NamedTemplate) -> Result<Tagged, Problem> {
    Parameters::none(&visit)?;
    shown(&visit, named.0).await
}

async fn shown(visit: &Visit, id: TemplateId) -> Result<Tagged, Problem> {
    let now = visit.inner.desk.template(id).await?.ok_or_else(unknown)?;
    let all = visit.inner.desk.templates().await?;
    let used = all.used(now.template.message_type, None).map(|used| used.template.id);
    Ok((Tag(now.template.version), Json(TemplateShape::of(&now, used, true))))
}

fn unknown() -> Problem {
    Problem::of(Slug::NoTemplate)
}

/// Creates a template.
pub(crate) async fn create(visit: Visit, given: Given<TemplateBody>) -> Result<Tagged, Problem> {
    saved(&visit, None, given.body).await
}

/// Changes a template.
pub(crate) async fn change(
    visit: Visit,
    named: NamedTemplate,
    seen: Seen,
    given: Given<TemplateBody>,
) -> Result<Tagged, Problem> {
    saved(&visit, Some(SeenTemplate { id: named.0, version: seen.0 }), given.body).await
}

async fn saved(
    visit: &Visit,
    over: Option<SeenTemplate>,
    body: TemplateBody,
) -> Result<Tagged, Problem> {
    Parameters::none(visit)?;
    let TemplateBody { name, message_type, text, is_active, note } = body;
    let message_type = known(visit, &message_type)?;
    let mut edit =
        TemplateEdit::new(name, message_type, text).with_active(is_active).with_note(note);
    edit.over = over;
    let (inner, by) = (visit.inner.clone(), visit.actor());
    let wanted = edit.clone();
    let done = visit.inner.work.finish(async move { inner.desk.save_template(&edit, &by).await });
    match done.await? {
        Ok(saved) => shown(visit, saved.id).await,
        // The same call made twice changes the template once.
        Err(SaveTemplateError::Changed { theirs, .. }) if is_saved(&theirs, &wanted) => {
            shown(visit, theirs.id).await
        }
        Err(error) => Err(refused(&error)),
    }
}

/// Tells whether a stored template is already as the call wants it.
fn is_saved(stored: &StoredTemplate, wanted: &TemplateEdit) -> bool {
    stored.name == wanted.name.trim()
        && stored.message_type == wanted.message_type
        && stored.content == wanted.text
        && stored.is_active == wanted.is_active
}

/// A message type by its name.
fn known(visit: &Visit, name: &str) -> Result<MessageType, Problem> {
    let found = name.parse().ok().and_then(|name| visit.ports().types().get(name));
    found.ok_or_else(|| {
        let names: Vec<_> = visit.ports().types().iter().map(MessageType::as_str).collect();
        let why = format!("one of these is expected: {}", names.join(", "));
        let fault = Fault::at(&["messageType"], &*why);
        Problem::new(Slug::UnknownType, format!("messageType: {why}.")).with(fault)
    })
}

/// Switches a template on.
pub(crate) async fn activate(
    visit: Visit,
    named: NamedTemplate,
    seen: Seen,
    _: Given<NothingBody>,
) -> Result<Tagged, Problem> {
    switched(&visit, SeenTemplate { id: named.0, version: seen.0 }, true).await
}

/// Switches a template off.
pub(crate) async fn deactivate(
    visit: Visit,
    named: NamedTemplate,
    seen: Seen,
    _: Given<NothingBody>,
) -> Result<Tagged, Problem> {
    switched(&visit, SeenTemplate { id: named.0, version: seen.0 }, false).await
}

async fn switched(visit: &Visit, seen: SeenTemplate, on: bool) -> Result<Tagged, Problem> {
    Parameters::none(visit)?;
    let (inner, by) = (visit.inner.clone(), visit.actor());
    let done = async move { inner.desk.switch_template(seen, on, &by).await };
    match visit.inner.work.finish(done).await? {
        Ok(_) => {}
        // The same call made twice switches the template once.
        Err(SaveTemplateError::Changed { yours, theirs })
            if theirs.is_active == on
                && theirs.version == seen.version.saturating_add(1)
                && theirs.content == yours.text() => {}
        Err(error) => return Err(refused(&error)),
    }
    shown(visit, seen.id).await
}

/// Makes an earlier version the newest again.
pub(crate) async fn restore(
    visit: Visit,
    named: NamedTemplate,
    seen: Seen,
    given: Given<RestoreBody>,
) -> Result<Tagged, Problem> {
    Parameters::none(&visit)?;
    let (seen, to) = (SeenTemplate { id: named.0, version: seen.0 }, given.body.version);
    let (inner, by) = (visit.inner.clone(), visit.actor());
    let done = async move { inner.desk.roll_back_template(seen, to, &by).await };
    visit.inner.work.finish(done).await?.map_err(|error| match error {
        SaveTemplateError::Unknown => {
            unknown().with(Fault::at(&["version"], "is no version of this template"))
        }
        error => refused(&error),
    })?;
    shown(&visit, seen.id).await
}

/// Lists the versions of a template.
pub(crate) async fn versions(
    visit: Visit,
    named: NamedTemplate,
) -> Result<Json<VersionsShape>, Problem> {
    let mut parameters = Parameters::read(&visit.query, &["before", "limit"], &[])?;
    let before = parameters.number("before", 1, u32::MAX)?;
    let limit = parameters.number("limit", 1, VERSIONS_MAX)?.unwrap_or(VERSIONS);
    let page = visit.inner.desk.template_versions(named.0, before, limit).await?;
    if page.versions.is_empty() && page.broken.is_empty() && before.is_none() {
        return Err(unknown());
    }
    Ok(Json(VersionsShape::from(&page)))
}

/// Checks a text.
pub(crate) async fn check(
    visit: Visit,
    given: Given<CheckBody>,
) -> Result<Json<CheckShape>, Problem> {
    Parameters::none(&visit)?;
    let of = known(&visit, &given.body.message_type)?;
    let review = Template::review(of, &given.body.text);
    Ok(Json(CheckShape::of(&review, FINDINGS_MAX)))
}

/// Shows a text as customers will get it.
pub(crate) async fn preview(
    visit: Visit,
    given: Given<PreviewBody>,
) -> Result<Json<PreviewShape>, Problem> {
    Parameters::none(&visit)?;
    let PreviewBody { message_type, text, customer_id } = given.body;
    let of = known(&visit, &message_type)?;
    let preview = visit.inner.desk.preview_text(of, &text, customer_id.as_ref()).await;
    let preview = preview.map_err(|error| match error {
        TextPreviewError::Store(error) => error.into(),
        TextPreviewError::NoMessage => {
            let fault = Fault::at(&["customerId"], error.to_string());
            Problem::saying(Slug::Value, &error).with(fault)
        }
        error => {
            let fault = Fault::at(&["text"], error.to_string());
            Problem::saying(Slug::Text, &error).with(fault)
        }
    })?;
    Ok(Json(PreviewShape::from(&preview)))
}

/// The problem of a template that was not saved: the member, its fault, and a correction.
fn refused(error: &SaveTemplateError) -> Problem {
    use SaveTemplateError as Kind;
    let says = |slug, member: &str| {
        Problem::saying(slug, error).with(Fault::at(&[member], error.to_string()))
    };
    match error {
        Kind::Unknown => unknown(),
        Kind::TypeUnknown(_) => says(Slug::UnknownType, "messageType"),
        Kind::Invalid(InvalidTemplate::Text(errors)) => {
            let fault = |problem: &whatsapp_core::template::Problem| {
                Fault::at(&["text"], format!("{}: {}", problem.position, problem.kind))
            };
            let problems = errors.problems.iter().take(FINDINGS_MAX).map(fault);
            let count = errors.problems.len();
            let first = errors.problems.first().map(fault).map(|it| it.detail).unwrap_or_default();
            let more = if count > 1 { format!(", and {} more", count - 1) } else { String::new() };
            let detail = format!("text: {first}{more}.");
            problems.fold(Problem::new(Slug::Template, detail), Problem::with)
        }
        Kind::Invalid(InvalidTemplate::Note) => says(Slug::Value, "note"),
        Kind::Invalid(_) => says(Slug::Value, "name"),
        Kind::NameTaken => says(Slug::NameTaken, "name"),
        Kind::Changed { theirs, .. } => {
            Problem::new(Slug::TagPassed, format!("It is in version {} now.", theirs.version))
        }
        Kind::Store(error) => error.into(),
        _ => Problem::saying(Slug::NotPossible, error),
    }
}

//! The page on which a template is written.

use axum::response::Response;
use whatsapp_core::TemplateId;
use whatsapp_core::desk::TemplateNow;
use whatsapp_core::message::MessageType;
use whatsapp_core::port::StoredTemplate;
use whatsapp_core::template::TEMPLATE_NAME_MAX;

use super::examine::{Draft, customers, examined};
use super::{address, reach, switch, to_list};
use crate::oops::Oops;
use crate::page::done::flash;
use crate::page::eyes::{Eyes, Sight};
use crate::page::mark::mark;
use crate::page::{Nav, html, shell};
use crate::view::{Choice, Clash, Hidden, Link, TemplatePage};
use crate::visit::{NamedTemplate, Visit};

/// Reason for showing a form once more.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// Reason why it was not saved, in a sentence.
    pub(super) problem: String,
    /// Error of the name.
    pub(super) name_error: String,
    /// Error of the note.
    pub(super) note_error: String,
    /// The template that somebody else saved meanwhile.
    pub(super) clash: Option<Clash>,
}

impl Again {
    /// The first sentence, and the part of the page that it leads to.
    fn summary(&self) -> (String, &'static str) {
        let fields = [(&self.name_error, "name"), (&self.note_error, "note")];
        let wrong = fields.into_iter().find(|(error, _)| !error.is_empty());
        let (said, place) = wrong.unwrap_or((&self.problem, "found"));
        (said.clone(), place)
    }
}

/// Shows the form of a new template: with the text of another, with the built-in text of a type, or
/// with that of the first type.
pub(crate) async fn fresh(visit: Visit) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let draft = begun(&visit, &eyes).await?;
    html(&page(&visit, &draft, None, Again::default(), &eyes).await?)
}

async fn begun(visit: &Visit, eyes: &Eyes<'_>) -> Result<Draft, Oops> {
    let new = |message_type: MessageType, name: String, text: String| Draft {
        name,
        message_type,
        text,
        is_on: true,
        note: String::new(),
        over: None,
        with: None,
    };
    if let Some(from) = visit.parameter("from") {
        let id: TemplateId = from.parse().map_err(|_| Oops::NoTemplate)?;
        let now = visit.inner.desk.template(id).await?.ok_or(Oops::NoTemplate)?;
        let StoredTemplate { name, message_type, content, .. } = now.template;
        let of = eyes.types.get(message_type).unwrap_or_else(|| first(eyes));
        let name: String = eyes.t.copy_of(&name).chars().take(TEMPLATE_NAME_MAX).collect();
        return Ok(Draft { is_on: false, ..new(of, name, content) });
    }
    let of = match visit.parameter("type") {
        Some(name) => {
            let known = name.parse().ok().and_then(|name| eyes.types.get(name));
            known.ok_or_else(|| Oops::Bad(eyes.t.strange_type_what().to_owned()))?
        }
        None => first(eyes),
    };
    Ok(new(of, String::new(), of.built_in_text().to_owned()))
}

/// The type that is offered first.
pub(super) fn first(eyes: &Eyes<'_>) -> MessageType {
    eyes.types.iter().next().unwrap_or(MessageType::INVOICE)
}

/// Shows the form of a template that is there.
pub(crate) async fn edit(visit: Visit, named: NamedTemplate) -> Result<Response, Oops> {
    let now = visit.inner.desk.template(named.0).await?.ok_or(Oops::NoTemplate)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let template = &now.template;
    let of = eyes.types.get(template.message_type);
    let draft = Draft {
        name: template.name.clone(),
        message_type: of.unwrap_or_else(|| first(&eyes)),
        text: template.content.clone(),
        is_on: template.is_active,
        note: String::new(),
        over: Some((template.id, template.version)),
        with: None,
    };
    let problem = if of.is_none() { eyes.t.strange_type_what() } else { "" };
    let again = Again { problem: problem.to_owned(), ..Again::default() };
    html(&page(&visit, &draft, Some(&now), again, &eyes).await?)
}

/// The page with a form.
pub(super) async fn page<'a>(
    visit: &Visit,
    draft: &Draft,
    now: Option<&TemplateNow>,
    again: Again,
    eyes: &Eyes<'a>,
) -> Result<TemplatePage<'a>, Oops> {
    let t = eyes.t;
    let review = draft.review();
    let (e, bubbles) = examined(visit, draft, &review, eyes).await?;
    let template = now.map(|now| &now.template);
    let heading =
        template.map_or_else(|| t.new_template().to_owned(), |it| t.edit_template(&it.name));
    let mut s = shell(visit, heading.clone(), Nav::Templates);
    flash(&mut s, visit, eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), eyes);
    let acts = match template {
        Some(template) => {
            let all = visit.inner.desk.templates().await?;
            let used = all.used(template.message_type, None).map(|used| used.template.id);
            switch::links(template, used == Some(template.id), eyes)
        }
        None => Vec::new(),
    };
    let (problem, place) = again.summary();
    let of = draft.message_type;
    let types = eyes.types.iter().map(|one| Choice {
        value: one.as_str().to_owned(),
        label: one.label().to_owned(),
        on: one == of,
    });
    let seen =
        draft.over.map(|(_, version)| Hidden { name: "version", value: version.to_string() });
    Ok(TemplatePage {
        t,
        back: to_list(eyes),
        about: template.map_or_else(String::new, |it| {
            t.version_changed(it.version, &eyes.times().short(it.updated_at))
        }),
        acts,
        links: template.map(|it| links(it, eyes)).unwrap_or_default(),
        problem,
        place,
        clash: again.clash,
        action: template.map_or_else(|| "new".to_owned(), |it| it.id.to_string()),
        check: eyes.links.page("templates/check"),
        hiddens: seen.into_iter().collect(),
        name: draft.name.clone(),
        name_error: again.name_error,
        types: types.collect(),
        text: review.text,
        is_on: draft.is_on,
        note: draft.note.clone(),
        note_error: again.note_error,
        customers: customers(visit, draft, eyes).await?,
        reach: reach(of.name(), eyes).to_owned(),
        e,
        bubbles,
        heading,
        s,
    })
}

/// Links that lead on.
fn links(template: &StoredTemplate, eyes: &Eyes<'_>) -> Vec<Link> {
    let link = |href: String, label: &str| Link {
        href,
        label: label.to_owned(),
        outside: false,
        is_best: false,
    };
    let id = template.id.to_string();
    vec![
        link(eyes.links.page(format_args!("{}/versions", address(template))), eyes.t.versions()),
        link(eyes.links.query("templates/new", [("from", id.as_str())]), eyes.t.duplicate()),
    ]
}

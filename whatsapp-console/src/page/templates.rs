//! Templates: the list of them. The acts on a template are in the modules below.

mod difference;
mod editor;
mod examine;
mod restore;
mod save;
mod switch;
mod versions;

use axum::response::Response;
use whatsapp_core::desk::{TemplateFault, TemplateNow, TemplatesNow, UsedText};
use whatsapp_core::message::{MessageType, TypeName};
use whatsapp_core::port::StoredTemplate;

pub(crate) use difference::{difference, whole};
pub(crate) use editor::{edit, fresh};
pub(crate) use examine::{check, listed, mended, places};
pub(crate) use restore::{ask_restore, restore};
pub(crate) use save::{change, create};
pub(crate) use switch::{Switch, ask, switch};
pub(crate) use versions::show as versions;

use super::done::flash;
use super::eyes::{Eyes, Sight};
use super::mark::mark;
use super::{Nav, html, see_other, shell};
use crate::oops::Oops;
use crate::view::{Link, Pill, RowAct, TemplateGroup, TemplateLine, TemplatesPage};
use crate::visit::Visit;
use crate::words::sentence;

/// The page of a template, from the console's root.
fn address(template: &StoredTemplate) -> String {
    format!("templates/{}", template.id)
}

/// A link back to the list.
fn to_list(eyes: &Eyes<'_>) -> Link {
    let (href, label) = (eyes.links.page("templates"), eyes.t.templates().to_owned());
    Link { href, label, outside: false, is_best: false }
}

/// Says what the messages of a type that wait already will say.
fn reach<'a>(of: TypeName, eyes: &Eyes<'a>) -> &'a str {
    let is_again = eyes.types.get(of).is_some_and(MessageType::is_composed_again);
    if is_again { eyes.t.reach_again() } else { eyes.t.reach_fixed() }
}

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let t = eyes.t;
    let now = visit.inner.desk.templates().await?;
    let used = visit.inner.desk.used_texts(&now).await?;
    let mut groups: Vec<_> = used.iter().map(|used| group(used, &now, &eyes)).collect();
    groups.extend(strangers(&now, &eyes));
    let mut s = shell(&visit, t.templates(), Nav::Templates);
    flash(&mut s, &visit, &eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    let unreadable = now.broken.len() as u64;
    html(&TemplatesPage {
        t,
        new: if eyes.may_act { eyes.links.page("templates/new") } else { String::new() },
        hint: if unreadable > 0 { t.unreadable_templates(unreadable) } else { String::new() },
        groups,
        s,
    })
}

/// Leads to the list, from an address that takes only forms.
pub(crate) async fn again(visit: Visit) -> Result<Response, Oops> {
    see_other(&visit.links.page("templates"))
}

/// The templates of a type, the one that is used first.
fn group(used: &UsedText, now: &TemplatesNow, eyes: &Eyes<'_>) -> TemplateGroup {
    let name = used.message_type.name();
    let of_type = now.templates.iter().filter(|now| now.template.message_type == name);
    let is_used = |now: &TemplateNow| Some(now.template.id) == used.template;
    let since = used.since.map(|at| eyes.times().short(at)).unwrap_or_default();
    let (first, others): (Vec<_>, Vec<_>) = of_type.partition(|now| is_used(now));
    let mut lines: Vec<_> = first.iter().map(|now| line(now, Some(&since), eyes)).collect();
    if lines.is_empty() {
        lines.push(built_in(used.message_type, &since, eyes));
    }
    lines.extend(others.iter().map(|now| line(now, None, eyes)));
    let title = used.message_type.label().to_owned();
    TemplateGroup { title, what: String::new(), lines }
}

/// Templates of types that this program does not know.
fn strangers(now: &TemplatesNow, eyes: &Eyes<'_>) -> Vec<TemplateGroup> {
    let mut groups: Vec<(TypeName, TemplateGroup)> = Vec::new();
    for template in &now.templates {
        let of = template.template.message_type;
        if eyes.types.get(of).is_some() {
            continue;
        }
        let line = line(template, None, eyes);
        if let Some((_, group)) = groups.iter_mut().find(|(name, _)| *name == of) {
            group.lines.push(line);
        } else {
            let title = eyes.t.strange_type(of.as_str());
            let what = eyes.t.strange_type_what().to_owned();
            groups.push((of, TemplateGroup { title, what, lines: vec![line] }));
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// A line for a template; `used` has the time since when messages are made with it, where they are.
fn line(now: &TemplateNow, used: Option<&str>, eyes: &Eyes<'_>) -> TemplateLine {
    let (t, template) = (eyes.t, &now.template);
    let (pill, why) = match (&now.broken, used) {
        (Some(fault), _) if template.is_active => {
            // The reason names words of the text, which are for managers.
            let fault = eyes.may_act.then(|| sentence(&told(fault)));
            let why = t.template_broken_what(&fault.unwrap_or_default());
            (pill("bad", "x", t.template_broken()), why)
        }
        (_, Some(since)) => (pill("ok", "ok", t.template_used()), t.used_since(since)),
        _ if template.is_active => {
            (pill("info", "ok", t.template_on()), t.template_on_what().to_owned())
        }
        _ => (pill("idle", "minus", t.template_off()), t.template_off_what().to_owned()),
    };
    let copy = RowAct {
        href: eyes.links.query("templates/new", [("from", template.id.to_string().as_str())]),
        label: t.duplicate().to_owned(),
        full: t.button_of(t.duplicate(), &template.name),
    };
    TemplateLine {
        name: template.name.clone(),
        href: if eyes.may_act { eyes.links.page(address(template)) } else { String::new() },
        changed: t.version_changed(template.version, &eyes.times().short(template.updated_at)),
        pill,
        why,
        acts: switch::links(template, used.is_some(), eyes),
        links: if eyes.may_act { vec![copy] } else { Vec::new() },
    }
}

/// A line for the text that is built into the program.
fn built_in(of: MessageType, since: &str, eyes: &Eyes<'_>) -> TemplateLine {
    let t = eyes.t;
    let why =
        if since.is_empty() { t.built_in_always().to_owned() } else { t.built_in_since(since) };
    let own = RowAct {
        href: eyes.links.query("templates/new", [("type", of.as_str())]),
        label: t.write_own().to_owned(),
        full: t.button_of(t.write_own(), of.label()),
    };
    TemplateLine {
        name: t.built_in_text().to_owned(),
        href: String::new(),
        changed: String::new(),
        pill: pill("ok", "ok", t.template_used()),
        why,
        acts: Vec::new(),
        links: if eyes.may_act { vec![own] } else { Vec::new() },
    }
}

/// Reason why a template cannot be used, in short: its page lists all that is wrong.
fn told(fault: &TemplateFault) -> String {
    match fault {
        TemplateFault::Text(errors) => errors.brief(),
        other => other.to_string(),
    }
}

fn pill(tone: &'static str, icon: &'static str, word: &str) -> Pill {
    Pill { tone, icon, word: word.to_owned() }
}

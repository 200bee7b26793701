//! The versions of a template: who saved each, when, and what changed.

use axum::response::Response;
use whatsapp_core::desk::TemplateNow;
use whatsapp_core::port::TemplateVersion;

use super::difference::{difference, whole};
use super::{Link, address, reach};
use crate::oops::Oops;
use crate::page::done::flash;
use crate::page::eyes::{Eyes, Sight};
use crate::page::mark::mark;
use crate::page::{Nav, html, shell};
use crate::view::{RowAct, VersionLine, VersionsPage};
use crate::visit::{NamedTemplate, Visit};

/// Number of versions on a page.
const ROWS: u32 = 10;

/// Shows the versions, the newest first.
pub(crate) async fn show(visit: Visit, named: NamedTemplate) -> Result<Response, Oops> {
    let before = match visit.parameter("before") {
        Some(before) => {
            let bad = |_| Oops::Bad(visit.texts().unknown_parameter("before"));
            Some(before.parse::<u32>().map_err(bad)?)
        }
        None => None,
    };
    let now = visit.inner.desk.template(named.0).await?.ok_or(Oops::NoTemplate)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let t = eyes.t;
    // One more than is shown: each version is compared with the one before it.
    let page = visit.inner.desk.template_versions(named.0, before, ROWS + 1).await?;
    let shown = page.versions.iter().take(ROWS as usize);
    let is_more = page.versions.len() > ROWS as usize;
    let last = page.versions.get(ROWS as usize - 1).filter(|_| is_more);
    let next = last.map(|last| last.version).or(page.next);
    let lines =
        shown.enumerate().map(|(no, one)| line(one, page.versions.get(no + 1), &now, &eyes));
    let heading = t.versions_of(&now.template.name);
    let mut s = shell(&visit, heading.clone(), Nav::Templates);
    flash(&mut s, &visit, &eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    let own = format!("{}/versions", address(&now.template));
    let broken = page.broken.len() as u64;
    html(&VersionsPage {
        t,
        back: Link {
            href: eyes.links.page(address(&now.template)),
            label: now.template.name.clone(),
            outside: false,
            is_best: false,
        },
        heading,
        hint: if broken > 0 { t.unreadable_templates(broken) } else { String::new() },
        versions: lines.collect(),
        reach: reach(now.template.message_type, &eyes).to_owned(),
        first: if before.is_some() { eyes.links.page(&own) } else { String::new() },
        older: next.map_or_else(String::new, |next| {
            eyes.links.query(&own, [("before", next.to_string().as_str())])
        }),
        s,
    })
}

fn line(
    one: &TemplateVersion,
    before: Option<&TemplateVersion>,
    now: &TemplateNow,
    eyes: &Eyes<'_>,
) -> VersionLine {
    let t = eyes.t;
    let is_now = one.version == now.template.version;
    let mut changes = Vec::new();
    if let Some(before) = before {
        if before.name != one.name {
            changes.push(t.renamed(&before.name, &one.name));
        }
        if before.message_type != one.message_type {
            changes.push(t.retyped(&eyes.kind(before.message_type), &eyes.kind(one.message_type)));
        }
        if before.is_active != one.is_active {
            let said = if one.is_active { t.switched_on() } else { t.switched_off_then() };
            changes.push(said.to_owned());
        }
        if changes.is_empty() && before.content == one.content {
            changes.push(t.same_text().to_owned());
        }
    }
    let parts = match before {
        Some(before) => difference(&before.content, &one.content),
        None => whole(&one.content),
    };
    let stands = &now.template;
    let is_same = stands.name == one.name
        && stands.content == one.content
        && stands.message_type == one.message_type;
    let path = format!("{}/versions/{}/restore", address(stands), one.version);
    let restore = (eyes.may_act && !is_now && !is_same).then(|| RowAct {
        href: eyes.links.page(path),
        label: t.restore_asks().to_owned(),
        full: t.button_of(t.restore_asks(), &t.version(one.version)),
    });
    VersionLine {
        id: format!("v-{}", one.version),
        title: t.version(one.version),
        by: t.version_by(&eyes.who(&one.by), &eyes.times().short(one.at)),
        is_now,
        note: one.note.as_deref().map(|note| t.noted(note)).unwrap_or_default(),
        changes,
        parts,
        restore,
    }
}

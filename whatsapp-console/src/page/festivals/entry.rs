//! The page of an entry: its facts, its state and what it still needs, the message, the recipients,
//! and who did what.

use axum::response::Response;
use whatsapp_core::audit::AuditTarget;
use whatsapp_core::campaign::{Campaign, CampaignState, RecipientCounts};

use super::{act, address, campaigns, counts, found_entry, people, said, to_list, told};
use crate::links::festivals::read_people;
use crate::oops::Oops;
use crate::page::bubble::previewed;
use crate::page::done::{by_hand_on, flash};
use crate::page::eyes::{Eyes, Sight};
use crate::page::mark::mark;
use crate::page::{Nav, html, refused, shell};
use crate::view::{EntryPage, Fact, Link, Told};
use crate::visit::{NamedFestival, Visit};

/// Number of acts that its history shows.
const HISTORY: u32 = 50;

/// Shows the page.
pub(crate) async fn show(visit: Visit, named: NamedFestival) -> Result<Response, Oops> {
    let people = read_people(&visit.query, named.0, &visit.inner.secret)
        .map_err(|bad| refused(&bad, &visit))?;
    let campaign = found_entry(&visit, named.0).await?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let t = eyes.t;
    let counts = counts(&visit, named.0).await?;
    let people = people::section(&visit, &campaign, counts, &people, &eyes).await?;
    let mut s = shell(&visit, campaign.plan.name.clone(), Nav::Festivals);
    flash(&mut s, &visit, &eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    let (bubbles, notes) = shown(&visit, &campaign, &eyes).await?;
    let is_frozen = campaign.frozen.is_some();
    html(&EntryPage {
        t,
        back: to_list(&eyes),
        heading: campaign.plan.name.clone(),
        pill: told::pill(campaign.state),
        lead: told::when(&campaign.plan, &eyes),
        tone: tone(&campaign, &eyes),
        standing: told::standing(&campaign, is_frozen.then_some(counts), &eyes),
        acts: act::buttons(&campaign, &eyes),
        goes_on: act::goes_on(&campaign, &eyes),
        links: links(&campaign, &eyes),
        others: act::others(&campaign, &eyes),
        facts: facts(&visit, &campaign, counts, &eyes).await?,
        may_act: eyes.may_act,
        bubbles,
        notes,
        people,
        history: history(&visit, &campaign, &eyes).await?,
        s,
    })
}

/// Tone of the entry's state.
fn tone(campaign: &Campaign, eyes: &Eyes<'_>) -> &'static str {
    let must_confirm = campaign.state.is_open() && act::must_confirm(campaign, eyes);
    if must_confirm { "warn" } else { told::pill(campaign.state).tone }
}

/// Links to the pages that lead on.
fn links(campaign: &Campaign, eyes: &Eyes<'_>) -> Vec<Link> {
    if !eyes.may_act {
        return Vec::new();
    }
    let link = |href: String, label: &str| Link {
        href,
        label: label.to_owned(),
        outside: false,
        is_best: false,
    };
    let id = campaign.id.to_string();
    let mut all = Vec::new();
    if campaign.state == CampaignState::Draft {
        let edit = format!("{}/edit", address(campaign.id));
        all.push(link(eyes.links.page(edit), eyes.t.edit_festival()));
    }
    let again = eyes.links.query("festivals/new", [("from", id.as_str())]);
    all.push(link(again, eyes.t.duplicate()));
    all
}

/// The facts of the entry.
async fn facts(
    visit: &Visit,
    campaign: &Campaign,
    counts: RecipientCounts,
    eyes: &Eyes<'_>,
) -> Result<Vec<Fact>, Oops> {
    let (t, plan) = (eyes.t, &campaign.plan);
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value, ..Fact::default() };
    let of = plan.kind.message_type();
    let mut facts = vec![
        fact(t.type_of_message(), plan.kind.label().to_owned()),
        fact(t.festival_audience(), told::audience(&plan.audience, eyes)),
        fact(t.template_text(), text_of(visit, campaign, eyes).await?),
    ];
    if campaign.entered != plan.date {
        facts.push(fact(t.date_entered(), t.weekday(campaign.entered)));
    }
    if let Some(on) = campaign.confirmed_on {
        facts.push(fact(t.date_confirmed_on(), t.weekday(on)));
    }
    if counts.all() > 0 && campaign.frozen.is_some() {
        let key = format!("{}:campaign:{}:", of.as_str(), campaign.id);
        let href = eyes.links.query("messages", [("key", key.as_str())]);
        let value = t.its_messages().to_owned();
        facts.push(Fact { href, ..fact(t.messages(), value) });
    }
    Ok(facts)
}

/// Name of the text's source.
async fn text_of(visit: &Visit, campaign: &Campaign, eyes: &Eyes<'_>) -> Result<String, Oops> {
    let (t, plan) = (eyes.t, &campaign.plan);
    let frozen = campaign.frozen.as_ref().and_then(|frozen| frozen.template);
    let name = async |id| {
        let found = visit.inner.desk.template(id).await?;
        Ok::<_, Oops>(found.map(|now| now.template.name))
    };
    Ok(match (plan.own_text(), frozen, plan.template) {
        (Some(_), _, _) => t.text_of_its_own().to_owned(),
        (None, Some((id, version)), _) => match name(id).await? {
            Some(name) => t.text_of_version(&name, version),
            None => t.old_template().to_owned(),
        },
        (None, None, Some(id)) => match name(id).await? {
            Some(name) => name,
            None => t.old_template().to_owned(),
        },
        (None, None, None) if campaign.frozen.is_some() => t.built_in_text().to_owned(),
        (None, None, None) => t.template_of_the_day().to_owned(),
    })
}

/// The message as customers get it, for visitors who may see texts.
async fn shown(
    visit: &Visit,
    campaign: &Campaign,
    eyes: &Eyes<'_>,
) -> Result<(Vec<crate::view::Bubble>, Vec<String>), Oops> {
    if !eyes.may_act {
        return Ok((Vec::new(), Vec::new()));
    }
    match campaigns(visit)?.preview(campaign).await {
        Ok(preview) => {
            let of = campaign.plan.kind.message_type();
            let (bubbles, unsure) = previewed(&preview, of.file(), eyes);
            let mut notes = vec![eyes.t.name_is_sample().to_owned()];
            notes.extend((!unsure.is_empty()).then_some(unsure));
            Ok((bubbles, notes))
        }
        Err(error) => Ok((Vec::new(), vec![said(error)?])),
    }
}

/// The acts on the entry, the oldest first, for managers.
async fn history(visit: &Visit, campaign: &Campaign, eyes: &Eyes<'_>) -> Result<Vec<Told>, Oops> {
    if !eyes.may_act {
        return Ok(Vec::new());
    }
    let entries = by_hand_on(visit, AuditTarget::Campaign(campaign.id), HISTORY).await?;
    let (t, times) = (eyes.t, eyes.times());
    let told = |entry: &whatsapp_core::audit::AuditEntry| Told {
        tone: "",
        iso: times.iso(entry.at),
        when: times.exact(entry.at),
        text: t.did(entry.act, &eyes.who(&entry.by), &t.the_campaign(&campaign.plan.name)),
        more: String::new(),
    };
    Ok(entries.iter().rev().map(told).collect())
}

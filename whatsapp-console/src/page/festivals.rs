//! Festivals: the list of greetings and announcements, and the suggestions. The acts on an entry
//! are in the modules below.

pub(crate) mod act;
mod arm;
mod confirm;
mod copy;
mod draft;
mod editor;
mod entry;
mod examine;
mod import;
mod people;
mod save;
mod suggest;
pub(crate) mod told;
mod trial;

use axum::response::Response;
use chrono::NaiveDate;
use whatsapp_core::campaign::{Campaign, CampaignState, RecipientCounts};
use whatsapp_core::campaigns::{CampaignError, Campaigns};
use whatsapp_core::messenger::{ComposeError, ManageError};
use whatsapp_core::port::CampaignCursor;
use whatsapp_core::{CampaignId, SettingsUnread};

pub(crate) use arm::{arm, ask as ask_arm};
pub(crate) use confirm::{ask as ask_confirm, confirm};
pub(crate) use copy::{ask as ask_copy, copy};
pub(crate) use editor::{edit, fresh};
pub(crate) use entry::show as one;
pub(crate) use examine::check;
pub(crate) use import::{ask as ask_import, import};
pub(crate) use people::page as people_page;
pub(crate) use save::{change, create};
pub(crate) use suggest::{found, take};
pub(crate) use trial::{ask as ask_trial, send as send_trial};

use super::done::flash;
use super::eyes::{Eyes, Sight};
use super::mark::mark;
use super::{Nav, html, see_other, shell};
use crate::links::festivals;
use crate::oops::Oops;
use crate::view::{FestivalGroup, FestivalLine, FestivalsPage, Link};
use crate::visit::Visit;
use crate::words::sentence;

/// Number of entries on a page that are over.
const ROWS: usize = 20;

/// Entries that are read at once, and the most reads until all that are not over are read.
const READ: u32 = 100;
const READS: usize = 10;

/// The page of an entry, from the console's root.
fn address(id: CampaignId) -> String {
    format!("festivals/{id}")
}

/// A link back to the list.
fn to_list(eyes: &Eyes<'_>) -> Link {
    let (href, label) = (eyes.links.page("festivals"), eyes.t.festivals().to_owned());
    Link { href, label, outside: false, is_best: false }
}

/// The campaigns; there is no such page where the host keeps none.
pub(crate) fn campaigns(visit: &Visit) -> Result<&Campaigns, Oops> {
    visit.inner.campaigns.as_ref().ok_or(Oops::NoPage)
}

/// Says a refusal in a sentence, where a person can do something about it. Any other error is a
/// page of its own.
fn said(error: CampaignError) -> Result<String, Oops> {
    match error {
        CampaignError::Unknown => Err(Oops::NoFestival),
        CampaignError::Store(error) | CampaignError::Manage(ManageError::Store(error)) => {
            Err(error.into())
        }
        CampaignError::Directory(error) => Err(error.into()),
        CampaignError::Settings(error) => Err(SettingsUnread::Broken(error).into()),
        // The template's page lists all that is wrong.
        CampaignError::Compose(ComposeError::TemplateBroken(errors)) => {
            Ok(sentence(&errors.brief()))
        }
        error => Ok(sentence(&error.to_string())),
    }
}

/// An entry by its id.
async fn found_entry(visit: &Visit, id: CampaignId) -> Result<Campaign, Oops> {
    match campaigns(visit)?.campaign(id).await {
        Ok(campaign) => Ok(campaign),
        Err(error) => Err(said(error).err().unwrap_or(Oops::NoFestival)),
    }
}

/// Number of recipients of an entry in each state.
async fn counts(visit: &Visit, id: CampaignId) -> Result<RecipientCounts, Oops> {
    let counts = campaigns(visit)?.counts(id).await;
    counts.map_err(|error| said(error).err().unwrap_or(Oops::NoFestival))
}

/// Reads entries after a place, the latest dates first.
async fn read(
    visit: &Visit,
    after: Option<CampaignCursor>,
    limit: u32,
) -> Result<Vec<Campaign>, Oops> {
    let read = campaigns(visit)?.list(after, limit).await;
    read.map_err(|error| said(error).err().unwrap_or(Oops::NoFestival))
}

/// Returns true if somebody may still do something for an entry on its day, or must.
fn is_ahead(campaign: &Campaign, today: NaiveDate) -> bool {
    let is_draft = campaign.state == CampaignState::Draft;
    campaign.state.is_open() || is_draft && campaign.plan.date >= today
}

/// Sorts entries: those that are ahead, the next one first; some that are over; and whether there
/// are more of these.
async fn sorted(
    visit: &Visit,
    after: Option<CampaignCursor>,
    today: NaiveDate,
) -> Result<(Vec<Campaign>, Vec<Campaign>, bool), Oops> {
    let (mut ahead, mut over, mut place) = (Vec::new(), Vec::new(), after);
    for _ in 0..READS {
        let page = read(visit, place, READ).await?;
        place = page.last().map(CampaignCursor::of);
        let is_last = page.len() < READ as usize;
        let are_past = page.last().is_none_or(|last| last.plan.date < today);
        for campaign in page {
            let is_first_page = after.is_none();
            let to =
                if is_first_page && is_ahead(&campaign, today) { &mut ahead } else { &mut over };
            to.push(campaign);
        }
        if is_last || are_past && over.len() > ROWS {
            break;
        }
    }
    ahead.reverse();
    let is_more = over.len() > ROWS;
    over.truncate(ROWS);
    Ok((ahead, over, is_more))
}

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    campaigns(&visit)?;
    let asked = festivals::read(&visit.query).map_err(|bad| super::refused(&bad, &visit))?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let t = eyes.t;
    let today = eyes.times().today();
    let (ahead, over, is_more) = sorted(&visit, asked.after, today).await?;
    let older = over.last().filter(|_| is_more).map(|last| {
        let after = festivals::written(CampaignCursor::of(last));
        eyes.links.query("festivals", [("after", after.as_str())])
    });
    let suggested = match asked.after {
        None => Some(suggest::section(&visit, asked.place, &ahead, &eyes)),
        Some(_) => None,
    };
    let mut groups = Vec::new();
    for (title, all) in [(t.festivals_ahead(), ahead), (t.festivals_over(), over)] {
        let mut lines = Vec::new();
        for campaign in &all {
            lines.push(line(&visit, campaign, &eyes).await?);
        }
        if !lines.is_empty() {
            groups.push(FestivalGroup { title: title.to_owned(), lines });
        }
    }
    let link = |path: &str, label: &str, is_best| Link {
        href: eyes.links.page(path),
        label: label.to_owned(),
        outside: false,
        is_best,
    };
    let links = [
        link("festivals/import", t.import_dates(), false),
        link("festivals/new", t.new_festival(), true),
    ];
    let mut s = shell(&visit, t.festivals(), Nav::Festivals);
    flash(&mut s, &visit, &eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    html(&FestivalsPage {
        t,
        links: if eyes.may_act { links.into() } else { Vec::new() },
        groups,
        suggested,
        older: older.unwrap_or_default(),
        first: asked.after.map(|_| eyes.links.page("festivals")).unwrap_or_default(),
        s,
    })
}

async fn line(visit: &Visit, campaign: &Campaign, eyes: &Eyes<'_>) -> Result<FestivalLine, Oops> {
    let counts = match campaign.state {
        CampaignState::Running | CampaignState::Paused => Some(counts(visit, campaign.id).await?),
        _ => None,
    };
    Ok(FestivalLine {
        name: campaign.plan.name.clone(),
        href: eyes.links.page(address(campaign.id)),
        when: told::when(&campaign.plan, eyes),
        pill: told::pill(campaign.state),
        why: told::standing(campaign, counts, eyes),
        audience: told::audience(&campaign.plan.audience, eyes),
        acts: act::buttons(campaign, eyes),
    })
}

/// Leads to the list, from an address that takes only forms.
pub(crate) async fn again(visit: Visit) -> Result<Response, Oops> {
    see_other(&visit.links.page("festivals"))
}

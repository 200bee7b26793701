//! The form of an entry: it is saved, checked, filled with the template's text, or mended in
//! one place.
//!
//! The form says which revision it began from. If somebody else saved meanwhile, both texts
//! are shown.

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::CampaignId;
use whatsapp_core::audit::{Act as Audited, AuditTarget};
use whatsapp_core::campaign::Campaign;
use whatsapp_core::campaigns::CampaignError;

use super::act::leave_as_it_is;
use super::draft::{Draft, Wrong};
use super::editor::{Again, page};
use super::examine::review;
use super::{address, campaigns, found_entry, said, told};
use crate::oops::Oops;
use crate::page::done::{Done, FestivalDone, latest};
use crate::page::eyes::{Eyes, Sight};
use crate::page::html;
use crate::page::templates::{difference, mended, whole};
use crate::typed::Typed;
use crate::view::{Clash, Fact};
use crate::visit::{NamedFestival, Visit};

/// Takes the form of a new entry.
pub(crate) async fn create(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    taken(visit, None, typed).await
}

/// Takes the form of an entry that is there.
pub(crate) async fn change(
    visit: Visit,
    named: NamedFestival,
    typed: Typed,
) -> Result<Response, Oops> {
    found_entry(&visit, named.0).await?;
    taken(visit, Some(named.0), typed).await
}

async fn taken(visit: Visit, id: Option<CampaignId>, typed: Typed) -> Result<Response, Oops> {
    campaigns(&visit)?;
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let mut draft = Draft::read(&typed, id).ok_or_else(ours)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let (button, deed) = (typed.get("mend"), typed.get("do"));
    if button.is_empty() && deed.is_empty() {
        return saved(&visit, draft, &eyes).await;
    }
    if let Some(review) = review(&draft).filter(|_| !button.is_empty()) {
        draft.text = mended(&review, button);
    }
    if deed == "fill" {
        let plan = draft.sketch(eyes.times().today()).with_words("");
        let sketch = Campaign::new(CampaignId::from_bytes([0; 16]), plan, visit.now);
        match campaigns(&visit)?.planned_text(&sketch).await {
            Ok(text) => text.text.as_str().clone_into(&mut draft.text),
            Err(error) => _ = said(error)?,
        }
    }
    html(&page(&visit, &draft, Again::default(), &eyes).await?)
}

async fn saved(visit: &Visit, mut draft: Draft, eyes: &Eyes<'_>) -> Result<Response, Oops> {
    let problems = review(&draft)
        .map_or(0, |review| review.findings.iter().filter(|it| it.is_problem()).count());
    let plan = match draft.plan(visit).await {
        Ok(plan) if problems == 0 => plan,
        planned => {
            let wrong = planned.err().unwrap_or_default();
            let again =
                Again { problem: not_saved(problems, &wrong, eyes), wrong, ..Again::default() };
            return once_more(visit, &draft, again, eyes).await;
        }
    };
    let (campaigns, by, wanted) = (campaigns(visit)?.clone(), visit.actor(), plan.clone());
    let (over, once) = (draft.over, draft.once);
    let done = visit.inner.work.finish(async move {
        match (over, once) {
            (Some((id, revision)), _) => campaigns.edit(id, revision, wanted, &by).await,
            (None, Some(once)) => campaigns.create_as(once, wanted, &by).await,
            (None, None) => campaigns.create(wanted, &by).await,
        }
    });
    let again = match done.await? {
        Ok(campaign) => return leave(visit, campaign.id),
        Err(CampaignError::Forbidden(_)) => {
            let id = over.map(|(id, _)| id).ok_or(Oops::NoFestival)?;
            let (done, act) = (FestivalDone::Changed, Audited::CampaignSaved);
            return leave_as_it_is(visit, NamedFestival(id), done, act).await;
        }
        Err(CampaignError::Changed) => {
            let id = over.map(|(id, _)| id).or(once).ok_or(Oops::NoFestival)?;
            let theirs = found_entry(visit, id).await?;
            if theirs.plan == plan {
                return leave(visit, id);
            }
            (draft.over, draft.once) = (Some((id, theirs.revision)), None);
            Again { clash: Some(clash(visit, &theirs, &draft, eyes).await?), ..Again::default() }
        }
        Err(error) => Again { problem: said(error)?, ..Again::default() },
    };
    once_more(visit, &draft, again, eyes).await
}

/// The first sentence: the one thing that is wrong, or the number of such things.
fn not_saved(problems: usize, wrong: &[Wrong], eyes: &Eyes<'_>) -> String {
    match (problems, wrong) {
        (0, [only]) => only.text.clone(),
        _ => eyes.t.not_saved((problems + wrong.len()) as u64),
    }
}

/// Shows the form once more, with the reason why it was not saved.
async fn once_more(
    visit: &Visit,
    draft: &Draft,
    again: Again,
    eyes: &Eyes<'_>,
) -> Result<Response, Oops> {
    let is_clash = again.clash.is_some();
    let mut response = html(&page(visit, draft, again, eyes).await?)?;
    *response.status_mut() =
        if is_clash { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(response)
}

fn leave(visit: &Visit, id: CampaignId) -> Result<Response, Oops> {
    let of = AuditTarget::Campaign(id);
    Done::Festival(FestivalDone::Saved).lead(&address(id), Some(&of), visit)
}

/// The entry that somebody else saved meanwhile, beside this form's.
async fn clash(
    visit: &Visit,
    theirs: &Campaign,
    draft: &Draft,
    eyes: &Eyes<'_>,
) -> Result<Clash, Oops> {
    let (t, plan) = (eyes.t, &theirs.plan);
    let newest = latest(visit, AuditTarget::Campaign(theirs.id)).await?;
    let by = newest.as_ref().map_or_else(|| t.somebody().to_owned(), |it| eyes.who(&it.by));
    let at = newest.map_or(visit.now, |it| it.at);
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value, ..Fact::default() };
    let parts = difference(plan.words.as_str(), &draft.text);
    Ok(Clash {
        title: t.festival_clash(&by, &eyes.times().short(at)),
        facts: vec![
            fact(t.template_name(), plan.name.clone()),
            fact(t.festival_date(), told::when(plan, eyes)),
            fact(t.festival_audience(), told::audience(&plan.audience, eyes)),
        ],
        parts: if parts.is_empty() { whole(plan.words.as_str()) } else { parts },
        theirs: eyes.links.page(format_args!("{}/edit", address(theirs.id))),
    })
}

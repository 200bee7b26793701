//! Check of an entry that is being written: what is wrong with its text, its preview, and the time
//! it would begin.

use axum::response::Response;
use chrono::Datelike as _;
use whatsapp_core::CampaignId;
use whatsapp_core::campaign::{Campaign, CampaignKind, CampaignPlan};
use whatsapp_core::festival::{Festival, Place};
use whatsapp_core::template::{Review, TEXT_MAX_UTF16, Template};

use super::draft::Draft;
use super::{campaigns, said};
use crate::links::query::read_day;
use crate::oops::Oops;
use crate::page::bubble::previewed;
use crate::page::eyes::{Eyes, Sight};
use crate::page::html;
use crate::page::templates::{listed, places};
use crate::typed::Typed;
use crate::view::{Bubble, CheckPart, Examined};
use crate::visit::Visit;

/// The parts of the page that follow from the form's fields, for a script that asks while
/// somebody types.
pub(crate) async fn check(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    campaigns(&visit)?;
    // The form of an entry that is there has its revision; the form of a new one has its id.
    let id = (!typed.get("revision").is_empty()).then(|| CampaignId::from_bytes([0; 16]));
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let draft = Draft::read(&typed, id).ok_or_else(ours)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let (e, bubbles) = examined(&visit, &draft, &eyes).await?;
    html(&CheckPart { t: eyes.t, e, bubbles })
}

/// Reviews the entry's own text; `None` where it has none.
pub(super) fn review(draft: &Draft) -> Option<Review> {
    let is_own = draft.kind == CampaignKind::Festival && !draft.text.trim().is_empty();
    is_own.then(|| Template::review(draft.kind.message_type(), &draft.text))
}

/// Checks an entry: the findings, and the preview.
pub(super) async fn examined(
    visit: &Visit,
    draft: &Draft,
    eyes: &Eyes<'_>,
) -> Result<(Examined, Vec<Bubble>), Oops> {
    let (t, campaigns) = (eyes.t, campaigns(visit)?);
    let of = draft.kind.message_type();
    let plan = draft.sketch(eyes.times().today());
    let used = begins(visit, draft, &plan, eyes).await?;
    let campaign = Campaign::new(CampaignId::from_bytes([0; 16]), plan, visit.now);
    let (mut notes, mut bubbles, mut units, mut filled) = (Vec::new(), Vec::new(), 0, 0);
    let mut is_of_template = false;
    match campaigns.preview(&campaign).await {
        Ok(preview) => {
            let (shown, unsure) = previewed(&preview, of.file(), eyes);
            bubbles = shown;
            filled = preview.units;
            notes.push(t.name_is_sample().to_owned());
            notes.extend((!unsure.is_empty()).then_some(unsure));
        }
        Err(error) => notes.push(said(error)?),
    }
    if let Ok(planned) = campaigns.planned_text(&campaign).await {
        units = planned.text.as_str().encode_utf16().count();
        is_of_template = planned.is_template;
        notes.extend(planned.is_template.then(|| t.text_of_template().to_owned()));
    }
    let own = review(draft);
    let listed = own.as_ref().map(|review| listed(review, eyes));
    let (sum, problems, hints, more) = match listed {
        Some(it) => (it.sum, it.problems, it.hints, it.more),
        None => (t.findings_sum(0, 0), Vec::new(), Vec::new(), String::new()),
    };
    let length = t.length(units as u64, filled as u64, TEXT_MAX_UTF16 as u64, None);
    let examined = Examined {
        // News are no text with values: they are a value of one.
        places: if draft.kind == CampaignKind::Festival { places(of, eyes) } else { Vec::new() },
        length: if is_of_template { t.length_of_template(&length) } else { length },
        sum,
        problems,
        hints,
        more,
        used,
        notes,
        message: String::new(),
    };
    Ok((examined, bubbles))
}

/// Says when the entry would begin, or why it could not. Adds the festival's own day, where that is
/// another one.
async fn begins(
    visit: &Visit,
    draft: &Draft,
    plan: &CampaignPlan,
    eyes: &Eyes<'_>,
) -> Result<String, Oops> {
    let t = eyes.t;
    if read_day(&draft.date).is_none() {
        return Ok(t.date_is_missing().to_owned());
    }
    // A missing name or text is told beside its own field.
    let whole = t.festivals();
    let mut dated = plan.clone().with_words(whole);
    whole.clone_into(&mut dated.name);
    let begins = match campaigns(visit)?.begins(&dated).await {
        Ok(at) => t.would_begin(&eyes.times().full(at)),
        Err(error) => said(error)?,
    };
    Ok([Some(begins), other_day(visit, plan, eyes)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" "))
}

/// The days of the festival with the entry's name, where the entry's date is none of them.
fn other_day(visit: &Visit, plan: &CampaignPlan, eyes: &Eyes<'_>) -> Option<String> {
    let place = visit.inner.places.first().copied().unwrap_or(Place::INDIA);
    let known: Vec<_> = Festival::named(&plan.name)
        .into_iter()
        .filter_map(|festival| festival.dates_in(plan.date.year(), place).ok())
        .flatten()
        .collect();
    if known.is_empty() || known.iter().any(|one| one.date == plan.date) {
        return None;
    }
    let days: Vec<_> = known.iter().map(|one| eyes.t.weekday(one.date)).collect();
    let festival = known.first().map(|one| one.festival.label()).unwrap_or_default();
    Some(eyes.t.festival_is_on(festival, place.name(), &days.join(" / ")))
}

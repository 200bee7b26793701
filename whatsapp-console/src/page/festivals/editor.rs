//! The page on which an entry is written.

use axum::response::Response;
use chrono::Days;
use whatsapp_core::campaign::{CampaignPlan, CampaignState};
use whatsapp_core::{CampaignId, TemplateId};

use super::draft::{Draft, Wrong, kinds};
use super::examine::examined;
use super::{address, campaigns, found_entry, to_list};
use crate::oops::Oops;
use crate::page::done::{Done, FestivalDone, flash};
use crate::page::eyes::{Eyes, Sight};
use crate::page::mark::mark;
use crate::page::{Nav, html, shell};
use crate::view::{Choice, Clash, FestivalPage, Hidden, Link};
use crate::visit::{NamedFestival, Visit};

/// Reason for showing a form once more.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// Reason why it was not saved, in a sentence.
    pub(super) problem: String,
    /// The fields that are wrong.
    pub(super) wrong: Vec<Wrong>,
    /// The entry that somebody else saved meanwhile.
    pub(super) clash: Option<Clash>,
}

impl Again {
    /// The part of the page that the sentence leads to: the first field that is wrong, or
    /// the findings.
    fn place(&self) -> &'static str {
        let fields = ["name", "date", "time", "text", "customers"];
        let is_wrong = |field: &&str| self.wrong.iter().any(|wrong| wrong.field == *field);
        fields.into_iter().find(is_wrong).unwrap_or("found")
    }
}

/// Shows the form of a new entry: as a copy of another one, or for tomorrow.
pub(crate) async fn fresh(visit: Visit) -> Result<Response, Oops> {
    let once = campaigns(&visit)?.fresh_id();
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let draft = if let Some(from) = visit.parameter("from") {
        let id: CampaignId = from.parse().map_err(|_| Oops::NoFestival)?;
        let from = found_entry(&visit, id).await?;
        Draft::of_plan(&from.plan, once).with_names(&visit).await
    } else {
        let today = eyes.times().today();
        let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
        let plan = CampaignPlan::festival("", tomorrow);
        Draft { date: String::new(), ..Draft::of_plan(&plan, once) }
    };
    html(&page(&visit, &draft, Again::default(), &eyes).await?)
}

/// Shows the form of an entry that is there.
pub(crate) async fn edit(visit: Visit, named: NamedFestival) -> Result<Response, Oops> {
    let campaign = found_entry(&visit, named.0).await?;
    if campaign.state != CampaignState::Draft {
        return Done::Festival(FestivalDone::Changed).lead(&address(named.0), None, &visit);
    }
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let draft = Draft::of(&campaign).with_names(&visit).await;
    html(&page(&visit, &draft, Again::default(), &eyes).await?)
}

/// The page with a form.
pub(super) async fn page<'a>(
    visit: &Visit,
    draft: &Draft,
    again: Again,
    eyes: &Eyes<'a>,
) -> Result<FestivalPage<'a>, Oops> {
    let t = eyes.t;
    let (e, bubbles) = examined(visit, draft, eyes).await?;
    // The title has the saved name, whatever is typed over it.
    let saved = match draft.over {
        Some((id, _)) => Some((id, found_entry(visit, id).await?.plan.name)),
        None => None,
    };
    let heading = match &saved {
        Some((_, name)) => t.edit_template(name),
        None => t.new_festival().to_owned(),
    };
    let mut s = shell(visit, heading.clone(), Nav::Festivals);
    flash(&mut s, visit, eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), eyes);
    let hidden = |name, value: String| Hidden { name, value };
    let hiddens = [
        draft.over.map(|(_, revision)| hidden("revision", revision.to_string())),
        draft.once.map(|once| hidden("once", once.to_string())),
    ];
    let error = |field| {
        let wrong = again.wrong.iter().find(|wrong| wrong.field == field);
        wrong.map(|wrong| wrong.text.clone()).unwrap_or_default()
    };
    let back = match saved {
        Some((id, label)) => Link { href: eyes.links.page(address(id)), label, ..to_list(eyes) },
        None => to_list(eyes),
    };
    let kinds = kinds(t).map(|(kind, label)| Choice {
        value: kind.to_string(),
        label,
        on: kind == draft.kind,
    });
    let action = match draft.over {
        Some((id, _)) => format!("{}/edit", address(id)),
        None => "festivals/new".to_owned(),
    };
    Ok(FestivalPage {
        t,
        back,
        action: eyes.links.page(action),
        check: eyes.links.page("festivals/check"),
        hiddens: hiddens.into_iter().flatten().collect(),
        name_error: error("name"),
        date_error: error("date"),
        time_error: error("time"),
        text_error: error("text"),
        customers_error: error("customers"),
        place: again.place(),
        problem: again.problem,
        clash: again.clash,
        name: draft.name.clone(),
        kinds: kinds.into(),
        date: draft.date.clone(),
        time: draft.time.clone(),
        is_estimated: draft.is_estimated,
        templates: templates(visit, draft, eyes).await?,
        text: draft.text.clone(),
        to_all: draft.to_all,
        customers: draft.customers.clone(),
        e,
        bubbles,
        heading,
        s,
    })
}

/// The templates that such messages may be made with: the one that is used, and each that is
/// switched on.
async fn templates(visit: &Visit, draft: &Draft, eyes: &Eyes<'_>) -> Result<Vec<Choice>, Oops> {
    let of = draft.kind.message_type().name();
    let now = visit.inner.desk.templates().await?;
    let used = now.used(of, None).map(|used| used.template.name.clone());
    let used = used.unwrap_or_else(|| eyes.t.built_in_text().to_lowercase());
    let choice = |value: Option<TemplateId>, label: String| Choice {
        on: draft.template == value,
        value: value.map(|id| id.to_string()).unwrap_or_default(),
        label,
    };
    let mut choices = vec![choice(None, eyes.t.template_in_use(&used))];
    let of_type = now.templates.iter().map(|now| &now.template);
    let of_type = of_type.filter(|it| it.message_type == of && it.is_active);
    choices.extend(of_type.map(|it| choice(Some(it.id), it.name.clone())));
    if let Some(gone) = draft.template.filter(|_| choices.iter().all(|one| !one.on)) {
        choices.push(choice(Some(gone), eyes.t.template_is_off().to_owned()));
    }
    Ok(choices)
}

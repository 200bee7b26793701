//! The recipients of an entry: the number in each state, and a page of them, each with its message.

use std::collections::BTreeMap;

use whatsapp_core::campaign::{Campaign, Recipient, RecipientCounts, RecipientState};
use whatsapp_core::{CustomerId, Private};

use super::{address, campaigns, said, told};
use crate::links::festivals::{People, sealed};
use crate::oops::Oops;
use crate::page::eyes::Eyes;
use crate::soon::soon;
use crate::view::{PeoplePart, Person, Sum};
use crate::visit::Visit;
use crate::words::capital;

/// Number of recipients on a page.
const ROWS: usize = 50;

/// Number of recipients in this state.
const fn number(counts: RecipientCounts, state: RecipientState) -> u64 {
    match state {
        RecipientState::Waiting => counts.waiting,
        RecipientState::Queued => counts.queued,
        RecipientState::Sent => counts.sent,
        RecipientState::Failed => counts.failed,
        RecipientState::LeftOut => counts.left_out,
    }
}

/// Reads a page of recipients after a number, and the number after which there are more.
pub(crate) async fn page(
    visit: &Visit,
    campaign: &Campaign,
    people: &People,
    limit: usize,
) -> Result<(Vec<Recipient>, Option<Private>), Oops> {
    let most = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let read =
        campaigns(visit)?.recipients(campaign.id, people.state, people.after.clone(), most).await;
    let mut found = read.map_err(|error| said(error).err().unwrap_or(Oops::NoFestival))?;
    let is_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| is_more).map(|last| last.number.clone());
    Ok((found, next))
}

/// The part of the page with the recipients; `None` where none were frozen yet.
pub(super) async fn section(
    visit: &Visit,
    campaign: &Campaign,
    counts: RecipientCounts,
    people: &People,
    eyes: &Eyes<'_>,
) -> Result<Option<PeoplePart>, Oops> {
    if campaign.frozen.is_none() {
        return Ok(None);
    }
    let t = eyes.t;
    let path = address(campaign.id);
    let link = |state: Option<RecipientState>, after: Option<&str>| {
        let state = state.map(|state| ("state", state.as_str()));
        let after = after.map(|after| ("after", after));
        eyes.links.query(&path, state.into_iter().chain(after))
    };
    let sum = |state: &RecipientState| {
        let number = number(counts, *state);
        Sum {
            href: if number == 0 { String::new() } else { link(Some(*state), None) },
            number: t.number(number),
            label: t.recipients_stand(*state).to_owned(),
        }
    };
    let (found, next) = page(visit, campaign, people, ROWS).await?;
    let ids: Vec<CustomerId> = found.iter().map(|one| one.customer.clone()).collect();
    let known = soon(visit.inner.messenger.customers(&ids)).await.and_then(Result::ok);
    let hint = if known.is_none() { t.records_do_not_answer() } else { "" };
    let names: BTreeMap<CustomerId, String> = known
        .unwrap_or_default()
        .into_iter()
        .map(|one| (one.id, one.name.as_str().trim().to_owned()))
        .collect();
    let next = next.and_then(|next| sealed(next.as_str(), campaign.id, &visit.inner.secret));
    Ok(Some(PeoplePart {
        sums: RecipientState::ALL.iter().map(sum).collect(),
        title: people.state.map_or_else(
            || t.all_recipients().to_owned(),
            |state| capital(t.recipients_stand(state)),
        ),
        hint: hint.to_owned(),
        people: found.iter().map(|one| person(one, &names, eyes)).collect(),
        nothing: if people.after.is_some() { t.page_is_empty() } else { t.no_recipients() }
            .to_owned(),
        all: if people.state.is_some() { link(None, None) } else { String::new() },
        first: if people.after.is_some() { link(people.state, None) } else { String::new() },
        next: next.map(|next| link(people.state, Some(&next))).unwrap_or_default(),
    }))
}

fn person(one: &Recipient, names: &BTreeMap<CustomerId, String>, eyes: &Eyes<'_>) -> Person {
    let t = eyes.t;
    let name = names.get(&one.customer).filter(|name| !name.is_empty());
    let slot = one.slot.filter(|_| one.state == RecipientState::Queued);
    let slot = slot.map(|at| t.its_slot(&eyes.times().short(at)));
    Person {
        name: name.cloned().unwrap_or_else(|| one.customer.to_string()),
        href: eyes.links.customer(&one.customer),
        number: eyes.number(&format!("+{}", one.number.as_str())),
        pill: told::of_recipient(one.state),
        why: one.sentence.as_ref().map(|why| why.as_str().to_owned()).or(slot).unwrap_or_default(),
        message: one.message_id.map(|id| eyes.links.message(id)).unwrap_or_default(),
    }
}

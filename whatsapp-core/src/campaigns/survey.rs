//! Collecting the recipients of a campaign.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::error::CampaignError;
use crate::campaign::{Audience, CampaignPlan, Figures, Recipient};
use crate::id::{CampaignId, CustomerId};
use crate::mute;
use crate::port::{CampaignStore, Customer, DirectoryError, MuteQuestion, SeenCampaign};
use crate::private::Private;
use crate::wiring::{Ports, mutes_for};

/// The number of customers that are looked at together.
const PAGE: u32 = 500;

/// The use of the customers who can be written to.
#[derive(Debug)]
pub(super) enum Gather {
    /// They become the draft's recipients, until they are collected anew.
    Collect(SeenCampaign, u32),
    /// Their numbers are counted, and nothing is written.
    Count(CampaignId, BTreeSet<Private>),
}

impl Gather {
    const fn campaign(&self) -> CampaignId {
        match self {
            Self::Collect(draft, _) => draft.id,
            Self::Count(id, _) => *id,
        }
    }
}

/// Result of going through an audience.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) figures: Figures,
    /// The first customer who gets a message.
    pub(super) first: Option<Customer>,
}

/// Goes through the audience of a campaign.
pub(super) struct Surveyor<'a> {
    ports: &'a Ports,
    store: &'a dyn CampaignStore,
    plan: &'a CampaignPlan,
    gather: &'a mut Gather,
    now: DateTime<Utc>,
    survey: Survey,
}

impl<'a> Surveyor<'a> {
    pub(super) fn new(
        ports: &'a Ports,
        store: &'a dyn CampaignStore,
        plan: &'a CampaignPlan,
        gather: &'a mut Gather,
        now: DateTime<Utc>,
    ) -> Self {
        Self { ports, store, plan, gather, now, survey: Survey::default() }
    }

    /// Goes through the audience page by page and gathers the customers who can be written to.
    /// Before they are collected, recipients that were collected earlier are removed.
    pub(super) async fn survey(mut self) -> Result<Survey, CampaignError> {
        if let Gather::Collect(draft, freeze) = *self.gather {
            while self.store.thaw(draft, freeze, PAGE).await?.ok_or(CampaignError::Changed)? > 0 {}
        }
        match &self.plan.audience {
            Audience::Customers(list) => {
                // A customer who is in the list twice counts once.
                let mut seen = BTreeSet::new();
                let once: Vec<CustomerId> =
                    list.iter().filter(|id| seen.insert(*id)).cloned().collect();
                for ids in once.chunks(PAGE as usize) {
                    let found = self.ports.customers.find_many(ids).await?;
                    let known: BTreeMap<CustomerId, Customer> =
                        found.into_iter().map(|one| (one.id.clone(), one)).collect();
                    let page: Vec<Customer> =
                        ids.iter().filter_map(|id| known.get(id).cloned()).collect();
                    self.survey.figures.unknown += (ids.len() - page.len()) as u64;
                    self.take(page).await?;
                }
            }
            Audience::Everybody => {
                let (mut after, mut ends) = (None, BTreeSet::new());
                loop {
                    let page = self.ports.customers.reachable(after.clone(), PAGE).await?;
                    let Some(last) = page.last().map(|one| one.id.clone()) else { break };
                    // A directory that repeats its pages would never end.
                    if !ends.insert(last.clone()) {
                        let why = "the directory gave the same page of customers again";
                        return Err(DirectoryError::new(why).into());
                    }
                    self.take(page).await?;
                    after = Some(last);
                }
            }
        }
        Ok(self.survey)
    }

    /// Gathers the customers of a page who can be written to.
    async fn take(&mut self, page: Vec<Customer>) -> Result<(), CampaignError> {
        let category = self.plan.kind.message_type().category();
        let figures = &mut self.survey.figures;
        let mut able = Vec::new();
        for customer in page {
            let Ok(number) = customer.number() else {
                figures.no_number += 1;
                continue;
            };
            if customer.declines.contains(&category) {
                figures.declined += 1;
                continue;
            }
            able.push((customer, number));
        }
        let asked: Vec<MuteQuestion> = able
            .iter()
            .map(|(customer, number)| MuteQuestion {
                customer: customer.id.clone(),
                number_key: Some(number.variant_key().into()),
                invoice: None,
            })
            .collect();
        let answers = mutes_for(self.ports, &asked).await?;
        let mut recipients = Vec::with_capacity(able.len());
        for ((customer, number), mutes) in able.into_iter().zip(answers) {
            if mute::why(&mutes, category).is_some() {
                figures.muted += 1;
                continue;
            }
            let recipient =
                Recipient::new(self.gather.campaign(), &number, customer.id.clone(), self.now);
            recipients.push(recipient);
            self.survey.first.get_or_insert(customer);
        }
        if recipients.is_empty() {
            return Ok(());
        }
        let all = recipients.len() as u64;
        let added = match self.gather {
            Gather::Collect(draft, freeze) => {
                let added = self.store.freeze(*draft, *freeze, &recipients).await?;
                added.ok_or(CampaignError::Changed)?
            }
            Gather::Count(_, numbers) => {
                let before = numbers.len();
                numbers.extend(recipients.into_iter().map(|one| one.number));
                (numbers.len() - before) as u64
            }
        };
        figures.recipients += added;
        figures.double += all - added;
        Ok(())
    }
}

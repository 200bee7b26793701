//! Counting: the messages of an act, and what will happen to each.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{BulkError, Bulks};
use crate::account::Account;
use crate::audit::Actor;
use crate::bulk::{
    BULK_MAX, Bulk, BulkAct, BulkAsks, BulkCounts, BulkItem, BulkOutcome, BulkState,
};
use crate::compose::Composer;
use crate::id::{AuditId, BulkId, CustomerId, MessageId};
use crate::message::{Message, Offer};
use crate::messenger::{OnlyAlone, reached, speaks_against};
use crate::port::{Customer, LogFilter, random};
use crate::settings::Settings;
use crate::visible::sentence;
use crate::why::Now;

/// Number of messages read at once.
const PAGE: usize = 500;

/// A choice of messages.
#[expect(clippy::large_enum_variant, reason = "there is only one for each act")]
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Chosen {
    /// Messages chosen one by one.
    Messages(Vec<MessageId>),
    /// All messages that a filter shows now: the newest [`BULK_MAX`] of them.
    All(LogFilter),
}

/// The facts beside the message that an offer depends on.
struct Sight {
    at: DateTime<Utc>,
    settings: Settings,
    account: Account,
}

impl Bulks {
    /// Chooses the messages, looks at what can be done to each, and keeps the result until somebody
    /// confirms it. The messages stay these, whatever fits or changes later.
    ///
    /// # Errors
    /// [`BulkError::Nothing`] and [`BulkError::TooMany`] for a choice that cannot be; [`BulkError`]
    /// when the database does not answer, or the settings cannot be used.
    pub async fn count(
        &self,
        act: BulkAct,
        chosen: &Chosen,
        by: &Actor,
    ) -> Result<Bulk, BulkError> {
        let (listed, more) = self.listed(chosen).await?;
        if listed.is_empty() {
            return Err(BulkError::Nothing);
        }
        let ports = &self.ports;
        let at = ports.clock.now();
        let (settings, account) = (ports.settings().await?, ports.store.account().await?);
        let sight = Sight { at, settings, account };
        let mut items = Vec::with_capacity(listed.len());
        for page in listed.chunks(PAGE) {
            self.look_at(act, page, &sight, &mut items).await?;
        }
        let bulk = Bulk {
            id: BulkId::new(at, random(ports.entropy.as_ref())),
            act,
            by: by.clone(),
            at,
            state: BulkState::Counted,
            more,
            agreed: BulkAsks::default(),
            changed_at: at,
            counts: counted(&items),
        };
        self.store.add_bulk(&bulk, &items).await?;
        Ok(bulk)
    }

    /// The messages, each with the time of its last change where that is known; and whether there
    /// are more.
    async fn listed(
        &self,
        chosen: &Chosen,
    ) -> Result<(Vec<(MessageId, Option<DateTime<Utc>>)>, bool), BulkError> {
        match chosen {
            Chosen::All(filter) => {
                let (listed, more) = self.ports.store.ids(filter, BULK_MAX).await?;
                Ok((listed.into_iter().map(|(id, at)| (id, Some(at))).collect(), more))
            }
            Chosen::Messages(ids) => {
                let mut known = BTreeSet::new();
                let each: Vec<_> = ids.iter().filter(|id| known.insert(**id)).collect();
                if each.len() > BULK_MAX as usize {
                    return Err(BulkError::TooMany(each.len()));
                }
                Ok((each.into_iter().map(|id| (*id, None)).collect(), false))
            }
        }
    }

    /// Looks at some of the messages.
    async fn look_at(
        &self,
        act: BulkAct,
        page: &[(MessageId, Option<DateTime<Utc>>)],
        sight: &Sight,
        items: &mut Vec<BulkItem>,
    ) -> Result<(), BulkError> {
        let store = &self.ports.store;
        let ids: Vec<_> = page.iter().map(|(id, _)| *id).collect();
        let messages = store.messages(&ids).await?;
        let messages: BTreeMap<_, _> = messages.into_iter().map(|it| (it.facts.id, it)).collect();
        let (mut resent, mut aside) = (BTreeSet::new(), BTreeSet::new());
        if act != BulkAct::Cancel {
            resent.extend(store.resent(&ids).await?);
            aside.extend(store.aside(&ids).await?);
        }
        let customers = match act {
            BulkAct::Resend => {
                let ids = messages.values().map(|message| &message.facts.customer_id);
                let composer = Composer::new(&self.ports, sight.settings.clone(), sight.at);
                composer.customers(ids).await.ok()
            }
            BulkAct::Retry | BulkAct::Cancel => None,
        };
        for (id, listed) in page {
            let message = messages.get(id);
            let verdict = match message {
                None => Err("it cannot be read, or is not in the log any more".to_owned()),
                Some(_) if resent.contains(id) => Err("it was sent again already".to_owned()),
                Some(_) if aside.contains(id) => Err(OnlyAlone::PutAside.to_string()),
                Some(message) => self.verdict(act, message, customers.as_ref(), sight).await,
            };
            let seen = message.map(|message| message.updated_at).or(*listed).unwrap_or(sight.at);
            items.push(BulkItem {
                no: u32::try_from(items.len()).unwrap_or(u32::MAX),
                message_id: *id,
                seen,
                entry: AuditId::new(sight.at, random(self.ports.entropy.as_ref())),
                asks: verdict.as_ref().ok().copied().unwrap_or_default(),
                outcome: verdict.is_err().then_some(BulkOutcome::LeftOut),
                sentence: verdict.err().map(|why| sentence(&why).into()),
                fresh: None,
            });
        }
        Ok(())
    }

    /// Tells whether the act can be done to a message, and the consent that it needs first; else
    /// the reason.
    async fn verdict(
        &self,
        act: BulkAct,
        message: &Message,
        customers: Option<&BTreeMap<CustomerId, Customer>>,
        sight: &Sight,
    ) -> Result<BulkAsks, String> {
        let pause = sight.account.pause.as_ref();
        let now = Now::new(sight.at, &sight.settings.time_zone).with_pause(pause);
        let offers = message.offers(&now, &sight.settings, &self.ports.types);
        let offer = match act {
            BulkAct::Retry => offers.retry,
            BulkAct::Resend => offers.resend,
            BulkAct::Cancel => offers.cancel,
        };
        let of = self.ports.types.get(message.facts.message_type);
        if let (BulkAct::Resend, Some(of)) = (act, of)
            && !matches!(offer, Offer::No(_))
        {
            if let Some(customers) = customers {
                let customer = customers.get(&message.facts.customer_id);
                reached(customer, of, None).map_err(|error| error.to_string())?;
            }
            // A customer who cannot be checked now is checked once the message has its turn.
            let against = speaks_against(&self.ports, &message.facts, of, &sight.settings).await;
            if let Ok(Some(why)) = against {
                return Err(why.to_string());
            }
        }
        match offer {
            Offer::No(why) => Err(why.to_string()),
            Offer::Yes => Ok(BulkAsks::default()),
            Offer::Asks(asks) => {
                Ok(BulkAsks { arrived: asks.arrival.is_some(), hours: asks.hours.is_some() })
            }
        }
    }
}

fn counted(items: &[BulkItem]) -> BulkCounts {
    let count = |fits: fn(&BulkItem) -> bool| {
        u32::try_from(items.iter().filter(|item| fits(item)).count()).unwrap_or(u32::MAX)
    };
    BulkCounts {
        total: count(|_| true),
        open: count(|item| item.outcome.is_none()),
        arrived: count(|item| item.outcome.is_none() && item.asks.arrived),
        hours: count(|item| item.outcome.is_none() && item.asks.hours),
        left_out: count(|item| item.outcome.is_some()),
        done: 0,
        failed: 0,
    }
}

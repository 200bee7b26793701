//! Mutes that people set and end at random, and the truth about them.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::message::Category;
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::MuteStore;
use whatsapp_core::{CustomerId, Desk, MuteId, Ports, WhatsAppNumber};

use super::Year;
use super::books::{Books, number_of};
use super::gateway::Post;
use crate::faults::database::Opened;

/// Returns the mutes of a database.
pub(super) fn kept(opened: &Opened) -> Arc<dyn MuteStore> {
    match opened {
        Opened::Sqlite(store) => Arc::new(store.clone()),
        Opened::Postgres(store) => Arc::new(store.clone()),
    }
}

/// A mute, with the times of its beginning and its end.
#[derive(Debug)]
pub(super) struct Muted {
    id: MuteId,
    on: MuteOn,
    of: MuteOf,
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
}

/// All mutes of a year.
#[derive(Debug)]
pub(super) struct Mutes {
    desk: Desk,
    random: fastrand::Rng,
    customers: usize,
    all: Vec<Muted>,
}

impl Mutes {
    pub(super) fn new(opened: &Opened, books: &Books, year: &Year) -> Self {
        let ports = Ports::new(opened.ports(), Arc::new(books.clone())).with_mutes(kept(opened));
        let random = fastrand::Rng::with_seed(year.seed ^ 0x6d75_7465);
        let customers = year.habits.customers;
        Self { desk: Desk::new(ports), random, customers, all: Vec::new() }
    }

    /// Sets or ends mutes, as people do at this instant, before any host does something.
    pub(super) async fn by_chance(&mut self, now: DateTime<Utc>, books: &Books) -> Result<()> {
        if self.random.u8(0..40) == 0 {
            let (on, of) = self.wish(books)?;
            let known = self.all.iter().any(|it| it.until.is_none() && it.on == on && it.of == of);
            if !known {
                let mute = self.desk.mute(on.clone(), of, &Actor::Host).await.context("a mute")?;
                self.all.push(Muted { id: mute.id, on, of, from: now, until: None });
            }
        }
        for it in self.all.iter_mut().filter(|it| it.until.is_none()) {
            if self.random.u8(0..50) == 0 {
                let ended = self.desk.unmute(it.id, &Actor::Host).await.context("a mute's end")?;
                anyhow::ensure!(ended.is_some(), "a mute that holds could not be ended");
                it.until = Some(now);
            }
        }
        Ok(())
    }

    fn wish(&mut self, books: &Books) -> Result<(MuteOn, MuteOf)> {
        let customer = CustomerId::new(format!("C-{}", self.random.usize(0..self.customers)))?;
        let on = match self.random.u8(0..3) {
            0 => MuteOn::Customer(customer),
            1 => {
                let number = number_of(&customer).context("a number")?;
                MuteOn::number(&WhatsAppNumber::parse(&number)?)
            }
            _ => {
                let all = books.all();
                match all.get(self.random.usize(0..all.len().max(1))) {
                    Some(invoice) => MuteOn::Invoice(invoice.id.clone()),
                    None => MuteOn::Customer(customer),
                }
            }
        };
        let of = MuteOf::ALL[self.random.usize(0..MuteOf::ALL.len())];
        Ok((on, of))
    }

    /// Number of mutes in the year.
    pub(super) fn count(&self) -> u64 {
        self.all.len() as u64
    }

    /// Returns true if a mute forbade the POST at its moment.
    pub(super) fn forbid(&self, post: &Post, books: &Books) -> bool {
        let invoices: Vec<_> =
            post.invoices.iter().filter_map(|invoice| books.invoice(invoice)).collect();
        let number = WhatsAppNumber::parse(&post.number).ok();
        let number = number.as_ref().map(MuteOn::number);
        self.all.iter().any(|it| {
            let is_about = match &it.on {
                MuteOn::Customer(id) => invoices.iter().any(|of| of.customer == *id),
                MuteOn::Invoice(id) => invoices.iter().any(|of| of.id == *id),
                on @ MuteOn::Number(_) => number.as_ref() == Some(on),
            };
            let held = it.from <= post.at && it.until.is_none_or(|until| post.at < until);
            is_about && held && it.of.covers(Category::Reminders)
        })
    }
}

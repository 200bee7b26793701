//! Random filters for the log.

use chrono::TimeDelta;
use whatsapp_core::message::{Delivery, HeldFor, Outcome, Status, Trigger};
use whatsapp_core::port::{Attention, AttentionFor, LogFilter};

use super::player::Player;

impl Player {
    /// Makes a filter with a few of all possible conditions. It seldom has many at once: a filter
    /// that no row fits shows no difference.
    pub(super) fn filter(&mut self) -> LogFilter {
        let mut filter = LogFilter::default();
        for _ in 0..self.rng.usize(0..=2) {
            self.narrow(&mut filter);
        }
        filter
    }

    fn narrow(&mut self, filter: &mut LogFilter) {
        let many = self.rng.usize(1..=3);
        match self.rng.u8(0..11) {
            0 => {
                let statuses = self.rng.choose_multiple(Status::ALL, many);
                filter.statuses = statuses.into_iter().copied().collect();
            }
            1 => filter.message_type = Some(self.message_type()),
            2 => filter.trigger = self.rng.choice(Trigger::ALL).copied(),
            3 => {
                let deliveries = self.rng.choose_multiple(Delivery::ALL, many);
                filter.deliveries = deliveries.into_iter().copied().collect();
            }
            4 => filter.held_for = HeldFor::ALL.iter().copied().collect(),
            5 => filter.attention = Some(self.attention()),
            6 => {
                let customers = (0..many).map(|_| self.new_message().facts.customer_id);
                filter.customers = customers.collect();
            }
            7 => filter.about = self.new_message().facts.subject,
            8 => {
                let key = self.new_message().facts.key;
                let length = self.rng.usize(1..=key.as_str().len());
                filter.key_prefix = key.as_str().get(..length).map(str::to_owned);
            }
            9 => {
                let outcomes = self.rng.choose_multiple(Outcome::ALL, many);
                filter.outcomes = outcomes.into_iter().copied().collect();
            }
            _ => {
                // The instant of a row that was seen, or any instant.
                let seen = self.rng.choice(&self.page_ends).map(|end| end.created_at);
                let at = seen.unwrap_or_else(|| self.now() - TimeDelta::minutes(20));
                *if self.rng.bool() { &mut filter.from } else { &mut filter.until } = Some(at);
            }
        }
    }

    fn attention(&mut self) -> Attention {
        let mut attention = Attention::at(self.now());
        attention.silent_before = self.now() - TimeDelta::minutes(self.rng.i64(0..60));
        attention.failed_since = self.now() - TimeDelta::minutes(self.rng.i64(0..600));
        if self.rng.bool() {
            let kind = self.rng.choice(AttentionFor::ALL).copied();
            attention = attention.only(kind.unwrap_or(AttentionFor::Failed));
        }
        attention
    }
}

//! What the log is asked for.

use chrono::TimeDelta;
use whatsapp_core::message::{Delivery, HeldFor, Status, Trigger};
use whatsapp_core::port::{Attention, AttentionFor, LogFilter};

use super::player::Player;

impl Player {
    /// A filter that asks for a few of all things that it can ask for.
    pub(super) fn filter(&mut self) -> LogFilter {
        let mut filter = LogFilter::default();
        if self.one_in(3) {
            let many = self.rng.usize(1..=3);
            filter.statuses =
                self.rng.choose_multiple(Status::ALL, many).into_iter().copied().collect();
        }
        if self.one_in(3) {
            filter.message_type = Some(self.message_type());
        }
        if self.one_in(6) {
            filter.trigger = self.rng.choice(Trigger::ALL).copied();
        }
        if self.one_in(5) {
            let many = self.rng.usize(1..=3);
            let deliveries = self.rng.choose_multiple(Delivery::ALL, many);
            filter.deliveries = deliveries.into_iter().copied().collect();
        }
        if self.one_in(8) {
            filter.held_for = HeldFor::ALL.iter().copied().collect();
        }
        if self.one_in(4) {
            let mut attention = Attention::at(self.now());
            attention.silent_before = self.now() - TimeDelta::minutes(self.rng.i64(0..60));
            attention.failed_since = self.now() - TimeDelta::minutes(self.rng.i64(0..600));
            if self.rng.bool() {
                let kind = self.rng.choice(AttentionFor::ALL).copied();
                attention = attention.only(kind.unwrap_or(AttentionFor::Failed));
            }
            filter.attention = Some(attention);
        }
        if self.one_in(4) {
            let customers =
                (0..self.rng.usize(1..=3)).map(|_| self.new_message().facts.customer_id);
            filter.customers = customers.collect();
        }
        if self.one_in(8) {
            filter.about = self.new_message().facts.subject;
        }
        if self.one_in(8) {
            let key = self.new_message().facts.key;
            let length = self.rng.usize(1..=key.as_str().len());
            filter.key_prefix = key.as_str().get(..length).map(str::to_owned);
        }
        if self.one_in(4) {
            filter.from = Some(self.now() - TimeDelta::minutes(20));
        }
        if self.one_in(8) {
            // The instant of a row that was seen, or any.
            let seen = self.rng.choice(&self.page_ends).map(|end| end.created_at);
            let seen = seen.filter(|_| self.rng.bool());
            filter.until = Some(seen.unwrap_or_else(|| self.now() - TimeDelta::minutes(5)));
        }
        filter
    }
}

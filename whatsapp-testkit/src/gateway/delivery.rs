//! Deliveries, as tests choose them.

use std::time::Duration;

use super::Shared;
use super::life::Delivery;
use super::post::digits;

/// The deliveries of a stand-in gateway's messages, those accepted before included.
#[derive(Debug, Clone, Copy)]
pub struct Deliveries<'a> {
    pub(super) shared: &'a Shared,
}

impl Deliveries<'_> {
    /// Sets the delivery of messages to numbers that have no delivery [of their
    /// own](Self::of_number).
    pub fn of_all(self, delivery: Delivery) {
        self.shared.with(|world, _| world.everybody = delivery);
    }

    /// Sets the delivery of messages to this number; only its digits count.
    pub fn of_number(self, number: &str, delivery: Delivery) {
        self.shared.with(|world, _| world.deliveries.insert(digits(number), delivery));
    }

    /// Changes [`GatewayBuilder::delivery_lag`](super::GatewayBuilder::delivery_lag).
    pub fn lag(self, lag: Duration) {
        self.shared.with(|world, _| world.delivery_lag = lag);
    }
}

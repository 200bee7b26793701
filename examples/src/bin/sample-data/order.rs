//! Fifteen orders, the last three of them still on their way.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::basket::basket;
use crate::customer::Customer;

const COUNT: usize = 15;
const DELIVERED: usize = 12;

/// An order as a row of `orders.csv`.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    id: Uuid,
    customer_id: Uuid,
    number: String,
    delivered_on: Option<NaiveDate>,
    items: String,
}

/// Makes an order for every fourth day from 5 October on.
pub(crate) fn all(customers: &[Customer]) -> Vec<Row> {
    let first = NaiveDate::from_ymd_opt(2026, 10, 5).unwrap_or_default();
    let dates = first.iter_days().step_by(4).enumerate().take(COUNT);
    dates.map(|(index, date)| order(customers, index, date)).collect()
}

fn order(customers: &[Customer], index: usize, date: NaiveDate) -> Row {
    let number = format!("SO-2026-{:04}", index + 101);
    let items: Vec<String> = basket(index * 7 + 2)
        .iter()
        .map(|line| format!("{} × {}", line.quantity, line.product.name))
        .collect();
    Row {
        id: Uuid::new_v5(&Uuid::NAMESPACE_OID, number.as_bytes()),
        customer_id: customers[(index * 11 + 3) % customers.len()].id,
        number,
        delivered_on: (index < DELIVERED).then_some(date),
        items: items.join("; "),
    }
}

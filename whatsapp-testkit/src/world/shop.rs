//! The shop of a world: its customers and books, what it enqueues, and what its people do with it.

mod people;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{Days, NaiveDate, TimeDelta};
use whatsapp_core::attachment::{Attachment, CheckedFile};
use whatsapp_core::format::Amount;
use whatsapp_core::message::{MessageKey, MessageType};
use whatsapp_core::port::{Customer, Due};
use whatsapp_core::template::{Festival, Invoice, PaymentReminder, StockDelivered};
use whatsapp_core::{CustomerId, InvoiceId, Request};

use super::dice::Dice;
use super::executor::locked;
use super::oracle::Oracle;
use super::process::{Hosts, Process};
use super::sim::Sim;
use super::trouble::{Trouble, Troubles};
use crate::{FixedDirectory, FixedLedger, fixtures};

/// How many messages a customer gets, about.
const MESSAGES_A_CUSTOMER: u32 = 6;

/// The shop.
pub(super) struct Shop {
    hosts: Arc<Hosts>,
    oracle: Arc<Oracle>,
    customers: FixedDirectory,
    ledger: FixedLedger,
    dice: Mutex<Dice>,
}

/// The customers of a world, with numbers in four countries, some of which write a number in two ways.
pub(super) fn customers(sim: &Sim) -> FixedDirectory {
    let several = (sim.plan.messages / MESSAGES_A_CUSTOMER).max(2);
    FixedDirectory::new((0..several).filter_map(|no| {
        let name = match no % 3 {
            0 => format!("Asha Traders {no}"),
            1 => format!("D'Souza & Sons <{no}>"),
            _ => format!("नमस्ते {no}"),
        };
        Some(Customer::new(customer(no)?, name, Some(&number(no))))
    }))
}

fn customer(no: u32) -> Option<CustomerId> {
    CustomerId::new(format!("C-{no}")).ok()
}

fn number(no: u32) -> String {
    match no % 5 {
        0 => format!("+55319876{no:05}"),
        1 => format!("+525512{no:06}"),
        2 => format!("+5491123{no:06}"),
        _ => fixtures::number(no.into()),
    }
}

fn order(no: u32, today: NaiveDate, dice: &mut Dice) -> StockDelivered {
    let items = vec![format!("{} × LED bulb 9 W", dice.between(1, 40))];
    StockDelivered { order_number: format!("SO-{no}"), delivered_on: today, items }
}

/// A text that a person wrote.
fn by_hand(whom: CustomerId, message_type: MessageType, text: String, no: u32) -> Request {
    let key = MessageKey::of(message_type, &["by-hand", &no.to_string()]);
    Request::text(whom, message_type, text, BTreeMap::new()).with_key(key)
}

/// A small PDF.
fn file(no: u32) -> Option<Attachment> {
    let bytes = format!("%PDF-1.7\n1 0 obj\n<</Type/Page/No {no}>>\nendobj\n%%EOF\n").into_bytes();
    CheckedFile::new(&format!("INV-{no}.pdf"), bytes).ok().map(Attachment::File)
}

impl Shop {
    pub(super) fn new(
        hosts: Arc<Hosts>,
        oracle: Arc<Oracle>,
        customers: FixedDirectory,
        ledger: FixedLedger,
    ) -> Arc<Self> {
        let dice = Mutex::new(Dice::new(hosts.sim().plan.seed, "shop"));
        Arc::new(Self { hosts, oracle, customers, ledger, dice })
    }

    fn sim(&self) -> &Arc<Sim> {
        self.hosts.sim()
    }

    /// The books know unpaid invoices of 3 and 7 days ago, of each customer one or none: the planner reminds
    /// of them.
    pub(super) fn is_owed(&self) {
        let today = self.sim().truth().date_naive();
        let mut dice = locked(&self.dice);
        for no in 0..self.sim().plan.messages / MESSAGES_A_CUSTOMER {
            let days = [3, 7, 20][dice.below(3)];
            let written = || {
                let number = format!("OLD-{no}");
                let invoice = InvoiceId::new(number.clone()).ok()?;
                let amount = Amount::rupees("4200").ok()?;
                let date = today - Days::new(days);
                Some(Due::new(invoice, customer(no)?, number, date, date + Days::new(15), amount))
            };
            if let Some(due) = written() {
                self.pays_later(&due.invoice, &mut dice);
                self.ledger.owe(due);
            }
        }
    }

    /// Enqueues all of the world's messages within this time, some at once.
    pub(super) async fn trade(self: Arc<Self>, within: Duration) {
        let messages = self.sim().plan.messages;
        let mut placed = 0;
        if self.sim().plan.troubles == Troubles::NONE {
            // A crowd of greetings, behind which nothing urgent may wait.
            placed = messages / 2;
            let greetings: Vec<_> = (0..placed).filter_map(|no| self.greeting(no)).collect();
            self.place(&greetings);
        }
        while placed < messages {
            let (wait, several) = {
                let mut dice = locked(&self.dice);
                let several = [1, 2, 8, 20][dice.below(4)].min(messages - placed);
                let share = within * several / messages.max(1);
                (dice.span(Duration::ZERO, 2 * share), several)
            };
            self.sim().executor.sleep(wait).await;
            let requests: Vec<_> =
                (placed..placed + several).filter_map(|no| self.request(no)).collect();
            placed += several;
            self.place(&requests);
        }
        self.oracle.all_is_placed();
    }

    /// Enqueues these in some process, and in another one at the same time where that may happen.
    fn place(self: &Arc<Self>, requests: &[Request]) {
        let mut dice = locked(&self.dice);
        let twice = self.sim().may(Trouble::Twice) && dice.chance(2_000);
        if twice {
            self.sim().happens(Trouble::Twice, None);
        }
        for _ in 0..if twice { 2 } else { 1 } {
            let Some(process) = self.hosts.any(&mut dice) else { continue };
            let (shop, requests) = (Arc::clone(self), requests.to_vec());
            let of = process.clone();
            self.hosts.within(&process, async move { shop.enqueue(&of, &requests).await });
        }
    }

    async fn enqueue(&self, process: &Process, requests: &[Request]) {
        let receipts = process.messenger.enqueue_all(requests).await;
        let ids: Vec<_> =
            receipts.into_iter().flatten().map(|receipt| receipt.message_id).collect();
        self.sim().note(process.pid, "enqueued", ids.len() as u64, || {
            format!("has enqueued {} of {} messages", ids.len(), requests.len())
        });
        self.oracle.promised(&ids);
    }

    /// What the shop tells a customer, by the message's number.
    fn request(&self, no: u32) -> Option<Request> {
        let sim = self.sim();
        let mut dice = locked(&self.dice);
        let several = (sim.plan.messages / MESSAGES_A_CUSTOMER).max(2);
        let whom = customer(u32::try_from(dice.below(several as usize)).ok()?)?;
        let today = sim.truth().date_naive();
        Some(match dice.below(12) {
            0..=4 => Request::stock_delivered(whom, order(no, today, &mut dice)),
            5 | 6 => return self.reminder(whom, no, today, &mut dice),
            7 => Request::festival(whom, Festival { name: format!("Festival {no}") }),
            8 => {
                let text = format!("Order {no}: your parcel waits at the shop.");
                by_hand(whom, MessageType::STOCK_DELIVERED, text, no)
            }
            9 => {
                let later = i64::try_from(dice.between(1, 90)).unwrap_or(1);
                let later = sim.truth() + TimeDelta::minutes(later);
                Request::stock_delivered(whom, order(no, today, &mut dice)).with_schedule(later)
            }
            10 => {
                let amount = Amount::rupees(&dice.between(100, 90_000).to_string()).ok()?;
                let (number, due) = (format!("INV-{no}"), today + Days::new(15));
                let invoice = Invoice { number, date: today, amount, due, link: None };
                Request::invoice(whom, invoice).with_attachment(file(no)?)
            }
            // Too long for a caption: the file goes first, and then the text.
            _ => {
                let please = "Please keep this invoice for your records. ".repeat(40);
                let text = format!("Invoice {no}. {please}");
                by_hand(whom, MessageType::INVOICE, text, no).with_attachment(file(no)?)
            }
        })
    }

    fn greeting(&self, no: u32) -> Option<Request> {
        let several = (self.sim().plan.messages / MESSAGES_A_CUSTOMER).max(2);
        let festival = Festival { name: format!("Festival {no}") };
        Some(Request::festival(customer(no % several)?, festival))
    }

    /// A reminder of an invoice that is paid later, or never.
    fn reminder(
        &self,
        whom: CustomerId,
        no: u32,
        today: NaiveDate,
        dice: &mut Dice,
    ) -> Option<Request> {
        let (number, invoice) = (format!("INV-{no}"), InvoiceId::new(format!("INV-{no}")).ok()?);
        let amount = Amount::rupees(&dice.between(100, 90_000).to_string()).ok()?;
        let due = today - Days::new(dice.between(0, 20));
        let (of, date) = (invoice.clone(), due - Days::new(15));
        self.ledger.owe(Due::new(of, whom.clone(), &number, date, due, amount));
        self.pays_later(&invoice, dice);
        let reminder = PaymentReminder { invoice_number: number, amount, due, today };
        Some(Request::payment_reminder(whom, invoice, reminder))
    }

    /// The customer pays after a while, or never.
    fn pays_later(&self, invoice: &InvoiceId, dice: &mut Dice) {
        let sim = self.sim();
        if !sim.may(Trouble::Pays) || !dice.chance(4_000) {
            return;
        }
        let (after, invoice) = (dice.millis(1_000, 7_200_000), invoice.clone());
        let (sim, ledger, oracle) =
            (Arc::clone(sim), self.ledger.clone(), Arc::clone(&self.oracle));
        sim.clone().executor.spawn(super::executor::Pid::WORLD, async move {
            sim.executor.sleep(after).await;
            sim.happens(Trouble::Pays, None);
            oracle.paid(&invoice);
            ledger.pay(invoice);
        });
    }
}

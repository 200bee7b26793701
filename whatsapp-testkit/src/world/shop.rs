//! The shop of a world: its customers and books, the messages that it enqueues, and the acts of its
//! people.

mod people;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{Days, NaiveDate, TimeDelta};
use whatsapp_core::attachment::{Attachment, CheckedFile};
use whatsapp_core::format::Amount;
use whatsapp_core::message::{MessageKey, MessageType};
use whatsapp_core::messenger::{Receipt, SendError, SendErrorKind};
use whatsapp_core::port::{Customer, Due, StoreError};
use whatsapp_core::template::{Festival, Invoice, PaymentReminder, StockDelivered};
use whatsapp_core::{CustomerId, InvoiceId, Request};

use super::dice::Dice;
use super::executor::{Pid, locked};
use super::keeper::Pen;
use super::oracle::Oracle;
use super::plan::MESSAGES_A_CUSTOMER;
use super::process::{Hosts, Process};
use super::sim::Sim;
use super::trouble::{Trouble, Troubles};
use crate::fixtures;

/// Time until the shop asks again.
const ASKS_AGAIN: Duration = Duration::from_secs(60);

/// The shop.
pub(super) struct Shop {
    hosts: Arc<Hosts>,
    oracle: Arc<Oracle>,
    pen: Pen,
    dice: Mutex<Dice>,
    calls: Mutex<Calls>,
}

/// A request of the shop, with the number of its message.
type Asked = (u32, Request);

/// Calls of the shop that have no answer yet.
#[derive(Default)]
struct Calls {
    /// Number of calls under way.
    open: usize,
    /// Requests that have to be made again.
    again: Vec<Asked>,
}

/// Makes the customers of a world, with numbers in four countries. In some of these a number is
/// written in two ways.
fn customers(several: u32) -> impl Iterator<Item = Customer> {
    (0..several).filter_map(|no| Some(Customer::new(customer(no)?, name(no), Some(&number(no)))))
}

fn name(no: u32) -> String {
    match no % 3 {
        0 => format!("Asha Traders {no}"),
        1 => format!("D'Souza & Sons <{no}>"),
        _ => format!("नमस्ते {no}"),
    }
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

/// Makes a text that a person wrote.
fn by_hand(whom: CustomerId, message_type: MessageType, text: String, no: u32) -> Request {
    let key = MessageKey::of(message_type, &["by-hand", &no.to_string()]);
    Request::text(whom, message_type, text, BTreeMap::new()).with_key(key)
}

/// Makes a small PDF.
fn file(no: u32) -> Option<Attachment> {
    let bytes = format!("%PDF-1.7\n1 0 obj\n<</Type/Page/No {no}>>\nendobj\n%%EOF\n").into_bytes();
    CheckedFile::new(format!("INV-{no}.pdf"), bytes).ok().map(Attachment::File)
}

impl Shop {
    /// Opens the shop. Its customers are in the books from now on.
    pub(super) fn new(hosts: Arc<Hosts>, oracle: Arc<Oracle>, pen: Pen) -> Arc<Self> {
        let plan = &hosts.sim().plan;
        customers(plan.customers()).for_each(|customer| pen.customer(&customer));
        let dice = Mutex::new(Dice::new(plan.seed, "shop"));
        Arc::new(Self { hosts, oracle, pen, dice, calls: Mutex::default() })
    }

    fn sim(&self) -> &Arc<Sim> {
        self.hosts.sim()
    }

    /// Writes unpaid invoices into the books, one for each customer at most. The planner reminds of
    /// those from 3 and 7 days ago.
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
                self.pen.owes(&due);
            }
        }
    }

    /// Enqueues all of the world's messages within about this time, some at once.
    pub(super) async fn trade(self: Arc<Self>, within: Duration) {
        let messages = self.sim().plan.messages;
        let mut placed = 0;
        if self.sim().plan.troubles == Troubles::NONE {
            // A crowd of greetings first: nothing urgent may wait behind them.
            placed = messages / 2;
            let greetings = (0..placed).filter_map(|no| Some((no, self.greeting(no)?)));
            let greetings: Vec<_> = greetings.collect();
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
            let requests =
                (placed..placed + several).filter_map(|no| Some((no, self.request(no)?)));
            let requests: Vec<_> = requests.collect();
            placed += several;
            self.place(&requests);
            self.place_again();
        }
        while !self.is_answered() {
            self.sim().executor.sleep(ASKS_AGAIN).await;
            self.place_again();
        }
        self.oracle.all_is_placed();
    }

    /// Asks again for requests that no call has confirmed: its process died, or a database was
    /// away.
    fn place_again(self: &Arc<Self>) {
        let again = std::mem::take(&mut locked(&self.calls).again);
        if !again.is_empty() {
            self.sim().note(Pid::WORLD, "again", again.len() as u64, || {
                format!("the shop asks again for {} messages", again.len())
            });
            self.place(&again);
        }
    }

    fn is_answered(&self) -> bool {
        let calls = locked(&self.calls);
        calls.open == 0 && calls.again.is_empty()
    }

    /// Enqueues these requests in some process, and in a second one at the same time if that may
    /// happen.
    fn place(self: &Arc<Self>, requests: &[Asked]) {
        let mut dice = locked(&self.dice);
        let twice = self.sim().may(Trouble::Twice) && dice.chance(2_000);
        if twice {
            self.sim().happens(Trouble::Twice, None);
        }
        let Some(process) = self.hosts.any(&mut dice) else {
            locked(&self.calls).again.extend_from_slice(requests);
            return;
        };
        let (call, of) = (Call::new(self, requests.to_vec()), process.clone());
        self.hosts.within(&process, async move { call.make(&of).await });
        if let Some(process) = self.hosts.any(&mut dice).filter(|_| twice) {
            // The second caller has them in another order, and does not ask again.
            let requests: Vec<_> = requests.iter().rev().cloned().collect();
            let (shop, of) = (Arc::clone(self), process.clone());
            self.hosts.within(&process, async move {
                let receipts = enqueue(&of, &requests).await;
                shop.hears(&of, requests, receipts);
            });
        }
    }

    /// Takes in the answers of a call. Returns the requests that have to be made again.
    fn hears(
        &self,
        process: &Process,
        requests: Vec<Asked>,
        receipts: Vec<Result<Receipt, SendError>>,
    ) -> Vec<Asked> {
        let (asked, mut ids, mut again) = (requests.len(), Vec::new(), Vec::new());
        for (request, receipt) in requests.into_iter().zip(receipts) {
            match receipt {
                Ok(receipt) => ids.push((request.0, receipt.message_id)),
                Err(error) if is_for_now(error.kind()) => {
                    self.oracle.refused(process.pid, &error);
                    again.push(request);
                }
                Err(_) => {}
            }
        }
        self.sim().note(process.pid, "enqueued", ids.len() as u64, || {
            format!("has enqueued {} of {asked} messages", ids.len())
        });
        self.oracle.promised(&ids);
        again
    }

    /// Draws the shop's message number `no`, to some customer.
    fn request(&self, no: u32) -> Option<Request> {
        let sim = self.sim();
        let mut dice = locked(&self.dice);
        let whom = customer(u32::try_from(dice.below(sim.plan.customers() as usize)).ok()?)?;
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
        let several = self.sim().plan.customers();
        let festival = Festival { name: format!("Festival {no}") };
        Some(Request::festival(customer(no % several)?, festival))
    }

    /// Draws a reminder of an invoice that is paid later, or never.
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
        self.pen.owes(&Due::new(of, whom.clone(), &number, date, due, amount));
        self.pays_later(&invoice, dice);
        let reminder = PaymentReminder { invoice_number: number, amount, due, today };
        Some(Request::payment_reminder(whom, invoice, reminder))
    }

    /// Lets the customer pay after a while, or never.
    fn pays_later(&self, invoice: &InvoiceId, dice: &mut Dice) {
        let sim = self.sim();
        if !sim.may(Trouble::Pays) || !dice.chance(4_000) {
            return;
        }
        let (after, invoice) = (dice.millis(1_000, 7_200_000), invoice.clone());
        let (sim, pen, oracle) = (Arc::clone(sim), self.pen.clone(), Arc::clone(&self.oracle));
        sim.clone().executor.spawn(Pid::WORLD, async move {
            sim.executor.sleep(after).await;
            sim.happens(Trouble::Pays, None);
            oracle.paid(&invoice);
            pen.paid(&invoice);
        });
    }
}

/// A call of a process that enqueues. The shop asks again for requests that it leaves unanswered.
struct Call {
    shop: Arc<Shop>,
    requests: Vec<Asked>,
}

/// Enqueues requests in a process.
async fn enqueue(process: &Process, asked: &[Asked]) -> Vec<Result<Receipt, SendError>> {
    let requests: Vec<_> = asked.iter().map(|(_, request)| request.clone()).collect();
    process.messenger.enqueue_all(&requests).await
}

impl Call {
    fn new(shop: &Arc<Shop>, requests: Vec<Asked>) -> Self {
        locked(&shop.calls).open += 1;
        Self { shop: Arc::clone(shop), requests }
    }

    async fn make(mut self, process: &Process) {
        let receipts = enqueue(process, &self.requests).await;
        let requests = std::mem::take(&mut self.requests);
        self.requests = self.shop.hears(process, requests, receipts);
    }
}

/// A process that dies gives no answer.
impl Drop for Call {
    fn drop(&mut self) {
        let mut calls = locked(&self.shop.calls);
        calls.open -= 1;
        calls.again.append(&mut self.requests);
    }
}

/// Tells whether the same call may succeed later.
const fn is_for_now(kind: &SendErrorKind) -> bool {
    matches!(
        kind,
        SendErrorKind::Store(StoreError::Unavailable { .. })
            | SendErrorKind::Directory(_)
            | SendErrorKind::Media(_)
    )
}

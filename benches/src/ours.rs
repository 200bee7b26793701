//! Our own side: messages, a gateway that takes everything at once, and a drain through the real
//! dispatcher with the log and the ledger on.

pub mod postgres;
pub mod sqlite;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use async_trait::async_trait;
use axum::Router;
use axum::http::request::Parts;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;
use whatsapp_console::{Console, Credential, Gate, Refused, Role, Visitor};
use whatsapp_core::dispatch::RateLimit;
use whatsapp_core::message::{
    Facts, Fingerprint, MessageKey, MessageType, MessageValues, NewMessage, Progress, StateRow,
    Trigger,
};
use whatsapp_core::port::{
    Accepted, Clock, OutgoingMessage, Probe, Store, SystemClock, SystemEntropy, Transport,
    TransportError, random,
};
use whatsapp_core::{
    CustomerId, DispatchOptions, Dispatcher, MessageId, Ports, Private, Runner, UserId,
};
use whatsapp_testkit::FixedDirectory;

use crate::contest::mark;

/// Bytes of each message's text.
pub const TEXT_BYTES: usize = 1_000;

/// Number of customers that the messages go to.
pub const CUSTOMERS: u32 = 10_000;

/// The longest time that a measurement may take.
const DEADLINE: Duration = Duration::from_mins(30);

/// Now, as the library's clocks tell it.
#[must_use]
pub fn now() -> DateTime<Utc> {
    SystemClock::new().now()
}

/// The id of customer `n`.
#[must_use]
pub fn customer(n: u32) -> Uuid {
    Uuid::from_u128(0x0190_b1c2_7d3e_7000_8a4b_0000_0000_0000 + u128::from(n % CUSTOMERS))
}

/// The phone number of customer `n`.
#[must_use]
pub fn number(n: u32) -> String {
    format!("+9198765{:05}", n % CUSTOMERS)
}

/// A text of [`TEXT_BYTES`].
#[must_use]
pub fn text(n: u32) -> String {
    let mut text = format!("Dear Customer {n}, your invoice INV-{n} is ready. ");
    while text.len() < TEXT_BYTES {
        text.push_str("Thank you for your order. ");
    }
    text.truncate(TEXT_BYTES);
    text
}

/// New messages of one run, due at once. Messages of different runs differ in their keys.
///
/// # Panics
/// Never: a UUID is a valid customer id.
#[must_use]
#[expect(clippy::expect_used, reason = "a UUID is a valid customer id")]
pub fn messages(run: &str, numbers: std::ops::Range<u32>) -> Vec<NewMessage> {
    let now = now();
    // In rising order, as `Messenger` makes the ids of a call.
    let mut ids: Vec<_> =
        numbers.clone().map(|_| MessageId::new(now, random(&SystemEntropy))).collect();
    ids.sort_unstable();
    let message = |(n, id): (u32, MessageId)| {
        let text = text(n);
        let facts = Facts {
            id,
            key: MessageKey::of(MessageType::INVOICE, &[run, &n.to_string()]),
            fingerprint: Fingerprint::of(&[("text", &text)]),
            customer_id: CustomerId::new(customer(n)).expect("a UUID is a valid id"),
            customer_name: Private::new(format!("Customer {n}")),
            whatsapp_number: Private::new(number(n)),
            message_type: MessageType::INVOICE.name(),
            trigger: Trigger::Auto,
            max_retries: 3,
            text: Private::new(text),
            values: Some(MessageValues::new([
                ("customerName", format!("Customer {n}")),
                ("invoiceNumber", format!("INV-{n}")),
                ("amount", "₹1,23,456.00".to_owned()),
                ("dueDate", "11 Feb 2026".to_owned()),
            ])),
            template_id: None,
            template_version: None,
            attachment: None,
            invoice_id: None,
            scheduled_for: None,
            expires_at: Some(now + TimeDelta::hours(48)),
            subject: None,
            warning: None,
            resend_of: None,
            created_by: None,
            created_at: now,
        };
        NewMessage::new(facts, StateRow::of(&Progress::new(now)))
    };
    numbers.zip(ids).map(message).collect()
}

/// As [`messages`], each about an invoice: what people look messages up by has an index of its own.
#[must_use]
pub fn about_invoices(run: &str, numbers: std::ops::Range<u32>) -> Vec<NewMessage> {
    let mut messages = messages(run, numbers.clone());
    for (message, n) in messages.iter_mut().zip(numbers) {
        message.facts.subject = Some(format!("INV-2026-{n}"));
    }
    messages
}

/// Makes a word that no other run has.
#[must_use]
pub fn run_word() -> String {
    format!("{:016x}", fastrand::u64(..))
}

/// Puts `rows` new messages into the outbox.
///
/// # Errors
/// Fails if the store refuses any.
pub async fn load(store: &dyn Store, rows: u32) -> Result<()> {
    let run = run_word();
    let mut from = 0;
    while from < rows {
        let to = (from + 1_000).min(rows);
        store.enqueue(&messages(&run, from..to)).await?;
        from = to;
    }
    Ok(())
}

/// A gateway that takes every message at once, each under an id of its own.
#[derive(Debug)]
pub struct AcceptAll {
    run: String,
    taken: AtomicU32,
}

impl Default for AcceptAll {
    fn default() -> Self {
        Self { run: run_word(), taken: AtomicU32::new(0) }
    }
}

#[async_trait]
impl Transport for AcceptAll {
    async fn send(&self, _: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed);
        Ok(Accepted::new(Some(format!("{}-{taken}", self.run))))
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        Ok(Probe::Ready)
    }
}

/// A transport that reports when a given number of messages were taken.
#[derive(Debug)]
struct Counted {
    inner: Arc<dyn Transport>,
    taken: AtomicU32,
    rows: u32,
    done: watch::Sender<bool>,
}

#[async_trait]
impl Transport for Counted {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let reply = self.inner.send(message).await;
        if reply.is_ok() && self.taken.fetch_add(1, Ordering::Relaxed) + 1 == self.rows {
            self.done.send_replace(true);
        }
        reply
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.inner.probe().await
    }
}

/// The dispatchers of a benchmark.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Number of dispatchers in this process.
    pub workers: u32,
    /// Slots of each dispatcher.
    pub slots: u32,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {} slots", self.workers, self.slots)
    }
}

/// Makes dispatchers of this shape over a store and a transport, with no rate limit and no
/// watching.
///
/// # Errors
/// None: there is a transport.
pub fn dispatchers(
    store: &Arc<dyn Store>,
    transport: &Arc<dyn Transport>,
    clock: Option<&Arc<dyn Clock>>,
    shape: Shape,
) -> Result<Vec<Dispatcher>> {
    let options = DispatchOptions::default()
        .with_slots(shape.slots)
        .with_rate_limit(RateLimit::Unlimited)
        .with_watch(false);
    let customers = Arc::new(FixedDirectory::default());
    let one = || {
        let (store, transport) = (Arc::clone(store), Arc::clone(transport));
        let ports = Ports::new(store, customers.clone()).with_transport(transport);
        let ports = match clock {
            Some(clock) => ports.with_clock(Arc::clone(clock)),
            None => ports,
        };
        Ok(Dispatcher::new(ports)?.with_options(options.clone()))
    };
    (0..shape.workers).map(|_| one()).collect()
}

/// Drains `rows` messages through dispatchers, lets them finish what is under way, and makes sure
/// that all count as sent. Returns the time that it took.
///
/// # Errors
/// Fails if a message is not sent, or the store does not answer.
pub async fn drain(
    store: &Arc<dyn Store>,
    transport: &Arc<dyn Transport>,
    clock: Option<&Arc<dyn Clock>>,
    shape: Shape,
    rows: u32,
) -> Result<Duration> {
    let sent_before = store.counts(u64::MAX).await?.sent;
    let (done, mut is_done) = watch::channel(false);
    let inner = Arc::clone(transport);
    let counted: Arc<dyn Transport> =
        Arc::new(Counted { inner, taken: AtomicU32::new(0), rows, done });
    let start = mark();
    let mut running = JoinSet::new();
    for dispatcher in dispatchers(store, &counted, clock, shape)? {
        let mut is_done = is_done.clone();
        running.spawn(Runner::sending(dispatcher)?.run(async move {
            // The sender lives as long as the dispatchers do.
            let _ = is_done.wait_for(|done| *done).await;
        }));
    }
    tokio::time::timeout(DEADLINE, is_done.wait_for(|done| *done))
        .await
        .context("not done in time")??;
    while let Some(ended) = running.join_next().await {
        ended?;
    }
    let took = start.elapsed();
    let counts = store.counts(u64::MAX).await?;
    ensure!(
        counts.sent - sent_before == u64::from(rows) && counts.pending == 0,
        "{rows} messages were to be sent, {} were, {} are left",
        counts.sent - sent_before,
        counts.pending
    );
    Ok(took)
}

/// The console over a store, open to everybody.
///
/// # Errors
/// Fails if it cannot be built.
pub fn open_console(store: Arc<dyn Store>) -> Result<Router> {
    let ports = Ports::new(store, Arc::new(FixedDirectory::default()));
    Ok(Console::builder(ports, Arc::new(Open)).build()?.router())
}

/// Lets everybody in.
#[derive(Debug)]
struct Open;

#[async_trait]
impl Gate for Open {
    async fn enter(&self, _: &Parts) -> Result<Visitor, Refused> {
        let user = UserId::new("bench").map_err(|_| Refused::Nobody)?;
        Ok(Visitor::new(user, "Bench", Role::Manager, Credential::Ambient, "bench"))
    }
}

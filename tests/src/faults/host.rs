//! The host application: takes orders in transactions of its own, a few in each, and enqueues a
//! message for every order. Some of these transactions it rolls back.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use sqlx::query;
use whatsapp_core::message::NewMessage;
use whatsapp_core::port::{Clock as _, Customer, Enqueued, Store};
use whatsapp_core::template::StockDelivered;
use whatsapp_core::{CustomerId, Draft, MessageId, Messenger, Ports, Request};
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};
use whatsapp_testkit::{FixedDirectory, ScaledClock, ScriptedTransport, fixtures};

use super::beside::Beside;
use super::{nap, now};

/// The customers that the host writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Customers {
    /// Numbers of one country, and plain words. Eight messages go to each number, so that looks
    /// meet other messages and several pages.
    Plain,
    /// Numbers of four countries, three of which write one number in several ways, and names in two
    /// scripts with marks that HTML escapes. Two messages go to each number: a row that says
    /// nothing makes every look of its number unclear.
    Anywhere,
}

impl Customers {
    const fn messages_a_number(self) -> u32 {
        match self {
            Self::Plain => 8,
            Self::Anywhere => 2,
        }
    }

    fn number(self, customer: u32) -> String {
        match (self, customer % 4) {
            (Self::Plain, _) | (Self::Anywhere, 0) => fixtures::number(customer.into()),
            (_, 1) => format!("+55319876{customer:05}"),
            (_, 2) => format!("+525512{customer:06}"),
            _ => format!("+5491123{customer:06}"),
        }
    }

    fn name(self, customer: u32) -> String {
        match self {
            Self::Plain => format!("Customer {customer}"),
            Self::Anywhere => format!("D'Souza & Sons <{customer}> नमस्ते"),
        }
    }
}

/// Largest number of orders in one transaction.
const TOGETHER_MOST: u32 = 3;

/// Share of transactions that are rolled back: a fifth.
const ROLLED_BACK: f64 = 0.2;

/// Longest time that the host tries to place an order while its database is down.
const PATIENCE: Duration = Duration::from_secs(30);

const TABLE: &str = "CREATE TABLE host_orders (no BIGINT PRIMARY KEY)";
const ORDER: &str = "INSERT INTO host_orders (no) VALUES ($1) ON CONFLICT DO NOTHING";

/// Messages of the host's own transactions, by how these ended.
#[derive(Debug, Default)]
pub(super) struct Placed {
    /// The messages of transactions that were committed.
    pub(super) committed: Vec<MessageId>,
    /// The messages of the orders that were rolled back.
    pub(super) rolled_back: Vec<MessageId>,
}

/// End of one of the host's transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Commit,
    /// The host rolls it back explicitly.
    RollBack,
    /// The host drops it without a word, as a handler does whose client went away.
    Drop,
}

/// A host with one connection.
#[derive(Debug)]
pub(super) struct Host {
    beside: Beside,
    messenger: Messenger,
    customers: FixedDirectory,
    clock: ScaledClock,
    whom: Customers,
}

impl Host {
    /// Opens the shop, and makes the host's own table.
    pub(super) async fn open(
        beside: Beside,
        store: Arc<dyn Store>,
        clock: ScaledClock,
        whom: Customers,
    ) -> Result<Self> {
        match &beside {
            Beside::Sqlite(pool) => query(TABLE).execute(pool).await.map(drop)?,
            Beside::Postgres(pool) => query(TABLE).execute(pool).await.map(drop)?,
        }
        let customers = FixedDirectory::default();
        let transport = Arc::new(ScriptedTransport::new());
        let ports = Ports::new(store, Arc::new(customers.clone()))
            .with_transport(transport)
            .with_clock(Arc::new(clock));
        let messenger = Messenger::new(ports);
        Ok(Self { beside, messenger, customers, clock, whom })
    }

    /// Places this number of orders, spread over this time.
    pub(super) async fn place(
        &self,
        orders: u32,
        time: Duration,
        random: &mut fastrand::Rng,
    ) -> Result<Placed> {
        let mut placed = Placed::default();
        let pause = time / orders.max(1);
        let mut next = 0;
        while next < orders {
            let together = next..orders.min(next + random.u32(1..=TOGETHER_MOST));
            next = together.end;
            let share = random.f64() * 2.0 * f64::from(together.end - together.start);
            let due = now() + pause.mul_f64(share);
            let end = match random.f64() {
                share if share >= ROLLED_BACK => End::Commit,
                share if share >= ROLLED_BACK / 2.0 => End::RollBack,
                _ => End::Drop,
            };
            let draft = self.draft(together.clone()).await?;
            let ids = draft.messages().iter().map(|message| message.facts.id);
            if end == End::Commit {
                self.commit(&together, draft.messages()).await?;
                placed.committed.extend(ids);
            } else {
                // If the server goes down in between, the transaction is rolled back too.
                let _ = self.transact(&together, draft.messages(), end).await;
                placed.rolled_back.extend(ids);
            }
            nap(due.saturating_duration_since(now())).await;
        }
        Ok(placed)
    }

    /// Makes the messages of orders, and asks a database that is down again.
    async fn draft(&self, orders: Range<u32>) -> Result<Draft> {
        let requests = orders.clone().map(|no| self.request(no)).collect::<Result<Vec<_>>>()?;
        let asked = now();
        loop {
            let draft = self.messenger.draft(&requests).await;
            if draft.messages().len() == requests.len() {
                return Ok(draft);
            }
            ensure!(asked.elapsed() < PATIENCE, "no message is made of orders {orders:?}");
            nap(Duration::from_millis(50)).await;
        }
    }

    fn request(&self, no: u32) -> Result<Request> {
        let customer = no / self.whom.messages_a_number();
        let id = CustomerId::new(format!("C-{customer}"))?;
        let (number, name) = (self.whom.number(customer), self.whom.name(customer));
        self.customers.put(Customer::new(id.clone(), name, Some(&number)));
        let order = StockDelivered {
            order_number: format!("SO-{no}"),
            delivered_on: self.clock.now().date_naive(),
            items: vec!["20 × LED bulb 9 W".to_owned()],
        };
        Ok(Request::stock_delivered(id, order))
    }

    /// Commits again and again until the commit is certain. A commit that got no answer may have
    /// happened, and then the message is there already.
    async fn commit(&self, orders: &Range<u32>, messages: &[NewMessage]) -> Result<()> {
        let asked = now();
        loop {
            match self.transact(orders, messages, End::Commit).await {
                Ok(enqueued) => {
                    let ours = messages.iter().zip(enqueued).all(|(message, enqueued)| {
                        let id = message.facts.id;
                        enqueued == Enqueued::New(id) || enqueued == Enqueued::AlreadyPresent(id)
                    });
                    ensure!(ours, "one of the orders {orders:?} has another message");
                    return Ok(());
                }
                Err(error) if asked.elapsed() > PATIENCE => return Err(error),
                Err(_) => nap(Duration::from_millis(50)).await,
            }
        }
    }

    /// Runs one transaction of the host's, with its own rows and their messages.
    async fn transact(
        &self,
        orders: &Range<u32>,
        messages: &[NewMessage],
        end: End,
    ) -> Result<Vec<Enqueued>> {
        match &self.beside {
            Beside::Sqlite(pool) => {
                let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
                for no in orders.clone() {
                    query(ORDER).bind(i64::from(no)).execute(&mut *transaction).await?;
                }
                let enqueued = SqliteStore::enqueue_in(&mut transaction, messages).await?;
                match end {
                    End::Commit => transaction.commit().await?,
                    End::RollBack => transaction.rollback().await?,
                    End::Drop => drop(transaction),
                }
                Ok(enqueued)
            }
            Beside::Postgres(pool) => {
                let mut transaction = pool.begin().await?;
                for no in orders.clone() {
                    query(ORDER).bind(i64::from(no)).execute(&mut *transaction).await?;
                }
                let enqueued = PostgresStore::enqueue_in(&mut transaction, messages).await?;
                match end {
                    End::Commit => transaction.commit().await?,
                    End::RollBack => transaction.rollback().await?,
                    End::Drop => drop(transaction),
                }
                Ok(enqueued)
            }
        }
    }
}

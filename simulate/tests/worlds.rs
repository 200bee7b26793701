//! The short form of the simulated worlds: fixed seeds. `cargo xtask simulate` runs others.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic and print")]

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;
use whatsapp_core::format::Amount;
use whatsapp_core::port::{Customer, CustomerDirectory, DirectoryError, Due, InvoiceLedger};
use whatsapp_core::{CustomerId, InvoiceId};
use whatsapp_simulate::hunt::{Hunt, Until, hunt, plain};
use whatsapp_simulate::{corpus, report};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::world::{Bookkeeper, Plan, Trouble, Troubles, World};
use whatsapp_testkit::{FixedDirectory, FixedLedger};

/// Number of worlds in each half of the short form.
const WORLDS: u64 = 40;

fn are_good(seed: u64) {
    let found = hunt(&Hunt {
        seed,
        until: Until::Worlds(WORLDS),
        threads: 1,
        first: false,
        shape: &|plan| {
            let messages = plan.messages.min(60);
            plan.with_messages(messages)
        },
        layers: &plain,
    });
    println!("{}", report::told(&found, 1));
    for failed in &found.failed {
        println!("{:#?}\n{}", failed.violations, failed.plan);
    }
    assert_eq!(found.bad, 0);
    assert!(found.lives > WORLDS * 20, "the worlds are empty");
}

#[test]
fn worlds_of_fixed_seeds_keep_every_promise() {
    are_good(1_000);
}

#[test]
fn more_worlds_of_fixed_seeds_keep_every_promise() {
    are_good(2_000);
}

#[test]
fn worlds_that_once_failed_do_not_fail_again() {
    for kept in corpus::corpus().unwrap() {
        let outcome = World::new(kept.plan).run();
        assert!(outcome.violations.is_empty(), "{}: {:#?}", kept.found, outcome.violations);
    }
}

/// The file was written by a release build, perhaps on another machine.
#[test]
fn the_same_seed_gives_the_same_world_in_every_build() {
    assert_eq!(corpus::digests(), corpus::kept_digests().unwrap());
}

#[test]
fn the_same_world_tells_the_same_story() {
    let plan = || "--seed 5 --messages 30 --hosts 2 --processes 2 --troubles all".parse().unwrap();
    let (one, other) = (World::new(plan()).telling().run(), World::new(plan()).telling().run());
    assert_eq!(one.story, other.story);
    assert_eq!(one.digest, other.digest);
    assert_eq!(World::new(plan()).run().digest, one.digest, "whether somebody listens or not");
}

/// SQLite does the same as the model of all stores: the same world, step by step.
#[test]
fn a_world_over_sqlite_is_the_world_over_the_model() {
    for seed in 3_000..3_006 {
        let plan = Plan::of_seed(seed).with_messages(20);
        let runtime = runtime();
        let store = runtime.block_on(SqliteStore::in_memory()).unwrap();
        let over_sqlite = World::new(plan.clone())
            .over(Arc::new(store))
            .waiting_on(runtime.handle().clone())
            .telling()
            .run();
        let over_memory = World::new(plan).telling().run();
        assert!(over_sqlite.violations.is_empty(), "{:#?}", over_sqlite.violations);
        let both = over_memory.story.iter().zip(&over_sqlite.story);
        for (line, (memory, sqlite)) in both.enumerate() {
            assert_eq!(memory, sqlite, "line {line} of {}", over_sqlite.plan);
        }
        assert_eq!(over_memory.digest, over_sqlite.digest);
    }
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Books of a host that are kept elsewhere: an answer takes time.
#[derive(Debug, Clone, Default)]
struct Elsewhere {
    customers: FixedDirectory,
    invoices: FixedLedger,
}

#[async_trait]
impl CustomerDirectory for Elsewhere {
    async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        yield_now().await;
        self.customers.find_many(ids).await
    }

    async fn reachable(
        &self,
        after: Option<CustomerId>,
        limit: u32,
    ) -> Result<Vec<Customer>, DirectoryError> {
        yield_now().await;
        self.customers.reachable(after, limit).await
    }
}

#[async_trait]
impl InvoiceLedger for Elsewhere {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        yield_now().await;
        self.invoices.due(invoices).await
    }

    async fn unpaid(
        &self,
        after: Option<InvoiceId>,
        limit: u32,
    ) -> Result<Vec<Due>, DirectoryError> {
        yield_now().await;
        self.invoices.unpaid(after, limit).await
    }

    async fn credit(&self, customer: &CustomerId) -> Result<Vec<Amount>, DirectoryError> {
        yield_now().await;
        self.invoices.credit(customer).await
    }

    async fn payments_known_until(&self) -> Result<Option<DateTime<Utc>>, DirectoryError> {
        yield_now().await;
        self.invoices.payments_known_until().await
    }
}

#[async_trait]
impl Bookkeeper for Elsewhere {
    async fn customer(&self, customer: &Customer) -> Result<(), DirectoryError> {
        yield_now().await;
        self.customers.put(customer.clone());
        Ok(())
    }

    async fn owes(&self, due: &Due) -> Result<(), DirectoryError> {
        yield_now().await;
        self.invoices.owe(due.clone());
        Ok(())
    }

    async fn paid(&self, invoice: &InvoiceId) -> Result<(), DirectoryError> {
        yield_now().await;
        self.invoices.pay(invoice.clone());
        Ok(())
    }
}

fn over_books_elsewhere(plan: Plan) -> World {
    let books = Arc::new(Elsewhere::default());
    World::new(plan).with_customers(Arc::<Elsewhere>::clone(&books)).with_invoices(books)
}

/// Payments and corrected numbers reach a host's own books, and the world is the same.
#[test]
fn a_world_over_a_hosts_own_books_is_the_world_over_its_own() {
    let runtime = runtime();
    for seed in 4_000..4_004 {
        let troubles = [Trouble::Pays, Trouble::Corrects, Trouble::BooksAway, Trouble::Kill];
        let plan =
            Plan::of_seed(seed).with_messages(30).with_troubles(Troubles::from_iter(troubles));
        let books = Arc::new(Elsewhere::default());
        let over_books = World::new(plan.clone())
            .with_customers(Arc::<Elsewhere>::clone(&books))
            .with_invoices(Arc::<Elsewhere>::clone(&books))
            .with_keeper(books)
            .waiting_on(runtime.handle().clone())
            .run();
        assert!(over_books.violations.is_empty(), "{:#?}", over_books.violations);
        assert!(over_books.sent > 0, "{over_books:?}");
        assert_eq!(over_books.digest, World::new(plan).run().digest);
    }
}

#[test]
fn books_that_take_time_need_a_runtime() {
    let plan = Plan::of_seed(1).with_messages(2).with_troubles(Troubles::NONE);
    let world = over_books_elsewhere(plan).with_keeper(Arc::new(Elsewhere::default()));
    let outcome = world.run();
    let first = outcome.violations.first().unwrap();
    assert_eq!(first.promise, "books that can be written");
    assert!(first.what.contains("a runtime"), "{first}");
}

#[test]
fn nobody_pays_and_nobody_corrects_a_number_in_books_that_nobody_keeps() {
    let plan = Plan::of_seed(1).with_messages(2).with_troubles(Troubles::all());
    let runtime = runtime();
    let outcome = over_books_elsewhere(plan).waiting_on(runtime.handle().clone()).run();
    for trouble in [Trouble::Pays, Trouble::Corrects] {
        assert!(!outcome.plan.troubles.has(trouble), "{}", trouble.name());
    }
    assert!(outcome.violations.is_empty(), "{:#?}", outcome.violations);
}

/// The shop asks again if the process that enqueues dies, or if no database answers.
#[test]
fn whatever_a_shop_asks_for_is_enqueued_in_the_end() {
    let troubles = [Trouble::Kill, Trouble::StoreAway, Trouble::StoreFails, Trouble::StoreLies];
    for seed in 5_000..5_010 {
        let plan =
            Plan::of_seed(seed).with_messages(60).with_troubles(Troubles::from_iter(troubles));
        let outcome = World::new(plan).run();
        assert!(outcome.violations.is_empty(), "{:#?}", outcome.violations);
        assert!(outcome.lives >= 60, "{outcome:?}");
        assert_eq!(outcome.sent + outcome.failed + outcome.cancelled, outcome.lives);
    }
}

//! Scenes with parts of the host's own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::chore::{Chore, Next, Turn};
use whatsapp_core::format::Amount;
use whatsapp_core::message::{MessageType, Placeholder, TypeDef};
use whatsapp_core::port::{Customer, Due, Store, StoreError};
use whatsapp_core::template::PaymentReminder;
use whatsapp_core::{InvoiceId, Request, Wake};

use super::{OFFICE, customer, order, shop};
use crate::fixtures::START;
use crate::gateway::{Answer, Fault};
use crate::{FixedDirectory, FixedLedger, MemoryStore, RecordingNotifier, StoreWrapper};

static APPOINTMENT_DEF: TypeDef = TypeDef::new(
    "appointment",
    "Appointment",
    &[Placeholder::CUSTOMER_NAME, Placeholder::line("number", "Number", "A-7")],
    "Dear {customerName}, please come: {number}.",
)
.with_subject("number", "Appointment");

const APPOINTMENT: MessageType = MessageType::of(&APPOINTMENT_DEF);

#[tokio::test]
async fn a_directory_and_a_type_of_the_hosts_own_are_used() {
    let asha = Customer::new(customer("K-1"), "Asha", Some("+919876500001"));
    let directory = FixedDirectory::new([asha]);
    let scene = shop()
        .directory(Arc::new(directory.clone()))
        .message_type(APPOINTMENT)
        .setting("whatsapp_appointment_enabled", "true")
        .start()
        .await;
    let values: BTreeMap<_, _> = [("number".to_owned(), "A-7".to_owned())].into();
    let request = Request::values(customer("K-1"), APPOINTMENT, values);
    scene.messenger().enqueue(request).await.unwrap();
    scene.run_until_idle().await;
    let post = scene.sent().await.to("K-1").of_type(APPOINTMENT).about("A-7").once();
    assert_eq!(post.text.as_str(), "Dear Asha, please come: A-7.");
    assert!(directory.questions() > 0);
    assert_eq!(scene.customers().questions(), 0);
}

/// A reminder that the host makes by itself, of an invoice that its ledger may know.
fn reminder(invoice: &str) -> Request {
    let reminder = PaymentReminder {
        invoice_number: format!("INV-{invoice}"),
        amount: Amount::rupees("500").unwrap(),
        due: START.date_naive() - TimeDelta::days(3),
        today: START.date_naive(),
    };
    Request::payment_reminder(customer("C-1"), InvoiceId::new(invoice).unwrap(), reminder)
}

fn due(invoice: &str, amount: &str) -> Due {
    // No reminder of it is planned on the day of the scene.
    let date = START.date_naive() - TimeDelta::days(1);
    let key = InvoiceId::new(invoice).unwrap();
    let amount = Amount::rupees(amount).unwrap();
    Due::new(key, customer("C-1"), format!("INV-{invoice}"), date, date, amount)
}

#[tokio::test]
async fn an_invoice_that_no_line_names_is_unknown() {
    let scene = shop().invoice(due("81", "200")).start().await;
    scene.messenger().enqueue(reminder("82")).await.unwrap();
    scene.run_until_idle().await;
    scene.posts().await.about("82").never();
}

#[tokio::test]
async fn a_ledger_of_the_hosts_own_is_asked_for_the_amount_of_today() {
    let ledger = FixedLedger::of([due("82", "200")]);
    let scene = shop().ledger(Arc::new(ledger.clone())).start().await;
    scene.messenger().enqueue(reminder("82")).await.unwrap();
    scene.run_until(START).await;
    let post = scene.sent().await.about("INV-82").once();
    assert!(post.text.as_str().contains("₹200.00"), "the ledger says what is due");
    assert!(ledger.questions() > 0);
}

#[tokio::test]
async fn without_a_ledger_nobody_is_asked() {
    let scene = shop().start().await;
    scene.messenger().enqueue(reminder("82")).await.unwrap();
    scene.run_until(START).await;
    scene.sent().await.about("82").once();
    assert_eq!(scene.invoices().questions(), 0);
}

#[tokio::test]
async fn the_last_word_about_the_ports_is_the_hosts() {
    let mail = RecordingNotifier::new();
    let own = mail.clone();
    let scene = shop()
        .gateway(Fault::refuse(Answer::Status(422)))
        .ports(move |ports| ports.with_notifier(Arc::new(own)))
        .start()
        .await;
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.run_until_idle().await;
    assert_eq!(mail.sent()[0].0, OFFICE);
    scene.mails().never();
}

#[tokio::test]
async fn a_store_without_optional_ports_is_enough_to_send() {
    let store = Arc::new(MemoryStore::new());
    let scene = shop().basic_store(store.clone()).start().await;
    assert!(!scene.ports().offers().reads_audit);
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.run_until_idle().await;
    scene.sent().await.once();
    assert_eq!(store.messages().len(), 1);
}

#[tokio::test]
async fn a_second_scene_over_the_same_store_goes_on_where_the_first_was_left() {
    let store = Arc::new(MemoryStore::new());
    let first = shop().store(store.clone()).start().await;
    first.messenger().enqueue(order("SO-7")).await.unwrap();
    first.posts().await.never();
    drop(first);
    let second = shop().store(store.clone()).start().await;
    second.messenger().enqueue(order("SO-8")).await.unwrap();
    second.run_until_idle().await;
    second.sent().await.to("C-1").times(2);
}

#[tokio::test]
async fn a_scene_that_is_dropped_keeps_nothing() {
    let store = Arc::new(MemoryStore::new());
    let kept = Arc::downgrade(&store);
    let scene = shop().store(store).start().await;
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.run_until_idle().await;
    assert!(kept.upgrade().is_some());
    drop(scene);
    assert!(kept.upgrade().is_none(), "something of the scene holds itself");
}

/// A chore that counts its turns.
#[derive(Debug)]
struct Counting {
    turns: Arc<AtomicU32>,
    every: Duration,
    wake: Wake,
}

impl Counting {
    fn new(every: Duration) -> (Self, Arc<AtomicU32>, Wake) {
        let (turns, wake) = (Arc::new(AtomicU32::new(0)), Wake::new());
        (Self { turns: turns.clone(), every, wake: wake.clone() }, turns, wake)
    }
}

#[async_trait]
impl Chore for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn wake(&self) -> Wake {
        self.wake.clone()
    }

    async fn turn(&self, _now: DateTime<Utc>) -> Turn {
        self.turns.fetch_add(1, Ordering::SeqCst);
        Turn::next(Next::In(self.every)).with_rest(Duration::from_secs(60))
    }

    fn stop(&self) {}

    async fn finish(&self) {}
}

#[tokio::test]
async fn a_chore_of_the_hosts_own_has_its_turns_in_its_rhythm_and_when_it_is_woken() {
    let (chore, turns, wake) = Counting::new(Duration::from_secs(60));
    let scene = shop().chore(|_| chore).start().await;
    assert_eq!(turns.load(Ordering::SeqCst), 0);
    scene.pass(TimeDelta::minutes(10)).await;
    assert_eq!(turns.swap(0, Ordering::SeqCst), 11, "at the start, and each minute");
    wake.wake();
    scene.run_until(START + TimeDelta::minutes(10)).await;
    assert_eq!(turns.load(Ordering::SeqCst), 1, "each run begins with a turn");
}

#[tokio::test]
#[should_panic(
    expected = "the scene is not idle after 14 days; these chores want to come back at once: counting"
)]
async fn a_chore_that_never_rests_is_named() {
    let (chore, ..) = Counting::new(Duration::from_millis(900));
    let scene = shop().chore(|_| chore).start().await;
    scene.run_until_idle().await;
}

/// A store that counts how often it is asked for failures that no mail has told of.
#[derive(Debug, Default)]
struct Asked {
    store: MemoryStore,
    for_notices: AtomicU32,
}

#[async_trait]
impl StoreWrapper for Asked {
    fn inner(&self) -> &dyn Store {
        &self.store
    }

    async fn notices_owed(&self) -> Result<u64, StoreError> {
        self.for_notices.fetch_add(1, Ordering::SeqCst);
        self.inner().notices_owed().await
    }
}

crate::forward_store!(Asked);

#[tokio::test]
async fn chores_look_for_work_each_quarter_of_an_hour_and_more_often_after_something_happened() {
    let store = Arc::new(Asked::default());
    let scene = shop().basic_store(store.clone()).start().await;
    scene.pass(TimeDelta::days(1)).await;
    let quarters = 24 * 4;
    assert_eq!(store.for_notices.swap(0, Ordering::SeqCst), quarters + 1);
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.pass(TimeDelta::minutes(30)).await;
    let looks = store.for_notices.load(Ordering::SeqCst);
    assert!((60..70).contains(&looks), "each half minute, and {looks} in all");
}

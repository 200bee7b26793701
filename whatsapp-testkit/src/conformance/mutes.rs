//! Cases for mutes: recipients that get no messages, and about which subjects.

mod cases;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use whatsapp_core::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::mute::{Mute, MuteOf, MuteOn};
use whatsapp_core::port::{
    AuditFilter, AuditLog, MuteCursor, MuteEnd, MuteFilter, MuteQuestion, MuteStore, StoreError,
    SystemEntropy, random,
};
use whatsapp_core::{CustomerId, InvoiceId, MuteId, UserId};

use crate::fixtures::{START, audit_id};

pub use cases::{MUTE_CASES, MuteCase};

/// One store, as the ports that the cases of mutes use.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MutePorts {
    /// The mutes.
    pub mutes: Arc<dyn MuteStore>,
    /// The audit.
    pub audit: Arc<dyn AuditLog>,
}

impl MutePorts {
    /// Makes the ports of a store that implements both.
    pub fn of(store: Arc<impl MuteStore + AuditLog>) -> Self {
        Self { mutes: store.clone(), audit: store }
    }

    async fn add(&self, mute: &Mute) {
        let added = self.mutes.add_mute(mute, audit_id(mute.at)).await.expect("add_mute");
        assert_eq!(&added, mute, "it is new");
    }

    async fn end(&self, mute: &Mute, at: DateTime<Utc>) -> Mute {
        let ended = self.mutes.end_mute(&end(mute.id, at)).await.expect("end_mute");
        ended.expect("it holds")
    }

    async fn list(&self, filter: &MuteFilter, after: Option<MuteCursor>, limit: u32) -> Vec<Mute> {
        self.mutes.mutes(filter, after, limit).await.expect("mutes")
    }

    /// All mutes, the newest first, also those that ended.
    async fn all(&self) -> Vec<Mute> {
        self.list(&MuteFilter::default().with_ended(), None, 1_000).await
    }

    async fn entries(&self) -> Vec<AuditEntry> {
        self.audit.audit(&AuditFilter::default(), None, 200).await.expect("audit").entries
    }

    async fn ask(&self, asked: &[MuteQuestion]) -> Vec<Vec<Mute>> {
        self.mutes.muted(asked).await.expect("muted")
    }
}

fn minute(no: i64) -> DateTime<Utc> {
    START + TimeDelta::minutes(no)
}

fn customer(id: &str) -> MuteOn {
    MuteOn::Customer(CustomerId::new(id).expect("a customer's id"))
}

fn number(key: &str) -> MuteOn {
    MuteOn::Number(key.into())
}

fn invoice(id: &str) -> MuteOn {
    MuteOn::Invoice(InvoiceId::new(id).expect("an invoice's id"))
}

fn mute(on: MuteOn, of: MuteOf, at: DateTime<Utc>) -> Mute {
    let id = MuteId::new(at, random(&SystemEntropy));
    Mute { id, on, of, by: Actor::Host, at, ended: None }
}

fn asha() -> Actor {
    Actor::Person(UserId::new("asha-1").expect("a user id"))
}

fn end(id: MuteId, at: DateTime<Utc>) -> MuteEnd {
    MuteEnd { id, by: asha(), at, audit: audit_id(at) }
}

fn question(customer: &str, number_key: Option<&str>, invoice: Option<&str>) -> MuteQuestion {
    MuteQuestion {
        customer: CustomerId::new(customer).expect("a customer's id"),
        number_key: number_key.map(Into::into),
        invoice: invoice.map(|id| InvoiceId::new(id).expect("an invoice's id")),
    }
}

pub async fn a_mute_reads_back_as_it_was_set_and_as_it_ended(ports: MutePorts) {
    let mut set = Vec::new();
    for on in [customer("C-1"), number("91-76543210"), invoice("INV-1")] {
        for &of in MuteOf::ALL {
            for by in [asha(), Actor::Host, Actor::Outside] {
                let at = minute(i64::try_from(set.len()).expect("a few"));
                let one = Mute { by: by.clone(), ..mute(on.clone(), of, at) };
                ports.add(&one).await;
                let until = at + TimeDelta::microseconds(1);
                let end = MuteEnd { by, ..end(one.id, until) };
                let ended = ports.mutes.end_mute(&end).await.expect("end_mute");
                assert_eq!(ended, Some(end.apply(one)));
                set.extend(ended);
            }
        }
    }
    set.reverse();
    assert_eq!(ports.all().await, set);
}

pub async fn the_same_mute_again_changes_nothing_and_leaves_no_entry(ports: MutePorts) {
    let first = mute(customer("C-1"), MuteOf::Reminders, minute(0));
    ports.add(&first).await;
    let again = Mute { by: asha(), ..mute(customer("C-1"), MuteOf::Reminders, minute(1)) };
    let answer = ports.mutes.add_mute(&again, audit_id(minute(1))).await.expect("add_mute");
    assert_eq!(answer, first);
    let answer = ports.mutes.add_mute(&first, audit_id(minute(2))).await.expect("add_mute");
    assert_eq!(answer, first);
    assert_eq!(ports.all().await, [first]);
    assert_eq!(ports.entries().await.len(), 1);
}

pub async fn mutes_of_other_categories_and_about_others_stand_beside_one_another(ports: MutePorts) {
    let mut set = Vec::new();
    for on in [customer("A-1"), number("A-1"), invoice("A-1"), customer("A-2")] {
        for &of in MuteOf::ALL {
            let one = mute(on.clone(), of, minute(0));
            ports.add(&one).await;
            set.push(one);
        }
    }
    assert_eq!(ports.all().await.len(), set.len());
}

pub async fn each_act_leaves_one_entry_without_the_number(ports: MutePorts) {
    let one = mute(number("91-76543210"), MuteOf::Greetings, minute(0));
    let set = audit_id(minute(0));
    ports.mutes.add_mute(&one, set).await.expect("add_mute");
    let end = end(one.id, minute(1));
    ports.mutes.end_mute(&end).await.expect("end_mute");
    let on = AuditTarget::Mute(one.id);
    let expected = [
        AuditEntry {
            id: end.audit,
            at: minute(1),
            by: asha(),
            act: Act::Unmuted,
            on: on.clone(),
            change: AuditChange::state("greetings", "none"),
        },
        AuditEntry {
            id: set,
            at: minute(0),
            by: Actor::Host,
            act: Act::Muted,
            on,
            change: AuditChange::state("none", "greetings"),
        },
    ];
    assert_eq!(ports.entries().await, expected);
}

pub async fn an_act_whose_entry_cannot_be_written_is_not_done(ports: MutePorts) {
    let taken = audit_id(minute(0));
    let one = mute(customer("C-1"), MuteOf::All, minute(0));
    ports.mutes.add_mute(&one, taken).await.expect("add_mute");
    let conflict = |error: StoreError| matches!(error, StoreError::Conflict { .. });
    let other = mute(customer("C-2"), MuteOf::All, minute(1));
    let answer = ports.mutes.add_mute(&other, taken).await;
    assert!(conflict(answer.expect_err("the entry is there")));
    let end = MuteEnd { audit: taken, ..end(one.id, minute(1)) };
    let answer = ports.mutes.end_mute(&end).await;
    assert!(conflict(answer.expect_err("the entry is there")));
    assert_eq!(ports.all().await, [one]);
    assert_eq!(ports.entries().await.len(), 1);
}

pub async fn an_id_that_another_mute_has_is_a_conflict(ports: MutePorts) {
    let one = mute(customer("C-1"), MuteOf::All, minute(0));
    ports.add(&one).await;
    let other = Mute { id: one.id, ..mute(customer("C-2"), MuteOf::All, minute(1)) };
    let answer = ports.mutes.add_mute(&other, audit_id(minute(1))).await;
    assert!(matches!(answer, Err(StoreError::Conflict { .. })), "{answer:?}");
    assert_eq!(ports.all().await, [one]);
    assert_eq!(ports.entries().await.len(), 1);
}

pub async fn a_mute_that_ended_holds_no_more_and_its_row_stays(ports: MutePorts) {
    let one = mute(customer("C-1"), MuteOf::Reminders, minute(0));
    ports.add(&one).await;
    let asked = [question("C-1", None, None)];
    assert_eq!(ports.ask(&asked).await, [[one.clone()]]);
    let ended = ports.end(&one, minute(1)).await;
    assert_eq!(ports.ask(&asked).await, [Vec::new()]);
    assert_eq!(ports.list(&MuteFilter::default(), None, 9).await, []);
    assert_eq!(ports.all().await, [ended]);
}

pub async fn what_does_not_hold_cannot_be_ended(ports: MutePorts) {
    let one = mute(customer("C-1"), MuteOf::Reminders, minute(0));
    ports.add(&one).await;
    let ended = ports.end(&one, minute(1)).await;
    let stranger = mute(customer("C-1"), MuteOf::Reminders, minute(2));
    for id in [one.id, stranger.id] {
        let answer = ports.mutes.end_mute(&end(id, minute(3))).await.expect("end_mute");
        assert_eq!(answer, None);
    }
    assert_eq!(ports.all().await, [ended]);
    assert_eq!(ports.entries().await.len(), 2);
}

pub async fn what_ended_can_be_muted_again(ports: MutePorts) {
    let first = mute(invoice("INV-1"), MuteOf::Reminders, minute(0));
    ports.add(&first).await;
    let first = ports.end(&first, minute(1)).await;
    let second = mute(invoice("INV-1"), MuteOf::Reminders, minute(2));
    ports.add(&second).await;
    assert_eq!(ports.ask(&[question("C-1", None, Some("INV-1"))]).await, [[second.clone()]]);
    assert_eq!(ports.all().await, [second, first]);
}

pub async fn each_question_is_answered_in_its_place(ports: MutePorts) {
    // The same text names a customer, a number and an invoice.
    let [by_customer, by_number, by_invoice] =
        [customer("A-1"), number("A-1"), invoice("A-1")].map(|on| mute(on, MuteOf::All, START));
    for one in [&by_customer, &by_number, &by_invoice] {
        ports.add(one).await;
    }
    let asked = [
        question("B-1", None, None),
        question("A-1", None, None),
        question("B-1", Some("A-1"), None),
        question("B-1", Some("B-1"), Some("A-1")),
        question("B-1", Some("B-1"), Some("B-1")),
        question("A-1", None, None),
        question("a-1", Some("A-"), Some("A-11")),
    ];
    let none = Vec::new;
    let expected = [
        none(),
        vec![by_customer.clone()],
        vec![by_number],
        vec![by_invoice],
        none(),
        vec![by_customer],
        none(),
    ];
    assert_eq!(ports.ask(&asked).await, expected);
    assert_eq!(ports.ask(&[]).await, Vec::<Vec<Mute>>::new());
}

pub async fn the_mutes_of_a_message_come_the_oldest_first(ports: MutePorts) {
    let mut mutes = vec![
        mute(invoice("INV-1"), MuteOf::Reminders, minute(3)),
        mute(customer("C-1"), MuteOf::All, minute(1)),
        mute(number("91-76543210"), MuteOf::Greetings, minute(2)),
        mute(customer("C-1"), MuteOf::Greetings, minute(2)),
        mute(customer("C-1"), MuteOf::Reminders, minute(4)),
    ];
    for one in &mutes {
        ports.add(one).await;
    }
    mutes.sort_by_key(MuteCursor::of);
    let asked = [question("C-1", Some("91-76543210"), Some("INV-1"))];
    assert_eq!(ports.ask(&asked).await, [mutes]);
}

pub async fn a_thousand_questions_are_one(ports: MutePorts) {
    let mut expected = Vec::new();
    let mut asked = Vec::new();
    for no in 0..1_000 {
        let id = format!("C-{no}");
        let one = mute(customer(&id), MuteOf::Reminders, minute(no));
        if no % 100 == 0 {
            ports.add(&one).await;
        }
        expected.push(if no % 100 == 0 { vec![one] } else { Vec::new() });
        let (key, invoice) = (format!("91-{no:08}"), format!("INV-{no}"));
        asked.push(question(&id, Some(&key), Some(&invoice)));
    }
    assert_eq!(ports.ask(&asked).await, expected);
}

/// Ten mutes, of which three are of one instant and every other one has ended; the newest first.
async fn ten(ports: &MutePorts) -> Vec<Mute> {
    let mut set = Vec::new();
    for no in 0..10 {
        let at = minute(i64::try_from(no).expect("a few").max(2));
        let one = mute(customer(&format!("C-{}", no % 5)), MuteOf::ALL[no / 5], at);
        ports.add(&one).await;
        set.push(if no % 2 == 0 { ports.end(&one, minute(20)).await } else { one });
    }
    set.sort_by_key(|mute| std::cmp::Reverse(MuteCursor::of(mute)));
    set
}

pub async fn pages_show_each_mute_once_the_newest_first(ports: MutePorts) {
    let set = ten(&ports).await;
    for ended in [true, false] {
        let mut filter = MuteFilter::default();
        filter.ended = ended;
        let holds = |mute: &&Mute| ended || mute.ended.is_none();
        let expected: Vec<_> = set.iter().filter(holds).cloned().collect();
        let mut shown: Vec<Mute> = Vec::new();
        loop {
            let page = ports.list(&filter, shown.last().map(MuteCursor::of), 3).await;
            assert!(page.len() <= 3);
            if page.is_empty() {
                break;
            }
            shown.extend(page);
        }
        assert_eq!(shown, expected);
    }
}

pub async fn a_filter_shows_the_mutes_about_one_customer_number_or_invoice(ports: MutePorts) {
    let set = ten(&ports).await;
    let beside = [number("C-3"), invoice("C-3")].map(|on| mute(on, MuteOf::All, minute(30)));
    for one in &beside {
        ports.add(one).await;
    }
    let about = |on| MuteFilter::about(on).with_ended();
    let expected: Vec<_> = set.into_iter().filter(|mute| mute.on == customer("C-3")).collect();
    assert_eq!(expected.len(), 2);
    assert_eq!(ports.list(&about(customer("C-3")), None, 9).await, expected);
    assert_eq!(ports.list(&about(number("C-3")), None, 9).await, [beside[0].clone()]);
    assert_eq!(ports.list(&about(invoice("C-3")), None, 9).await, [beside[1].clone()]);
    assert_eq!(ports.list(&about(invoice("C-4")), None, 9).await, []);
}

pub async fn a_filter_shows_the_mutes_of_these_ids(ports: MutePorts) {
    let set = ten(&ports).await;
    let some = [set[1].clone(), set[7].clone()];
    let of = |mutes: &[Mute]| {
        let mut filter = MuteFilter::default().with_ended();
        filter.ids = Some(mutes.iter().map(|mute| mute.id).collect());
        filter
    };
    assert_eq!(ports.list(&of(&some), None, 9).await, some);
    assert_eq!(ports.list(&of(&[]), None, 9).await, []);
}

pub async fn of_concurrent_mutes_of_the_same_one_is_set(ports: MutePorts) {
    let mutes: Vec<_> =
        (0..8).map(|no| mute(customer("C-1"), MuteOf::Reminders, minute(no))).collect();
    let add = |one: &Mute| {
        let (ports, one) = (ports.clone(), one.clone());
        async move { ports.mutes.add_mute(&one, audit_id(one.at)).await.expect("add_mute").id }
    };
    let ids: BTreeSet<MuteId> = join_all(mutes.iter().map(add)).await.into_iter().collect();
    let all = ports.all().await;
    assert_eq!(all.len(), 1);
    assert_eq!(ids, BTreeSet::from([all[0].id]), "everybody was told of the same");
    assert_eq!(ports.entries().await.len(), 1);
}

pub async fn of_concurrent_ends_of_a_mute_one_is_done(ports: MutePorts) {
    let one = mute(customer("C-1"), MuteOf::Reminders, minute(0));
    ports.add(&one).await;
    let ends = (1..9).map(|no| {
        let (ports, end) = (ports.clone(), end(one.id, minute(no)));
        async move { ports.mutes.end_mute(&end).await.expect("end_mute") }
    });
    let ended: Vec<Mute> = join_all(ends).await.into_iter().flatten().collect();
    assert_eq!(ended.len(), 1);
    assert_eq!(ports.all().await, ended);
    assert_eq!(ports.entries().await.len(), 2);
}

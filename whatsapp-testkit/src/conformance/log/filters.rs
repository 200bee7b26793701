//! Cases for the messages that a filter shows.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::CustomerId;
use whatsapp_core::message::{
    Event, Facts, HeldFor, MessageKey, MessageType, NewMessage, Status, Trigger,
};
use whatsapp_core::port::{CUSTOMERS_MAX, Settled, Sort, Store, StoreError, Turn};
use whatsapp_core::retry::Disposition;

use super::super::trial::{Trial, WITHDRAWN, refused};
use super::{all, filter};
use crate::fixtures::{self, START};

pub async fn each_filter_shows_exactly_what_it_says(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let minute = |minutes| START + TimeDelta::minutes(minutes);
    let invoice = fixtures::new_message(1, minute(0));
    let greeting = fixtures::greeting(2, minute(1));
    let by_hand = fixtures::greeting(3, minute(2)).with_facts(|facts| Facts {
        trigger: Trigger::Manual,
        customer_id: invoice.facts.customer_id.clone(),
        ..facts
    });
    let refused = fixtures::refused_message(4, minute(3));
    let (a, b, c, d) = (invoice.facts.id, greeting.facts.id, by_hand.facts.id, refused.facts.id);
    let customer = invoice.facts.customer_id.clone();
    trial.enqueue(&[invoice, greeting, by_hand, refused]).await;

    let cases = [
        (filter(|_| ()), vec![a, b, c, d]),
        (filter(|f| f.statuses = [Status::Failed].into()), vec![d]),
        (filter(|f| f.statuses = [Status::Sent].into()), vec![]),
        (filter(|f| f.message_type = Some(MessageType::FESTIVAL.name())), vec![b, c]),
        (filter(|f| f.trigger = Some(Trigger::Auto)), vec![a, d]),
        (filter(|f| f.customers = [customer.clone()].into()), vec![a, c]),
        (filter(|f| f.from = Some(minute(1))), vec![b, c, d]),
        (filter(|f| f.until = Some(minute(2))), vec![a, b]),
        (
            filter(|f| {
                f.statuses = [Status::Pending].into();
                f.message_type = Some(MessageType::FESTIVAL.name());
                f.trigger = Some(Trigger::Manual);
                f.customers = [customer.clone()].into();
                f.from = Some(minute(2));
                f.until = Some(minute(3));
            }),
            vec![c],
        ),
    ];
    for (filter, mut expected) in cases {
        assert_eq!(all(&trial, &filter, Sort::Oldest, 1).await, expected);
        expected.reverse();
        assert_eq!(all(&trial, &filter, Sort::Newest, 200).await, expected);
    }
}

pub async fn what_waits_for_something_is_shown_by_what_it_waits_for_and_counted(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let mut waits = Vec::new();
    for (seed, by) in
        (0..).zip([HeldFor::Hours, HeldFor::Disputed, HeldFor::Hours, HeldFor::Records])
    {
        let message = trial.waiting(seed).await;
        let claimed = trial.claim_one(message.facts.id).await;
        let mut settlement =
            trial.settlement(&claimed, &Event::Postponed { until: START + TimeDelta::days(1) });
        settlement.state = settlement.state.explained(Some(by), Some("It waits.".into()));
        assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
        waits.push(message.facts);
    }
    // Message 10 waits for nothing in particular. Message 11 will be tried again, and waits for
    // something too.
    trial.waiting(10).await;
    let retried = trial.sending(11).await;
    let mut settlement = trial.settlement(&retried, &refused(Disposition::Transient));
    settlement.state =
        settlement.state.explained(Some(HeldFor::Disputed), Some("It waits.".into()));
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
    let retried = retried.lease.message_id;
    let ids: Vec<_> = waits.iter().map(|facts| facts.id).collect();
    let customer = waits[2].customer_id.clone();
    let for_any = |of: &[HeldFor]| {
        let of = of.iter().copied().collect();
        filter(|f| f.held_for = of)
    };
    let cases = [
        (for_any(&[HeldFor::Hours]), vec![ids[0], ids[2]]),
        (for_any(&[HeldFor::Disputed]), vec![ids[1], retried]),
        (for_any(&[HeldFor::Records, HeldFor::Hours]), vec![ids[0], ids[2], ids[3]]),
        (for_any(&[HeldFor::Credit]), vec![]),
        (for_any(HeldFor::ALL), [ids.as_slice(), &[retried]].concat()),
        (
            filter(|f| {
                f.held_for = HeldFor::ALL.iter().copied().collect();
                f.statuses = [Status::Failed].into();
            }),
            vec![retried],
        ),
        (
            filter(|f| {
                f.held_for = [HeldFor::Hours].into();
                f.customers = [customer.clone()].into();
            }),
            vec![ids[2]],
        ),
        (
            filter(|f| {
                f.held_for = [HeldFor::Credit].into();
                f.customers = [customer].into();
            }),
            vec![],
        ),
    ];
    for (filter, mut expected) in cases {
        expected.sort_unstable();
        for (sort, limit) in [(Sort::Oldest, 1), (Sort::Newest, 200)] {
            let mut shown = all(&trial, &filter, sort, limit).await;
            shown.sort_unstable();
            assert_eq!(shown, expected, "{filter:?}");
        }
    }
    for (most, held) in [(u64::MAX, 5), (3, 3)] {
        assert_eq!(trial.store.counts(most).await.expect("counts").held, held);
    }
}

pub async fn a_message_of_any_type_is_kept_shown_and_counted(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let of = |seed, name: &str| {
        let message_type = fixtures::type_name(name);
        let trigger = [Trigger::Auto, Trigger::Manual][usize::from(seed % 2 == 0)];
        let at = START + TimeDelta::seconds(seed);
        fixtures::new_message(seed.unsigned_abs(), at).with_facts(|facts| Facts {
            message_type,
            trigger,
            ..facts
        })
    };
    let longest = "t".repeat(50);
    let messages =
        [of(1, "quotation"), of(2, "a"), of(3, &longest), of(4, "quotation"), of(5, "step_2")];
    trial.enqueue(&messages).await;
    let refused = fixtures::refused_message(6, START + TimeDelta::seconds(6));
    let quotation = messages[0].facts.message_type;
    let refused = refused.with_facts(|facts| Facts { message_type: quotation, ..facts });
    trial.enqueue(std::slice::from_ref(&refused)).await;

    let ids: Vec<_> = messages.iter().map(|message| message.facts.id).collect();
    let failed = refused.facts.id;
    let cases = [
        (filter(|_| ()), [&ids[..], &[failed]].concat()),
        (filter(|f| f.message_type = Some(quotation)), vec![ids[0], ids[3], failed]),
        (filter(|f| f.message_type = Some(fixtures::type_name(&longest))), vec![ids[2]]),
        (filter(|f| f.message_type = Some(fixtures::type_name("quotatio"))), vec![]),
        (
            filter(|f| {
                f.message_type = Some(quotation);
                f.statuses = [Status::Pending].into();
            }),
            vec![ids[0], ids[3]],
        ),
        (
            filter(|f| {
                f.message_type = Some(quotation);
                f.statuses = [Status::Failed].into();
            }),
            vec![failed],
        ),
        (
            filter(|f| {
                f.message_type = Some(quotation);
                f.statuses = [Status::Sent].into();
            }),
            vec![],
        ),
        (
            filter(|f| {
                f.message_type = Some(quotation);
                f.trigger = Some(Trigger::Manual);
            }),
            vec![ids[3]],
        ),
        (filter(|f| f.trigger = Some(Trigger::Manual)), vec![ids[1], ids[3]]),
    ];
    for (filter, mut expected) in cases {
        assert_eq!(all(&trial, &filter, Sort::Oldest, 1).await, expected, "{filter:?}");
        expected.reverse();
        assert_eq!(all(&trial, &filter, Sort::Newest, 200).await, expected, "{filter:?}");
    }
    for message in &messages {
        let read = trial.message(message.facts.id).await.facts.message_type;
        assert_eq!(read, message.facts.message_type);
    }
    let counts = trial.store.counts(u64::MAX).await.expect("counts");
    assert_eq!((counts.pending, counts.failed), (5, 1));
    trial.pass(TimeDelta::seconds(9));
    assert_eq!(trial.claim_one(ids[2]).await.message_type, messages[2].facts.message_type);
}

pub async fn several_statuses_show_the_rows_of_each(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    for seed in 0..12 {
        match seed % 4 {
            0 => drop(trial.waiting(seed).await),
            1 => drop(trial.failed(seed).await),
            2 => drop(trial.sent(seed).await),
            _ => {
                let waiting = trial.waiting(seed).await;
                let claimed = trial.claim_one(waiting.facts.id).await;
                trial.settle(&claimed, &WITHDRAWN).await;
            }
        }
        trial.pass(TimeDelta::seconds(1));
    }
    let every = all(&trial, &filter(|_| ()), Sort::Newest, 200).await;
    assert_eq!(every.len(), 12);
    for mask in 1_u8..16 {
        let bits = Status::ALL.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0);
        let statuses: Vec<Status> = bits.map(|(_, status)| *status).collect();
        let mut expected = Vec::new();
        for id in &every {
            if statuses.contains(&trial.message(*id).await.state.status) {
                expected.push(*id);
            }
        }
        let asked = filter(|f| f.statuses = statuses.iter().copied().collect());
        for limit in [1, 3, 200] {
            assert_eq!(all(&trial, &asked, Sort::Newest, limit).await, expected, "{statuses:?}");
        }
        expected.reverse();
        assert_eq!(all(&trial, &asked, Sort::Oldest, 2).await, expected, "{statuses:?}");
    }
}

pub async fn several_customers_are_shown_together_and_too_many_refused(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let of = |seed: u64, customer: &str| {
        let at = START + TimeDelta::seconds(seed.cast_signed());
        let customer_id = CustomerId::new(customer).expect("a customer's id");
        fixtures::new_message(seed, at).with_facts(|facts| Facts { customer_id, ..facts })
    };
    let rows = [of(1, "C-1"), of(2, "C-2"), of(3, "C-3"), of(4, "C-1"), of(5, "C-2")];
    trial.enqueue(&rows).await;
    let customers = |names: &[String]| {
        let names = names.iter().map(|name| CustomerId::new(name).expect("a customer's id"));
        filter(|f| f.customers = names.collect())
    };
    let two = customers(&["C-1".to_owned(), "C-2".to_owned(), "nobody".to_owned()]);
    let expected: Vec<_> = [4, 3, 1, 0].map(|place| rows[place].facts.id).into();
    for limit in [1, 2, 200] {
        assert_eq!(all(&trial, &two, Sort::Newest, limit).await, expected);
    }
    let many =
        |many: usize| customers(&(0..many).map(|no| format!("C-{no}")).collect::<Vec<String>>());
    assert_eq!(all(&trial, &many(CUSTOMERS_MAX), Sort::Newest, 9).await.len(), 5);
    let refused = many(CUSTOMERS_MAX + 1);
    let is_refused = |error: &StoreError| matches!(error, StoreError::Other { .. });
    let page = trial.store.page(&refused, Sort::Newest, Turn::First, 9).await;
    assert!(page.is_err_and(|error| is_refused(&error)));
    let count = trial.store.count(&refused, 9).await;
    assert!(count.is_err_and(|error| is_refused(&error)));
    let ids = trial.store.ids(&refused, 9).await;
    assert!(ids.is_err_and(|error| is_refused(&error)));
}

pub async fn a_subject_is_found_by_its_beginning_in_capitals_and_small_letters(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let subjects = ["INV-7", "inv-70", "Inv-7%", "INV_7", "INV\\7", "SO-INV-7", "ÄRA-1", "INV-8"];
    let about = |(seed, subject): (u64, &str)| {
        let at = START + TimeDelta::seconds(seed.cast_signed());
        let subject = Some(subject.to_owned());
        fixtures::new_message(seed, at).with_facts(|facts| Facts { subject, ..facts })
    };
    let mut rows: Vec<NewMessage> = (0..).zip(subjects).map(about).collect();
    rows.push(fixtures::new_message(90, START));
    trial.enqueue(&rows).await;
    let cases: [(&str, &[usize]); 10] = [
        ("inv-7", &[0, 1]),
        ("INV-7", &[0, 1]),
        // The spelling as it was typed is found too.
        ("Inv-7", &[0, 1, 2]),
        ("Inv-7%", &[2]),
        ("INV_", &[3]),
        ("inv\\", &[4]),
        ("INV-", &[0, 1, 7]),
        ("ära", &[6]),
        ("V-7", &[]),
        ("%", &[]),
    ];
    for (typed, places) in cases {
        let asked = filter(|f| f.about = Some(typed.to_owned()));
        let expected: Vec<_> = places.iter().map(|place| rows[*place].facts.id).collect();
        for limit in [1, 200] {
            assert_eq!(all(&trial, &asked, Sort::Oldest, limit).await, expected, "{typed}");
        }
    }
}

pub async fn a_key_is_found_by_its_beginning(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let keys = ["a", "a:b", "A:b", "a_b", "a%b", "a:~", "b"];
    let rows: Vec<NewMessage> = (0..)
        .zip(keys)
        .map(|(seed, key): (u64, &str)| {
            let at = START + TimeDelta::seconds(seed.cast_signed());
            let key = MessageKey::new(key.to_owned()).expect("a key");
            fixtures::new_message(seed, at).with_facts(|facts| Facts { key, ..facts })
        })
        .collect();
    trial.enqueue(&rows).await;
    let cases: [(&str, &[usize]); 6] = [
        ("a", &[0, 1, 3, 4, 5]),
        ("a:", &[1, 5]),
        ("A", &[2]),
        ("a_", &[3]),
        ("a%", &[4]),
        ("c", &[]),
    ];
    for (prefix, places) in cases {
        let asked = filter(|f| f.key_prefix = Some(prefix.to_owned()));
        let expected: Vec<_> = places.iter().map(|place| rows[*place].facts.id).collect();
        assert_eq!(all(&trial, &asked, Sort::Oldest, 2).await, expected, "{prefix}");
    }
}

//! Messages that customers decline: checked when a message is enqueued, and again once it
//! has waited.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{CancelReason, Category, HeldFor, MessageType, Phase};
use whatsapp_core::messenger::SendErrorKind;
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::{
    Clock as _, Customer, CustomerDirectory, DirectoryError, Due, MessageLog as _,
};
use whatsapp_core::{CustomerId, Desk, Dispatcher, InvoiceId, Ports};
use whatsapp_testkit::FixedDirectory;

use crate::mutes::{of_type, types};
use crate::shop::{ASHA, NUMBER, Shop};

/// The first customer, who wants none of these.
fn declining(category: Category) -> Customer {
    let id = CustomerId::new(ASHA).unwrap();
    Customer::new(id, "Asha Traders", Some(NUMBER)).with_declined(category)
}

#[tokio::test]
async fn nothing_is_enqueued_that_its_customer_declines() {
    for (message_type, category) in types() {
        for &declined in Category::ALL {
            let shop = Shop::new();
            shop.set("whatsapp_announcement_enabled", "true");
            shop.customers.put(declining(declined));
            let answer = shop.messenger.enqueue(of_type(message_type)).await;
            if declined == category {
                let error = answer.unwrap_err();
                assert!(matches!(error.kind(), SendErrorKind::Declined(of) if *of == category));
                assert_eq!(error.logged(), None);
                assert!(error.to_string().starts_with("the customer wants no "), "{error}");
                assert!(shop.store.messages().is_empty());
            } else {
                answer.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_reminder_asks_right_before_its_post_whether_the_customer_declines() {
    let shop = Shop::new();
    let amount = whatsapp_core::format::Amount::rupees("500").unwrap();
    let (id, customer) = (InvoiceId::new("INV-7").unwrap(), CustomerId::new(ASHA).unwrap());
    let (date, due) = ("2026-01-02".parse().unwrap(), "2026-02-11".parse().unwrap());
    shop.invoices.owe(Due::new(id, customer, "INV-7", date, due, amount));
    let id = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
    shop.customers.put(declining(Category::Reminders));
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::OptedOut));
    let message = shop.store.message(id).await.unwrap().unwrap();
    let said = message.state.explanation.unwrap();
    assert_eq!(said.as_str(), "The customer wants no reminders.");
    assert!(shop.gateway.sent().is_empty());
}

#[tokio::test]
async fn what_waited_asks_again_whether_its_customer_declines() {
    for (message_type, category) in types() {
        for &declined in Category::ALL {
            let shop = Shop::new();
            shop.set("whatsapp_announcement_enabled", "true");
            let due = shop.clock.now() + TimeDelta::days(40);
            let request = of_type(message_type).with_schedule(due);
            let id = shop.messenger.enqueue(request).await.unwrap().message_id;
            shop.customers.put(declining(declined));
            shop.clock.advance_to(due);
            shop.tick().await;
            if declined == category {
                assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::OptedOut));
                let said = shop.message(id).await.state.explanation.unwrap();
                assert!(said.as_str().starts_with("The customer wants no "), "{said:?}");
                assert!(shop.gateway.sent().is_empty());
            } else {
                assert!(matches!(shop.phase(id).await, Phase::Sent | Phase::Delivered));
            }
        }
    }
}

#[tokio::test]
async fn what_waited_waits_on_while_its_customer_cannot_be_asked() {
    let shop = Shop::new();
    let due = shop.clock.now() + TimeDelta::days(40);
    let request = of_type(MessageType::FESTIVAL).with_schedule(due);
    let id = shop.messenger.enqueue(request).await.unwrap().message_id;
    shop.customers.fail_next(1);
    shop.clock.advance_to(due);
    shop.tick().await;
    let held = shop.phase(id).await;
    assert!(matches!(held, Phase::Held { by: HeldFor::Records, .. }), "{held:?}");
    assert!(shop.gateway.sent().is_empty());
    // Nobody knows the customer by then: the enqueued message goes out.
    shop.customers.remove(&CustomerId::new(ASHA).unwrap());
    shop.clock.advance(TimeDelta::minutes(1));
    shop.tick().await;
    assert!(matches!(shop.phase(id).await, Phase::Sent | Phase::Delivered));
}

#[tokio::test]
async fn what_goes_out_at_once_asks_for_its_customer_once() {
    let shop = Shop::new();
    let before = shop.customers.questions();
    let id = shop.messenger.enqueue(of_type(MessageType::INVOICE)).await.unwrap().message_id;
    shop.tick().await;
    assert!(matches!(shop.phase(id).await, Phase::Sent | Phase::Delivered));
    assert_eq!(shop.customers.questions() - before, 1);
}

#[tokio::test]
async fn what_was_enqueued_within_the_hour_is_not_asked_about_again() {
    for (late, asked) in [(TimeDelta::zero(), 0), (TimeDelta::milliseconds(1), 1)] {
        let shop = Shop::new();
        let due = shop.clock.now() + TimeDelta::hours(1) + late;
        let request = of_type(MessageType::FESTIVAL).with_schedule(due);
        let id = shop.messenger.enqueue(request).await.unwrap().message_id;
        let before = shop.customers.questions();
        shop.clock.advance_to(due);
        shop.tick().await;
        assert!(matches!(shop.phase(id).await, Phase::Sent | Phase::Delivered));
        assert_eq!(shop.customers.questions() - before, asked, "{late}");
    }
}

/// Customers' records during whose reading somebody mutes the customer.
#[derive(Debug)]
struct Interrupted {
    records: FixedDirectory,
    desk: Desk,
}

#[async_trait]
impl CustomerDirectory for Interrupted {
    async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        let found = self.records.find_many(ids).await?;
        let muted = MuteOn::Customer(CustomerId::new(ASHA).unwrap());
        self.desk.mute(muted, MuteOf::All, &Actor::Host).await.unwrap();
        Ok(found)
    }
}

/// The mutes are asked last: a mute that is written before the POST is obeyed.
#[tokio::test]
async fn a_mute_that_is_written_while_the_records_are_read_is_obeyed() {
    let shop = Shop::new();
    let due = shop.clock.now() + TimeDelta::days(1);
    let request = of_type(MessageType::FESTIVAL).with_schedule(due);
    let id = shop.messenger.enqueue(request).await.unwrap().message_id;
    let keeps = |ports: Ports| {
        let store = Arc::new(shop.store.clone());
        ports.with_mutes(store.clone()).with_audit(store)
    };
    let desk = Desk::new(keeps(shop.ports.clone()));
    let records = Arc::new(Interrupted { records: shop.customers.clone(), desk });
    let ports = keeps(Ports::new(Arc::new(shop.store.clone()), records))
        .with_transport(Arc::new(shop.gateway.clone()))
        .with_clock(Arc::new(shop.clock.clone()));
    shop.clock.advance_to(due);
    Dispatcher::new(ports).unwrap().tick(due).await.unwrap();
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Muted));
    assert!(shop.gateway.sent().is_empty());
}

use std::time::Duration;

use futures_util::future::join_all;
use whatsapp_core::dispatch::DispatchOptions;
use whatsapp_core::message::{CancelReason, Status};
use whatsapp_core::port::{LogFilter, Sort, Turn};
use whatsapp_core::{Dispatcher, Runner};
use whatsapp_example_backend::shop::{Shop, ShopError, Told};

use crate::trial::{Place, Trial, on_both};

on_both! {
    a_committed_invoice_sends_exactly_one_message,
    a_rolled_back_invoice_never_sends_one,
    a_crash_between_leaves_neither,
    a_number_that_is_taken_leaves_only_the_first,
    a_paid_invoice_is_not_reminded_of,
    a_reminder_waits_for_no_poll,
    an_order_that_is_delivered_often_is_told_once,
    a_refused_message_leaves_the_invoice_and_a_notice,
}

async fn a_committed_invoice_sends_exactly_one_message(place: Place) {
    let trial = Trial::open(place).await;
    let (_, told) = trial.shop().create_invoice(trial.invoice("INV-1")).await.unwrap();
    assert!(matches!(told, Told::Message(_)), "{told:?}");
    assert_eq!(trial.dispatch().await.sent, 1);
    assert_eq!(trial.dispatch().await.sent, 0);

    let sent = trial.gateway.accepted();
    let [message] = &sent[..] else { panic!("{sent:?}") };
    let link = message.url.clone().unwrap();
    assert!(link.starts_with("https://shop.example/files/") && link.ends_with("/INV-1.pdf"));
    assert!(message.text.contains("INV-1") && message.text.contains("₹1,23,456.00"));
}

async fn a_rolled_back_invoice_never_sends_one(place: Place) {
    let trial = Trial::open(place).await;
    let shop = trial.shop();
    let (invoice, draft) = shop.draft_invoice(trial.invoice("INV-1")).await.unwrap();
    let mut transaction = shop.database().begin().await.unwrap();
    Shop::write_invoice(&mut transaction, &invoice, &draft).await.unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(trial.dispatch().await.sent, 0);
    assert_eq!(trial.messages().await, 0);
    assert!(shop.database().invoice(invoice.id).await.unwrap().is_none());

    // Nothing of the failed try stands in the way of the next one.
    trial.shop().create_invoice(trial.invoice("INV-1")).await.unwrap();
    assert_eq!(trial.dispatch().await.sent, 1);
    assert_eq!(trial.sent().len(), 1);
}

async fn a_crash_between_leaves_neither(place: Place) {
    let trial = Trial::open(place).await;
    let shop = trial.shop();
    let (invoice, draft) = shop.draft_invoice(trial.invoice("INV-1")).await.unwrap();
    let mut transaction = shop.database().begin().await.unwrap();
    Shop::write_invoice(&mut transaction, &invoice, &draft).await.unwrap();
    drop(transaction);
    assert_eq!(trial.dispatch().await.sent, 0);
    assert_eq!(trial.messages().await, 0);
    assert!(shop.database().invoice(invoice.id).await.unwrap().is_none());
}

async fn a_number_that_is_taken_leaves_only_the_first(place: Place) {
    let trial = Trial::open(place).await;
    let twenty =
        join_all((0..20).map(|_| trial.shop().create_invoice(trial.invoice("INV-1")))).await;
    let (made, refused): (Vec<_>, Vec<_>) = twenty.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 1);
    for refused in refused {
        let error = refused.unwrap_err();
        assert!(matches!(error, ShopError::NumberTaken(_)), "{error:?}");
    }
    trial.dispatch().await;
    assert_eq!(trial.sent().len(), 1);
}

async fn a_paid_invoice_is_not_reminded_of(place: Place) {
    let trial = Trial::open(place).await;
    for number in ["INV-1", "INV-2"] {
        trial.shop().create_invoice(trial.invoice(number)).await.unwrap();
    }
    trial.dispatch().await;
    for number in ["INV-1", "INV-2"] {
        assert!(matches!(trial.shop().remind(number, true).await.unwrap(), Told::Message(_)));
    }
    trial.shop().pay_invoice("INV-1").await.unwrap();
    trial.dispatch().await;
    let reminders: Vec<_> = trial.sent().into_iter().skip(2).collect();
    assert_eq!(reminders.len(), 1);
    assert!(reminders[0].contains("INV-2"), "{reminders:?}");

    let mut filter = LogFilter::default();
    filter.statuses = [Status::Cancelled].into();
    let store = trial.shop().database().store();
    let cancelled = store.page(&filter, Sort::Newest, Turn::First, 10).await.unwrap().messages;
    assert_eq!(cancelled.len(), 1);
    assert_eq!(cancelled[0].state.cancel_reason, Some(CancelReason::Paid));
}

async fn an_order_that_is_delivered_often_is_told_once(place: Place) {
    let trial = Trial::open(place).await;
    let items = ["20 × LED bulb 9 W".to_owned(), "5 × Switch board".to_owned()];
    let shop = trial.shop();
    shop.add_order(trial.customer, "SO-1".to_owned(), &items).await.unwrap();
    let answers = join_all((0..10).map(|_| shop.deliver_order("SO-1"))).await;
    let told = answers.iter().filter(|answer| matches!(answer, Ok(Told::Message(_)))).count();
    let before = answers.iter().filter(|answer| matches!(answer, Ok(Told::Before))).count();
    assert_eq!((told, before), (1, 9), "{answers:?}");
    trial.dispatch().await;
    assert!(matches!(shop.deliver_order("SO-1").await, Ok(Told::Before)));
    trial.dispatch().await;
    let sent = trial.sent();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].contains("20 × LED bulb 9 W"));
}

async fn a_refused_message_leaves_the_invoice_and_a_notice(place: Place) {
    let trial = Trial::open(place).await;
    let nobody = trial.shop().add_customer("Das Home".to_owned(), None).await.unwrap();
    let mut new = trial.invoice("INV-1");
    new.customer_id = nobody.id;
    let (invoice, told) = trial.shop().create_invoice(new).await.unwrap();
    assert!(
        matches!(told, Told::Refused(why) if why == "the customer's record has no WhatsApp number")
    );
    assert!(trial.shop().database().invoice(invoice.id).await.unwrap().is_some());
    assert_eq!(trial.shop().database().store().notices_owed().await.unwrap(), 1);
    assert_eq!(trial.dispatch().await.sent, 0);
}

async fn a_reminder_waits_for_no_poll(place: Place) {
    let trial = Trial::open(place).await;
    trial.shop().create_invoice(trial.invoice("INV-1")).await.unwrap();
    // By itself this dispatcher looks once a day; its first look finds the invoice.
    let options = DispatchOptions::default().with_poll(Duration::from_hours(24));
    let ports = trial.backend.ports.clone();
    let dispatcher = Dispatcher::new(ports).unwrap().with_options(options);
    let running = Runner::sending(dispatcher).unwrap().start();
    for (number, sent) in [(None, 1), (Some("INV-1"), 2)] {
        if let Some(number) = number {
            trial.shop().remind(number, true).await.unwrap();
        }
        while trial.sent().len() < sent {
            tokio::task::yield_now().await;
        }
    }
    running.stop().await;
}

//! Mistakes of earlier systems of this kind, which must not come back here.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use whatsapp_core::Request;
use whatsapp_core::message::{FailureKind, MessageType, Status};
use whatsapp_core::messenger::SendErrorKind;
use whatsapp_core::port::{LogFilter, MessageLog as _, NoticeQueue as _, Sort, Turn};
use whatsapp_testkit::gateway::{Answer, Dialect, Fault};

use crate::shop::{Shop, customer, invoice};

const LONG: TimeDelta = TimeDelta::hours(30);

/// Returns the rows of the log.
async fn rows(shop: &Shop) -> Vec<whatsapp_core::message::Message> {
    shop.store.page(&LogFilter::default(), Sort::Oldest, Turn::First, 200).await.unwrap().messages
}

/// A retry once made a new row and left the old one failed.
#[tokio::test]
async fn a_retry_is_the_same_row_with_another_attempt() {
    let shop = Shop::open().await;
    shop.gateway.next_times(Fault::refuse(Answer::not_taken()), 2);
    let id = shop.enqueued(1).await;
    shop.live_for(LONG).await;
    let rows = rows(&shop).await;
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].facts.id, rows[0].state.retry_count), (id, 2));
    assert_eq!(shop.outcomes(id).await, ["rejected", "rejected", "accepted"]);
    assert_eq!(shop.gateway.accepted().len(), 1);
}

/// A 2xx was once believed whatever its body said.
#[tokio::test]
async fn a_200_that_says_no_is_not_sent() {
    let shop = Shop::open().await;
    shop.gateway.next(Fault::refuse(Answer::not_taken()));
    let id = shop.enqueued(1).await;
    let report = shop.tick().await;
    assert_eq!((report.sent, report.retrying), (0, 1));
    assert_eq!(shop.status(id).await, Status::Failed);
    assert_eq!(shop.message(id).await.state.sent_at, None);
}

/// An invalid number was once retried like a time-out.
#[tokio::test]
async fn a_number_that_is_none_is_never_posted() {
    let shop = Shop::open().await;
    for number in [Some("98765 43210"), Some("+0123456789012"), Some("+12345"), None] {
        shop.meet(1, number);
        let error = shop.messenger.enqueue(invoice(1)).await.unwrap_err();
        assert!(matches!(error.kind(), SendErrorKind::Number(_)), "{error}");
        let id = error.logged().unwrap();
        assert_eq!(shop.failure(id).await, FailureKind::Invalid);
        assert!(shop.outcomes(id).await.is_empty());
    }
    shop.live_for(LONG).await;
    assert_eq!(shop.gateway.posts().len(), 0);
    assert_eq!(shop.store.notices_owed().await.unwrap(), 4);
}

/// Covers a number that only the gateway knows to be wrong.
#[tokio::test]
async fn a_number_that_the_gateway_refuses_is_posted_once() {
    let shop = Shop::open().await;
    shop.gateway.always(Fault::refuse(Answer::Status(400)));
    let id = shop.enqueued(1).await;
    shop.live_for(LONG).await;
    assert_eq!(shop.failure(id).await, FailureKind::Rejected);
    assert_eq!(shop.gateway.posts().len(), 1);
}

/// `{placeholders}` once went out unfilled.
#[tokio::test]
async fn a_placeholder_without_a_value_is_refused() {
    let shop = Shop::open().await;
    for value in [None, Some(""), Some("  ")] {
        let mut values: BTreeMap<String, String> =
            [("deliveryDate", "27 Jan 2026"), ("items", "20 × LED bulb")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into();
        values.extend(value.map(|value| ("orderNumber".to_owned(), value.to_owned())));
        let request = Request::values(customer(1), MessageType::STOCK_DELIVERED, values);
        let error = shop.messenger.enqueue(request).await.unwrap_err();
        assert!(matches!(error.kind(), SendErrorKind::Text(_)), "{error}");
    }
    shop.live_for(LONG).await;
    assert_eq!(rows(&shop).await.len(), 0);
    assert_eq!(shop.gateway.posts().len(), 0);
}

/// Text and PDF were once two messages.
#[tokio::test]
async fn an_invoice_is_one_message_with_its_document() {
    let shop = Shop::open().await;
    let id = shop.messenger.enqueue(invoice(7)).await.unwrap().message_id;
    shop.live_for(LONG).await;
    let posts = shop.gateway.posts();
    assert_eq!(posts.len(), 1);
    let message = shop.message(id).await;
    assert_eq!(posts[0].url, message.facts.attachment.map(|file| file.url));
    assert!(posts[0].url.as_ref().unwrap().ends_with("/INV-7.pdf"));
    assert_eq!(posts[0].text, message.facts.text.as_str());
    assert!(posts[0].text.contains("₹1,23,456.00"), "{}", posts[0].text);
    assert_eq!(shop.gateway.accepted().len(), 1);
}

/// The key once stood in the URL, and so in the logs.
#[tokio::test]
async fn the_key_is_in_no_url() {
    let shop = Shop::open().await;
    shop.gateway.next(Fault::accept_then(Answer::Reset));
    shop.enqueued(1).await;
    shop.live_for(LONG).await;
    let posts = shop.gateway.posts();
    let questions = shop.gateway.questions();
    assert!(!posts.is_empty() && !questions.is_empty());
    assert!(posts.iter().all(|post| post.dialect == Some(Dialect::V2)));
    let key = shop.gateway.key();
    let paths = posts.iter().map(|post| &post.path);
    for path in paths.chain(questions.iter().map(|question| &question.path)) {
        assert!(!path.contains("{key}") && !path.contains(key), "{path}");
    }
}

/// The same message was once sent again if a host asked twice.
#[tokio::test]
async fn the_same_message_enqueued_twice_is_sent_once() {
    let shop = Shop::open().await;
    let first = shop.enqueued(1).await;
    shop.live_for(LONG).await;
    assert_eq!(shop.enqueued(1).await, first);
    shop.live_for(LONG).await;
    assert_eq!(shop.gateway.posts().len(), 1);
}

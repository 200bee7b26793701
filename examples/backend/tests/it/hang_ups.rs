//! Clients that hang up. An order that another client was told of stays.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;
use sqlx::postgres::PgPoolOptions;
use tower::ServiceExt as _;
use whatsapp_example_backend::database::Database;
use whatsapp_example_backend::routes;
use whatsapp_testkit::gateway::StandInGateway;

use crate::trial::{Place, Trial, on_both};

on_both! {
    five_hundred_hang_ups_lose_no_order_that_was_answered_201,
}

const HANG_UPS: u32 = 500;

/// Largest number of trials of the control, before the test fails because a plain pool loses
/// nothing.
const MOST_TRIALS: u64 = 10;

fn post(path: &str, body: String) -> Request<Body> {
    Request::post(path).body(Body::from(body)).unwrap()
}

/// The moment at which a client hangs up.
struct HangUp {
    /// Number of polls of its request.
    polls: u32,
    /// True if the last of them is waited for: the database has answered, and nobody hears it.
    is_late: bool,
}

/// Drops a request at this moment, as the web server does when a client hangs up. If the request
/// was answered before, returns the number of polls until then.
async fn hung_up(app: &Router, request: Request<Body>, when: HangUp) -> Option<u32> {
    let mut answer = pin!(app.clone().oneshot(request));
    let mut polls = 0;
    poll_fn(|context| {
        if polls == when.polls {
            return Poll::Ready(None);
        }
        polls += 1;
        match answer.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(Some(polls)),
            Poll::Pending if polls == when.polls && !when.is_late => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Returns the orders that were answered 201 and are not there. Clients hang up at any moment of a
/// transaction while another one adds orders; the seed draws the moments.
async fn lost(trial: Trial, seed: u64) -> Vec<String> {
    let app = routes::router(trial.shop().clone());
    let mut random = fastrand::Rng::with_seed(seed);
    let mut answered = Vec::new();
    let mut cut_off = 0;
    // As many as a request takes that nobody cuts off.
    let mut longest = u32::MAX;
    while cut_off < HANG_UPS {
        let number = format!("SO-{}", answered.len());
        let order = json!({ "customerId": trial.customer, "number": number, "items": ["1 × Fan"] });
        let answer = app.clone().oneshot(post("/orders", order.to_string())).await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);

        let delivered = post(&format!("/orders/{number}/delivered"), String::new());
        let when = HangUp { polls: random.u32(1..=longest), is_late: random.bool() };
        match hung_up(&app, delivered, when).await {
            Some(polls) if longest == u32::MAX => longest = polls,
            Some(polls) => longest = longest.max(polls),
            None => cut_off += 1,
        }
        answered.push(number);
    }
    trial.shop().database().close().await;
    let database = Database::open(&trial.url()).await.unwrap();
    let mut lost = Vec::new();
    for number in answered {
        if database.order_by_number(&number).await.unwrap().is_none() {
            lost.push(number);
        }
    }
    lost
}

async fn five_hundred_hang_ups_lose_no_order_that_was_answered_201(place: Place) {
    assert_eq!(lost(Trial::open(place).await, 1).await, [""; 0]);
}

/// The control: the same with a pool as sqlx has it. The number of polls of a request depends on
/// the server's answers, so that a single trial may happen to lose nothing. If this test fails,
/// sqlx was mended.
#[tokio::test]
async fn on_postgres_a_plain_pool_loses_orders_that_were_answered_201() {
    for seed in 1..=MOST_TRIALS {
        if !lost(on_a_plain_pool().await, seed).await.is_empty() {
            return;
        }
    }
    panic!("nothing was lost in {MOST_TRIALS} trials");
}

/// Makes a trial on Postgres with a pool that hands out a connection as its last user left it.
async fn on_a_plain_pool() -> Trial {
    let place = Place::server().await;
    let Database::Postgres { store, pool } = Database::open(&place.url()).await.unwrap() else {
        panic!("it is Postgres");
    };
    pool.close().await;
    let plain = PgPoolOptions::new().max_connections(8).connect(&place.url()).await.unwrap();
    let database = Database::Postgres { store, pool: plain };
    let gateway = StandInGateway::builder();
    Trial::open_on(database, place, "https://shop.example", gateway).await
}

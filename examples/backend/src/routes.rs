//! The shop over HTTP, in JSON.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use whatsapp_core::Private;
use whatsapp_core::message::{CancelReason, Message};
use whatsapp_core::port::{LogFilter, Sort, Turn};
use whatsapp_core::schedule::{ReminderStep, StepReason};

use crate::input::{Fields, Problem};
use crate::refusal::{Refusal, in_words};
use crate::shop::{NewInvoice, Shop, ShopError, Told};

/// Number of messages that `GET /messages` shows without `?limit=`; the next constant is the
/// maximum.
const SHOWN: u32 = 20;
const SHOWN_AT_MOST: u32 = 500;

/// Limit up to which `GET /health` counts messages of one status.
const COUNTED: u64 = 10_000;

/// Path that the gateway fetches PDFs from.
pub(crate) const FILES: &str = "/files";

/// Makes all routes of the shop.
pub fn router(shop: Shop) -> Router {
    let files = shop.media.router(shop.store.clone());
    Router::new()
        .route("/customers", post(add_customer))
        .route("/invoices", post(create_invoice))
        .route("/invoices/{invoice}/paid", post(pay_invoice))
        .route("/invoices/{invoice}/reminder", post(remind))
        .route("/invoices/{invoice}/reminders", get(reminders))
        .route("/orders", post(add_order))
        .route("/orders/{number}/delivered", post(deliver_order))
        .route("/messages", get(messages))
        .route("/health", get(health))
        .with_state(shop)
        .nest(FILES, files) // HEAD and parts of a file come with it
        .layer(from_fn(in_words))
}

/// Answers with the outcome of the message, as clients read it.
fn told(told: &Told) -> Value {
    match told {
        Told::Message(id) => json!({ "id": id.to_string(), "status": "enqueued" }),
        Told::Refused(why) => json!({ "status": "refused", "reason": why }),
        Told::Before => json!({ "status": "told before" }),
    }
}

async fn add_customer(State(shop): State<Shop>, body: Bytes) -> Result<Response, Refusal> {
    let fields = Fields::read(&body, &["name", "whatsappNumber"])?;
    let number = fields.whatsapp_number("whatsappNumber")?.map(str::to_owned);
    let customer = shop.add_customer(fields.text("name")?.to_owned(), number).await?;
    let answer = json!({
        "id": customer.id, "name": customer.name, "whatsappNumber": customer.whatsapp_number,
    });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

async fn create_invoice(State(shop): State<Shop>, body: Bytes) -> Result<Response, Refusal> {
    let fields = Fields::read(&body, &["customerId", "number", "amount", "dueDate"])?;
    let new = NewInvoice {
        customer_id: fields.id("customerId")?,
        number: fields.number("number")?.to_owned(),
        amount: fields.amount("amount")?,
        due_on: fields.date("dueDate")?,
    };
    let (invoice, message) = shop.create_invoice(new).await?;
    let answer = json!({
        "id": invoice.id,
        "number": invoice.number,
        "message": told(&message),
    });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

async fn pay_invoice(
    State(shop): State<Shop>,
    Path(number): Path<String>,
) -> Result<Json<Value>, Refusal> {
    shop.pay_invoice(&number).await?;
    Ok(Json(json!({ "number": number, "paid": true })))
}

async fn remind(
    State(shop): State<Shop>,
    Path(number): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<Value>, Refusal> {
    let mut anyway = false;
    for (name, value) in query {
        anyway = match (name.as_str(), value.parse()) {
            ("anyway", Ok(anyway)) => anyway,
            ("anyway", Err(_)) => {
                return Err(Problem("anyway: is neither true nor false".into()).into());
            }
            _ => return Err(Problem(format!("{name}: there is no such parameter")).into()),
        };
    }
    let message = shop.remind(&number, anyway).await?;
    Ok(Json(json!({ "number": number, "message": told(&message) })))
}

async fn reminders(
    State(shop): State<Shop>,
    Path(number): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let steps = shop.reminders(&number).await?;
    Ok(Json(steps.iter().map(reminder).collect()))
}

fn reminder(step: &ReminderStep) -> Value {
    json!({
        "step": step.name.to_string(),
        "day": step.day,
        "state": step.state.as_str(),
        "reason": step.reason.map(StepReason::label),
        "why": step.sentence.as_ref().map(Private::as_str),
    })
}

async fn add_order(State(shop): State<Shop>, body: Bytes) -> Result<Response, Refusal> {
    let fields = Fields::read(&body, &["customerId", "number", "items"])?;
    let customer = fields.id("customerId")?;
    let number = fields.number("number")?.to_owned();
    let order = shop.add_order(customer, number, &fields.lines("items")?).await?;
    let answer = json!({ "id": order.id, "number": order.number });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

async fn deliver_order(
    State(shop): State<Shop>,
    Path(number): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let message = shop.deliver_order(&number).await?;
    Ok(Json(json!({ "number": number, "delivered": true, "message": told(&message) })))
}

async fn messages(
    State(shop): State<Shop>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<Value>, Refusal> {
    let mut limit = SHOWN;
    for (name, value) in query {
        let read = value.parse().ok().filter(|limit| (1..=SHOWN_AT_MOST).contains(limit));
        limit = match (name.as_str(), read) {
            ("limit", Some(read)) => read,
            ("limit", None) => {
                return Err(
                    Problem(format!("limit: is no number from 1 to {SHOWN_AT_MOST}")).into()
                );
            }
            _ => return Err(Problem(format!("{name}: there is no such parameter")).into()),
        };
    }
    let page = shop.store.page(&LogFilter::default(), Sort::Newest, Turn::First, limit).await;
    let page = page.map_err(ShopError::from)?;
    Ok(Json(page.messages.iter().map(message).collect()))
}

fn message(message: &Message) -> Value {
    let Message { facts, state, .. } = message;
    json!({
        "id": facts.id.to_string(),
        "key": facts.key.as_str(),
        "type": facts.message_type.as_str(),
        "customerName": facts.customer_name.as_str(),
        "status": state.status.as_str(),
        "reason": state.failure.as_ref().map(|failure| &failure.reason),
        "cancelled": state.cancel_reason.map(CancelReason::label),
        // Reason why it waits or was withdrawn, if the invoices give one.
        "why": state.explanation.as_ref().map(Private::as_str),
        "text": facts.text.as_str(),
        "createdAt": facts.created_at,
        "sentAt": state.sent_at,
    })
}

async fn health(State(shop): State<Shop>) -> Result<Json<Value>, Refusal> {
    let counts = shop.store.counts(COUNTED).await.map_err(ShopError::from)?;
    let account = shop.store.account().await.map_err(ShopError::from)?;
    Ok(Json(json!({
        "status": "ok",
        "pending": counts.pending,
        "sent": counts.sent,
        "failed": counts.failed,
        "paused": account.pause.map(|pause| pause.words()),
    })))
}

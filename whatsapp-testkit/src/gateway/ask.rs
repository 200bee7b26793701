//! The questions that the gateway answers: status, sent lists, connection state, groups.

use std::future::pending;
use std::sync::Arc;

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::{Value, json};

use super::Shared;
use super::answer::{error_body, garbage, json_reply, plain, status_body, truncated};
use super::clock::{Moment, stamp};
use super::dialect::Envelope;
use super::fault::Answer;
use super::life::Accepted;
use super::look::{Look, Probed, Question};
use super::post::{Dialect, digits};
use super::send::bearer;
use super::wire::{Cut, Line};
use super::world::World;

/// The subject of a question, and its dialect if two dialects have it.
#[derive(Debug, Clone, Copy)]
pub(super) enum About {
    Status(Dialect),
    Sent(Dialect),
    State,
    Groups,
}

/// A question as it arrives.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) about: About,
    /// The key in the path.
    pub(super) key: Option<String>,
    pub(super) path: String,
    pub(super) uri: Uri,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
}

impl Asked {
    fn parameter(&self, name: &str) -> Option<String> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }
}

/// Answers a question with the truth, or as badly as the test wants.
pub(super) async fn ask(shared: Arc<Shared>, line: Line, asked: Asked) -> Response {
    let key = asked.key.as_deref().or_else(|| bearer(&asked.headers));
    if key != Some(shared.config.key.as_str()) {
        return status_body(shared.config.wrong_key_status);
    }
    let (trouble, look, body) = shared.with(|world, moment| {
        let question = Question {
            path: asked.path.clone(),
            number: asked.parameter("phonenumber"),
            page: asked.parameter("page"),
            id: asked.parameter("id"),
            at: moment.at,
            received_at: moment.now,
        };
        let (look, body) = truth(&shared, world, moment, asked.about, &question);
        let is_probe = match asked.about {
            About::State | About::Groups => true,
            About::Sent(Dialect::V1) => question.number.is_none(),
            About::Sent(_) | About::Status(_) => false,
        };
        world.questions.push(question);
        let trouble = world.trouble.clone().filter(|(_, probed)| is_probe && *probed == Probed::No);
        (trouble, look, body)
    });
    match trouble {
        Some((Answer::Hang, _)) => return pending().await,
        Some((Answer::Reset, _)) => return line.cut(Cut::Reset).await,
        Some((Answer::Close, _)) => return line.cut(Cut::Close).await,
        Some((answer, _)) => {
            if let Some(response) = plain(&shared, &answer, &asked.uri) {
                return response;
            }
        }
        None => {}
    }
    match (look, body) {
        (Look::Status(status), _) => status_body(status),
        (Look::Hang, _) => pending().await,
        (Look::Reset, _) => line.cut(Cut::Reset).await,
        (Look::Garbage, _) => garbage(),
        (_, None) => error_body(404, "Not Found"),
        (Look::Truncated, Some(body)) => truncated(200, body.to_string()),
        (
            Look::Honest | Look::WrongPage | Look::Unfiltered | Look::NoSuchChat | Look::Nothing,
            Some(body),
        ) => json_reply(200, &body),
    }
}

/// The look that the test wants for the question, and the true answer; `None` for an id that is not
/// known.
fn truth(
    shared: &Shared,
    world: &World,
    moment: Moment,
    about: About,
    question: &Question,
) -> (Look, Option<Value>) {
    match about {
        About::Status(dialect) => {
            (world.statuses.clone(), status(shared, world, moment, dialect, question))
        }
        About::Sent(dialect) => {
            let (count, list) = sent(shared, world, moment, dialect, question);
            let told = count > 0 || world.lists != Look::NoSuchChat;
            (world.lists.clone(), told.then_some(list))
        }
        About::State => {
            (Look::Honest, Some(enveloped(shared, &json!({"state": world.connection}))))
        }
        About::Groups => {
            let groups: Vec<_> = shared
                .config
                .groups
                .iter()
                .map(|(id, name)| json!({"id": id, "name": name}))
                .collect();
            let body = json!({"success": true, "statusCode": 200, "data": {"groups": groups}});
            (Look::Honest, Some(body))
        }
    }
}

fn status(
    shared: &Shared,
    world: &World,
    moment: Moment,
    dialect: Dialect,
    question: &Question,
) -> Option<Value> {
    let id = question.id.as_deref()?;
    let message = world.known(moment.now).find(|message| match dialect {
        Dialect::V1 => message.tracking_code.to_string() == id,
        Dialect::V2 | Dialect::Rest => message.uuid == id,
    })?;
    let row = row(shared, world, moment, dialect, message);
    Some(match dialect {
        Dialect::V1 => json!({"pageCount": 1, "data": [row]}),
        Dialect::V2 | Dialect::Rest => enveloped(shared, &row),
    })
}

/// The number of messages sent, and one page of them, newest first. The filter is the beginning of
/// a number.
fn sent(
    shared: &Shared,
    world: &World,
    moment: Moment,
    dialect: Dialect,
    question: &Question,
) -> (usize, Value) {
    let page = question.page.as_deref().and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
    let page = if world.lists == Look::WrongPage { page + 1 } else { page };
    let filter = match &question.number {
        Some(number) if world.lists != Look::Unfiltered => digits(number),
        _ => String::new(),
    };
    let asked_for = |message: &&Accepted| {
        world.lists != Look::Nothing && world.wardrobe.is_asked_for(&filter, message)
    };
    let all: Vec<_> = world.known(moment.now).filter(asked_for).collect();
    let pages = all.len().div_ceil(shared.config.page_size).max(1);
    let rows: Vec<_> = all
        .chunks(shared.config.page_size)
        .nth(page - 1)
        .unwrap_or_default()
        .iter()
        .map(|message| {
            let mut row = row(shared, world, moment, dialect, message);
            world.wardrobe.dress(&mut row, message, shared.config.zone);
            row
        })
        .collect();
    let list = match dialect {
        Dialect::V1 => json!({"pageCount": pages, "data": rows}),
        Dialect::V2 | Dialect::Rest => enveloped(
            shared,
            &json!({
                "data": rows,
                "pageCount": pages,
                "page": format!("{page} of {pages}"),
                "count": all.len(),
            }),
        ),
    };
    (all.len(), list)
}

/// A message as status answers and lists show it.
fn row(
    shared: &Shared,
    world: &World,
    moment: Moment,
    dialect: Dialect,
    message: &Accepted,
) -> Value {
    let (delivery, executed_at) = world.delivery(message, moment.now);
    let (status, info, delivery) = delivery.words();
    let zone = shared.config.zone;
    json!({
        "id": match dialect {
            Dialect::V1 => json!(message.tracking_code),
            Dialect::V2 | Dialect::Rest => json!(message.uuid),
        },
        "phonenumber": message.number,
        "text": message.text,
        "url": message.url,
        "status": status,
        "statusInfo": info,
        "delivery": delivery,
        "createdAt": stamp(message.accepted_at, zone),
        "executedAt": executed_at.map(|at| stamp(at, zone)),
    })
}

fn enveloped(shared: &Shared, body: &Value) -> Value {
    match shared.config.envelope {
        Envelope::Data => json!({"success": true, "statusCode": 200, "data": body}),
        Envelope::Result => json!({"success": true, "statusCode": 200, "result": body}),
    }
}

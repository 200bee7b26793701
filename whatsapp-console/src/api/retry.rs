//! `whatsapp-retry` (specification 5.3): retries messages that failed.

use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatsapp_core::MessageId;
use whatsapp_core::message::{Message, Offer};
use whatsapp_core::messenger::{Consent, ManageError, Wish};
use whatsapp_core::port::{Attention, AttentionFor, LogFilter, Sort, Turn};

use super::given::{Given, contradiction};
use super::problem::Problem;
use crate::page::eyes::Sight;
use crate::visit::Visit;

/// Maximum number of messages that one call retries.
const AT_ONCE: u32 = 100;

/// Maximum number of pages of failed messages searched for them.
const PAGES: u32 = 10;

/// The messages to retry.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Retry)]
pub(crate) struct RetryBody {
    /// The message to retry.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    message_log_id: Option<MessageId>,
    /// True to retry the newest 100 messages that failed for good and have an attempt left.
    #[serde(default)]
    #[schema(example = true)]
    auto_retry: Option<bool>,
    /// True if a person agreed that the messages go out outside the permitted hours.
    #[serde(default)]
    outside_hours: bool,
}

/// Result of the retry.
#[derive(Serialize, ToSchema)]
pub(crate) struct RetryAnswer {
    /// Always `true`: the call was answered. Each message has its own result.
    success: bool,
    /// Number of messages that are retried.
    retried: usize,
    /// Result for each message.
    results: Vec<Retried>,
}

/// Result for one message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Retried {
    /// Id of the message.
    #[schema(format = "uuid")]
    message_id: String,
    /// True if the message is retried.
    success: bool,
    /// Reason why it is not retried.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Retries one message, or the newest failed ones.
pub(crate) async fn retry(
    visit: Visit,
    given: Given<RetryBody>,
) -> Result<Json<RetryAnswer>, Problem> {
    let RetryBody { message_log_id, auto_retry, outside_hours } = given.body;
    let consent = if outside_hours { Consent::Given } else { Consent::NotAsked };
    let work = {
        let visit = visit.clone();
        async move {
            match (message_log_id, auto_retry) {
                (Some(id), None | Some(false)) => one(&visit, id, consent).await,
                (None, None | Some(true)) => all(&visit).await,
                (Some(_), Some(true)) => {
                    Err(contradiction("messageLogId", "with autoRetry no message is named"))
                }
                (None, Some(false)) => {
                    Err(contradiction("autoRetry", "without it a messageLogId is needed"))
                }
            }
        }
    };
    let answer = visit.inner.work.finish(work).await?;
    visit.inner.cache.forget().await;
    answer.map(Json)
}

/// Retries one message in whatever state it is now.
async fn one(visit: &Visit, id: MessageId, consent: Consent) -> Result<RetryAnswer, Problem> {
    match visit.inner.messenger.retry(id, consent, &visit.actor()).await {
        Ok(()) => Ok(RetryAnswer::of(vec![Retried::of(id, Ok(()))])),
        // The predecessor answered with this status.
        Err(error @ ManageError::Forbidden(_)) => {
            Err(Problem::from(error).about(id).answered(StatusCode::BAD_REQUEST))
        }
        Err(error) => {
            let is_known = !matches!(error, ManageError::Unknown);
            let problem = Problem::from(error);
            Err(if is_known { problem.about(id) } else { problem })
        }
    }
}

/// Retries all messages that failed for good and have an attempt left. A message with an automatic
/// retry keeps its interval, and a message that was replaced by another is left alone.
async fn all(visit: &Visit) -> Result<RetryAnswer, Problem> {
    let sight = Sight::of(visit).await?;
    let eyes = sight.eyes(visit);
    let mut failed = LogFilter::default();
    failed.attention = Some(Attention::at(visit.now).only(AttentionFor::Failed));
    let is_open = |message: &Message| {
        message.offers(&eyes.told(), eyes.settings, eyes.types).retry == Offer::Yes
    };
    let (mut open, mut turn) = (Vec::new(), Turn::First);
    for _ in 0..PAGES {
        let page = visit.ports().log().page(&failed, Sort::Newest, turn, AT_ONCE).await?;
        let next = page.rest();
        open.extend(page.messages.into_iter().filter(is_open));
        open.truncate(AT_ONCE as usize);
        match next.filter(|_| open.len() < AT_ONCE as usize) {
            Some(next) => turn = Turn::After(next),
            None => break,
        }
    }
    let mut results = Vec::new();
    for message in open {
        let id = message.facts.id;
        let wish = Wish::of(&visit.actor()).over(message.updated_at).after_resends(0);
        results
            .push(Retried::of(id, visit.inner.messenger.retry(id, Consent::NotAsked, wish).await));
    }
    Ok(RetryAnswer::of(results))
}

impl RetryAnswer {
    fn of(results: Vec<Retried>) -> Self {
        let retried = results.iter().filter(|one| one.success).count();
        Self { success: true, retried, results }
    }
}

impl Retried {
    fn of(id: MessageId, done: Result<(), ManageError>) -> Self {
        let error = done.err().map(|error| Problem::from(error).error());
        Self { message_id: id.to_string(), success: error.is_none(), error }
    }
}

//! Acts on one message. Each names the state of the message that was seen, so that the same call
//! made twice is one act.

use std::future::Future;

use axum::Json;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatsapp_core::messenger::{Consent, ManageError, Resend, Wish};
use whatsapp_core::{MessageId, Private, WhatsAppNumber};

use super::given::{Given, Parameters, instant, instant_or_none, whole};
use super::messages::shape;
use super::problem::Problem;
use super::resource::MessageShape;
use super::slug::Slug;
use crate::visit::{Named, Visit};

/// Another attempt to send a message at once.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RetryMessage)]
pub(crate) struct RetryBody {
    /// The message's `updatedAt` from when you looked at it.
    #[serde(deserialize_with = "instant")]
    seen: DateTime<Utc>,
    /// Number of messages that had replaced it by then: the length of its `resends`.
    #[serde(default, deserialize_with = "whole")]
    #[schema(maximum = 65535)]
    resends: u16,
    /// True if a person agreed that the message goes out outside the permitted hours.
    #[serde(default)]
    outside_hours: bool,
}

/// The state that was seen, for an act that needs no other data.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Seen)]
pub(crate) struct SeenBody {
    /// The message's `updatedAt`, or the reminder's `since`, from when you looked at it.
    #[serde(deserialize_with = "instant")]
    pub(super) seen: DateTime<Utc>,
}

/// Another time for a message that waits.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RescheduleMessage)]
pub(crate) struct RescheduleBody {
    /// The message's `updatedAt` from when you looked at it.
    #[serde(deserialize_with = "instant")]
    seen: DateTime<Utc>,
    /// The new time: the message is sent at this time or later.
    #[serde(deserialize_with = "instant")]
    at: DateTime<Utc>,
    /// True if a person agreed that the message goes out at once if its time has passed.
    #[serde(default)]
    at_once: bool,
    /// True if a person agreed that the message goes out outside the permitted hours.
    #[serde(default)]
    outside_hours: bool,
}

/// The same message again, as a new one.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ResendMessage)]
pub(crate) struct ResendBody {
    /// Number of messages that had replaced it when you looked at it: the length of its `resends`.
    /// Two calls with the same number make one new message.
    #[serde(deserialize_with = "whole")]
    #[schema(maximum = 65535)]
    resends: u16,
    /// The message's `updatedAt` from when you looked at it. With it, the call is refused if the
    /// message has changed since, for example because somebody put it aside.
    #[serde(default, deserialize_with = "instant_or_none")]
    seen: Option<DateTime<Utc>>,
    /// Another number to send it to, this time only; by default the number in the customer's
    /// record.
    #[serde(default)]
    #[schema(max_length = 40, example = "+91 98765 43210")]
    whatsapp_number: Option<String>,
    /// True if the customer was asked and did not get the message. Needed if the message may have
    /// arrived.
    #[serde(default)]
    not_arrived: bool,
    /// True if a person agreed that the message goes out outside the permitted hours.
    #[serde(default)]
    outside_hours: bool,
}

/// Result of an act.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Acted {
    /// Always `true`; a failure is answered with a problem document.
    success: bool,
    /// The current state of the message; for a resend, of the new message.
    message: MessageShape,
    /// Advice that the manager should know about the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

const fn consent(is_given: bool) -> Consent {
    if is_given { Consent::Given } else { Consent::NotAsked }
}

/// Tries a message again.
pub(crate) async fn retry(
    visit: Visit,
    Named(id): Named,
    given: Given<RetryBody>,
) -> Result<Json<Acted>, Problem> {
    let RetryBody { seen, resends, outside_hours } = given.body;
    let wish = Wish::of(&visit.actor()).over(seen).after_resends(resends.into());
    let inner = visit.inner.clone();
    acted(&visit, id, async move {
        inner.messenger.retry(id, consent(outside_hours), wish).await.map(|()| (id, None))
    })
    .await
}

/// An act whose body carries only the state that was seen.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SeenAct {
    /// Withdraws a message.
    Cancel,
    /// Puts a message aside that a person has settled in another way.
    PutAside,
    /// Takes a message up again that was put aside.
    TakeUp,
}

/// Does an act of this kind.
pub(crate) async fn over_seen(
    visit: Visit,
    Named(id): Named,
    given: Given<SeenBody>,
    act: SeenAct,
) -> Result<Json<Acted>, Problem> {
    let wish = Wish::of(&visit.actor()).over(given.body.seen);
    let inner = visit.inner.clone();
    acted(&visit, id, async move {
        let messenger = &inner.messenger;
        match act {
            SeenAct::Cancel => messenger.cancel(id, wish).await?,
            SeenAct::PutAside => messenger.put_aside(id, wish).await?,
            SeenAct::TakeUp => messenger.take_up(id, wish).await?,
        }
        Ok((id, None))
    })
    .await
}

/// Moves a message to another time.
pub(crate) async fn reschedule(
    visit: Visit,
    Named(id): Named,
    given: Given<RescheduleBody>,
) -> Result<Json<Acted>, Problem> {
    let RescheduleBody { seen, at, at_once, outside_hours } = given.body;
    let wish = Wish::of(&visit.actor()).over(seen);
    let wish = if at_once { wish.at_once() } else { wish };
    let inner = visit.inner.clone();
    acted(&visit, id, async move {
        let moved = inner.messenger.reschedule(id, at, consent(outside_hours), wish).await?;
        Ok((id, moved.warning))
    })
    .await
}

/// Sends a message again, as a new one.
pub(crate) async fn resend(
    visit: Visit,
    Named(id): Named,
    given: Given<ResendBody>,
) -> Result<Json<Acted>, Problem> {
    let ResendBody { resends, seen, whatsapp_number, not_arrived, outside_hours } = given.body;
    let number = match whatsapp_number {
        Some(typed) => Some(number(&visit, &typed).await?),
        None => None,
    };
    let mut resend = Resend::new(id, visit.actor())
        .with_resends(resends.into())
        .with_confirmed(not_arrived)
        .with_outside_hours(consent(outside_hours));
    (resend.seen, resend.number) = (seen, number);
    let inner = visit.inner.clone();
    acted(&visit, id, async move {
        // A caller who saw fewer messages than there are would get somebody else's message, sent to
        // whatever number.
        if resend.resends > inner.messenger.resends(id).await?.len() {
            return Err(ManageError::Changed);
        }
        Ok((inner.messenger.resend(&resend).await?, None))
    })
    .await
}

/// A number as a person types it.
async fn number(visit: &Visit, typed: &str) -> Result<Private, Problem> {
    let settings = visit.ports().settings().await?;
    let read = WhatsAppNumber::typed(typed, settings.country());
    let read =
        read.map_err(|wrong| Problem::of_member(Slug::BadNumber, "whatsappNumber", &wrong))?;
    Ok(read.number.as_str().into())
}

/// Runs an act on a message to its end, and returns the message.
async fn acted<F>(visit: &Visit, id: MessageId, act: F) -> Result<Json<Acted>, Problem>
where
    F: Future<Output = Result<(MessageId, Option<String>), ManageError>> + Send + 'static,
{
    Parameters::none(visit)?;
    let done = visit.inner.work.finish(act).await?;
    visit.inner.cache.forget().await;
    let (fresh, warning) = done.map_err(|error| {
        let is_known = !matches!(error, ManageError::Unknown);
        let problem = Problem::from(error);
        if is_known { problem.about(id) } else { problem }
    })?;
    let now = visit.ports().clock().now();
    let message = shape(&Visit { now, ..visit.clone() }, Named(fresh)).await?;
    Ok(Json(Acted { success: true, message, warning }))
}

//! Acts on one message. Each says what it saw, so that the same call twice is one act.

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

/// Another attempt at once.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RetryMessage)]
pub(crate) struct RetryBody {
    /// The message's `updatedAt` when it was looked at.
    #[serde(deserialize_with = "instant")]
    seen: DateTime<Utc>,
    /// How many messages had taken its place then.
    #[serde(default, deserialize_with = "whole")]
    #[schema(maximum = 65535)]
    resends: u16,
    /// A person agreed that it goes out outside the hours.
    #[serde(default)]
    outside_hours: bool,
}

/// What was seen, for an act of which nothing else has to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Seen)]
pub(crate) struct SeenBody {
    /// The message's `updatedAt`, or the reminder's `since`, when it was looked at.
    #[serde(deserialize_with = "instant")]
    pub(super) seen: DateTime<Utc>,
}

/// Another instant for a message that waits.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RescheduleMessage)]
pub(crate) struct RescheduleBody {
    /// The message's `updatedAt` when it was looked at.
    #[serde(deserialize_with = "instant")]
    seen: DateTime<Utc>,
    /// From when on it is sent.
    #[serde(deserialize_with = "instant")]
    at: DateTime<Utc>,
    /// A person agreed that it goes out at once, where the instant has passed.
    #[serde(default)]
    at_once: bool,
    /// A person agreed that it goes out outside the hours.
    #[serde(default)]
    outside_hours: bool,
}

/// The message once more, as a new one.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ResendMessage)]
pub(crate) struct ResendBody {
    /// How many messages had taken its place when it was looked at: as many as its `resends` has. Whoever saw
    /// the same makes the same message.
    #[serde(deserialize_with = "whole")]
    #[schema(maximum = 65535)]
    resends: u16,
    /// The message's `updatedAt` when it was looked at: whoever gives it learns of what was done since, such as
    /// that somebody put the message aside.
    #[serde(default, deserialize_with = "instant_or_none")]
    seen: Option<DateTime<Utc>>,
    /// The number to send it to this once; the one in the customer's record where it is left out.
    #[serde(default)]
    #[schema(max_length = 40, example = "+91 98765 43210")]
    whatsapp_number: Option<String>,
    /// The customer was asked, and did not get it. Needed where it may have arrived.
    #[serde(default)]
    not_arrived: bool,
    /// A person agreed that it goes out outside the hours.
    #[serde(default)]
    outside_hours: bool,
}

/// What an act came to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Acted {
    /// Always `true`; a problem says what did not go.
    success: bool,
    /// The message as it stands now: of a resend the new one.
    message: MessageShape,
    /// What should be known about it.
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

/// An act of which nothing has to be said but over what it is done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SeenAct {
    /// Withdraws a message.
    Cancel,
    /// Puts a message aside that a person settled in another way.
    PutAside,
    /// Takes it up again.
    TakeUp,
}

/// Does such an act.
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

/// Gives a message another instant.
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
    let resend = Resend {
        resends: resends.into(),
        seen,
        number,
        confirmed: not_arrived,
        outside_hours: consent(outside_hours),
        ..Resend::new(id, visit.actor())
    };
    let inner = visit.inner.clone();
    acted(&visit, id, async move {
        // Who saw fewer than there are would have the message of somebody else, to whatever number.
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
    let number = WhatsAppNumber::from_typed(typed, settings.country());
    let number =
        number.map_err(|wrong| Problem::of_member(Slug::BadNumber, "whatsappNumber", &wrong))?;
    Ok(number.as_str().into())
}

/// Does something to a message, to its end, and gives what came of it.
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

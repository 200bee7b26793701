//! Acts of people on a message.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::audit::{AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::port::StoreError;

use super::given::Parameters;
use super::problem::Problem;
use super::schema;
use super::slug::Slug;
use crate::page::done::by_hand_on;
use crate::page::eyes::{Eyes, Sight};
use crate::page::message::TOLD;
use crate::page::timeline::by_hand;
use crate::visit::{Named, Visit};

/// Acts of people on a message.
#[derive(Serialize, ToSchema)]
#[schema(as = History)]
pub(crate) struct HistoryShape {
    /// The acts, the newest first, 50 at most; empty where the host offers no reading of the audit.
    acts: Vec<ActShape>,
}

/// An act by a person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Act)]
struct ActShape {
    /// Time of the act.
    #[schema(format = "date-time")]
    at: String,
    /// Word for the act.
    #[schema(example = "message_retried")]
    act: &'static str,
    /// The actor, if it was a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// The act in a sentence.
    text: String,
    /// The new time that the message was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    scheduled_for: Option<String>,
}

impl ActShape {
    fn of(entry: &AuditEntry, eyes: &Eyes<'_>) -> Option<Self> {
        Some(Self {
            at: schema::instant(entry.at),
            act: entry.act.as_str(),
            by: entry.by.user().map(ToString::to_string),
            text: by_hand(entry.act, &eyes.by_keys().who(&entry.by), eyes)?,
            scheduled_for: match entry.change {
                AuditChange::Due { after, .. } => Some(schema::instant(after)),
                _ => None,
            },
        })
    }
}

/// Lists the acts of people on a message.
pub(crate) async fn show(visit: Visit, named: Named) -> Result<Json<HistoryShape>, Problem> {
    Parameters::none(&visit)?;
    match visit.ports().log().message(named.0).await {
        Ok(None) => return Err(Problem::of(Slug::UnknownMessage)),
        // The audit is read separately: it can be shown although the row is unreadable.
        Ok(Some(_)) | Err(StoreError::Corrupt { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let entries = by_hand_on(&visit, AuditTarget::Message(named.0), TOLD).await?;
    Ok(Json(HistoryShape {
        acts: entries.iter().filter_map(|it| ActShape::of(it, &eyes)).collect(),
    }))
}

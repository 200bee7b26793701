//! What people did to a message.

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

/// What people did to a message.
#[derive(Serialize, ToSchema)]
#[schema(as = History)]
pub(crate) struct HistoryShape {
    /// The newest first, 50 at most; nothing where nothing reads the audit.
    acts: Vec<ActShape>,
}

/// Something that was done by hand.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Act)]
struct ActShape {
    #[schema(format = "date-time")]
    at: String,
    #[schema(example = "message_retried")]
    act: &'static str,
    /// Who did it, where it was a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// It in a sentence.
    text: String,
    /// The instant that the message was given.
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

/// Says what people did to a message.
pub(crate) async fn show(visit: Visit, named: Named) -> Result<Json<HistoryShape>, Problem> {
    Parameters::none(&visit)?;
    match visit.ports().log().message(named.0).await {
        Ok(None) => return Err(Problem::of(Slug::UnknownMessage)),
        // The audit is read by itself.
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

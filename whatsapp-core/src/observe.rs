//! Names of the spans, fields and metrics by which a service is watched: [`SPANS`], [`FIELDS`] and
//! [`METRICS`].
//!
//! The names are stable: dashboards and alerts rest on them. The project's page
//! `docs/observability.md` says of each what it means and when to worry. No span, event or metric
//! holds a customer's name or number, or the text of a message.
//!
//! Spans and events go to the subscriber of `tracing` that the host has installed. Without a
//! subscriber they cost next to nothing. Metrics need the feature `metrics`, and go to the recorder
//! of the crate `metrics` that the host has installed. The gauges are set by a chore of their own,
//! `Gauges`.

pub mod field;
#[cfg(feature = "metrics")]
pub(crate) mod meter;
mod metric;
#[cfg(not(feature = "metrics"))]
pub(crate) mod no_meter;
mod pulse;
pub(crate) mod spans;

#[cfg(feature = "metrics")]
pub(crate) use self::meter as meters;
#[cfg(not(feature = "metrics"))]
pub(crate) use self::no_meter as meters;
pub use field::FIELDS;
#[cfg(feature = "metrics")]
pub use meter::describe_metrics;
pub use metric::{METRICS, MetricDef, MetricKind};
pub(crate) use pulse::Pulse;
pub use spans::{SPANS, SpanDef};

use crate::id::AccountId;
use crate::message::NewMessage;
use crate::port::Enqueued;

/// Notes the messages of a write that are new, each with its id: from here on a message can be
/// followed.
pub(crate) fn enqueued(account: AccountId, messages: &[NewMessage], answers: &[Enqueued]) {
    for (message, answer) in messages.iter().zip(answers) {
        let Enqueued::New(id) = answer else { continue };
        tracing::debug!(
            { field::MESSAGE_ID } = %id,
            { field::MESSAGE_TYPE } = %message.facts.message_type,
            { field::ACCOUNT } = account.get(),
            "a message is written down"
        );
        meters::enqueued(account, message);
    }
}

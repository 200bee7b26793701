//! The metrics: their names, kinds, units and labels.

use crate::word::words;

words!(
    /// The kind of a metric.
    #[non_exhaustive]
    MetricKind, "metric kind", "counter, histogram, gauge",
    {
        /// A number that only grows while a process lives.
        Counter => "counter", "Counter";
        /// Measured values, such as durations.
        Histogram => "histogram", "Histogram";
        /// A number that grows and shrinks.
        Gauge => "gauge", "Gauge";
    }
);

/// A metric by which a service is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetricDef {
    /// The name of the metric.
    pub name: &'static str,
    /// The kind of the metric.
    pub kind: MetricKind,
    /// The unit of its values: `messages`, `attempts`, `seconds` …
    pub unit: &'static str,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// The meaning of its values, in a few words.
    pub meaning: &'static str,
}

/// Names of labels.
pub(crate) mod label {
    pub(crate) const ACCOUNT: &str = "account";
    pub(crate) const CLASS: &str = "class";
    pub(crate) const DUE: &str = "due";
    pub(crate) const KIND: &str = "kind";
    pub(crate) const OUTCOME: &str = "outcome";
    pub(crate) const REASON: &str = "reason";
    pub(crate) const TYPE: &str = "type";
}

pub(crate) const ENQUEUED: MetricDef = MetricDef {
    name: "whatsapp_messages_enqueued_total",
    kind: MetricKind::Counter,
    unit: "messages",
    labels: &[label::ACCOUNT, label::TYPE, label::CLASS],
    meaning: "new messages in the outbox",
};
pub(crate) const SETTLED: MetricDef = MetricDef {
    name: "whatsapp_messages_settled_total",
    kind: MetricKind::Counter,
    unit: "messages",
    labels: &[label::ACCOUNT, label::OUTCOME],
    meaning: "results of work on messages that were written down",
};
pub(crate) const ATTEMPTS: MetricDef = MetricDef {
    name: "whatsapp_attempts_total",
    kind: MetricKind::Counter,
    unit: "attempts",
    labels: &[label::ACCOUNT, label::OUTCOME],
    meaning: "attempts to send a message or a part of it",
};
pub(crate) const PAUSES: MetricDef = MetricDef {
    name: "whatsapp_account_pauses_total",
    kind: MetricKind::Counter,
    unit: "pauses",
    labels: &[label::ACCOUNT, label::REASON],
    meaning: "times that the account was paused, or its pause got another reason",
};
pub(crate) const NOTICES: MetricDef = MetricDef {
    name: "whatsapp_notice_mails_total",
    kind: MetricKind::Counter,
    unit: "mails",
    labels: &[label::KIND, label::OUTCOME],
    meaning: "mails to the managers about failures and about the account",
};
pub(crate) const POST_SECONDS: MetricDef = MetricDef {
    name: "whatsapp_post_seconds",
    kind: MetricKind::Histogram,
    unit: "seconds",
    labels: &[label::ACCOUNT, label::OUTCOME],
    meaning: "time from a POST to the gateway's reply",
};
pub(crate) const DELAY_SECONDS: MetricDef = MetricDef {
    name: "whatsapp_send_delay_seconds",
    kind: MetricKind::Histogram,
    unit: "seconds",
    labels: &[label::ACCOUNT, label::CLASS],
    meaning: "time from when a message was due until the gateway took it",
};
pub(crate) const QUEUE: MetricDef = MetricDef {
    name: "whatsapp_queue_messages",
    kind: MetricKind::Gauge,
    unit: "messages",
    labels: &[label::ACCOUNT, label::CLASS, label::DUE],
    meaning: "messages that wait to be sent or looked up, counted up to 10,000",
};
pub(crate) const OLDEST_DUE: MetricDef = MetricDef {
    name: "whatsapp_oldest_due_seconds",
    kind: MetricKind::Gauge,
    unit: "seconds",
    labels: &[label::ACCOUNT, label::CLASS],
    meaning: "time for which the oldest due message has been due without being worked on",
};
pub(crate) const PAUSED: MetricDef = MetricDef {
    name: "whatsapp_account_paused",
    kind: MetricKind::Gauge,
    unit: "0 or 1",
    labels: &[label::ACCOUNT],
    meaning: "1 while the account is paused",
};

/// All metrics of this crate, in the order of the page about them.
///
/// ```
/// use whatsapp_core::observe::{METRICS, MetricKind};
///
/// let gauges = METRICS.iter().filter(|metric| metric.kind == MetricKind::Gauge);
/// assert_eq!(gauges.count(), 3);
/// ```
pub const METRICS: &[MetricDef] = &[
    ENQUEUED,
    SETTLED,
    ATTEMPTS,
    PAUSES,
    NOTICES,
    POST_SECONDS,
    DELAY_SECONDS,
    QUEUE,
    OLDEST_DUE,
    PAUSED,
];

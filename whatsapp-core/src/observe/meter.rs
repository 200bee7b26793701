//! The values of metrics, given to the recorder of the crate `metrics`. Without the feature,
//! `no_meter` has the same functions, which do nothing.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use metrics::{SharedString, Unit, counter, gauge, histogram};

use super::metric::{
    ATTEMPTS, DELAY_SECONDS, ENQUEUED, METRICS, MetricKind, NOTICES, OLDEST_DUE, PAUSED, PAUSES,
    POST_SECONDS, QUEUE, SETTLED, label,
};
use crate::account::{AccountEvent, AccountEventKind};
use crate::id::AccountId;
use crate::message::{Class, NewMessage};
use crate::port::{Clock, LaneQueue};

/// The outcome of a message that was refused when it was enqueued.
const REFUSED: &str = "refused";

/// Describes all metrics to the recorder: their units, and what they mean.
///
/// Call it once, after the recorder was installed.
pub fn describe_metrics() {
    for metric in METRICS {
        let unit = if metric.unit == "seconds" { Unit::Seconds } else { Unit::Count };
        match metric.kind {
            MetricKind::Counter => metrics::describe_counter!(metric.name, unit, metric.meaning),
            MetricKind::Histogram => {
                metrics::describe_histogram!(metric.name, unit, metric.meaning);
            }
            MetricKind::Gauge => metrics::describe_gauge!(metric.name, unit, metric.meaning),
        }
    }
}

/// A measured duration of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timer(Duration);

impl Timer {
    pub(crate) fn start(clock: &dyn Clock) -> Self {
        Self(clock.monotonic())
    }

    /// Returns the same timer with the time since its start.
    pub(crate) fn stop(self, clock: &dyn Clock) -> Self {
        Self(clock.monotonic().saturating_sub(self.0))
    }
}

/// Counts a new message. A message that was refused has ended already.
pub(crate) fn enqueued(account: AccountId, message: &NewMessage) {
    let Some(owed) = message.state.owed else {
        settled(account, REFUSED);
        return;
    };
    counter!(
        ENQUEUED.name,
        label::ACCOUNT => number(account),
        label::TYPE => message.facts.message_type.to_string(),
        label::CLASS => owed.class.as_str()
    )
    .increment(1);
}

/// Counts the result of work on a message, once it is written down.
pub(crate) fn settled(account: AccountId, outcome: &'static str) {
    counter!(SETTLED.name, label::ACCOUNT => number(account), label::OUTCOME => outcome)
        .increment(1);
}

/// Counts an attempt. `took` is the stopped timer of its POST, if a POST was made.
pub(crate) fn attempt(account: AccountId, outcome: &'static str, took: Option<Timer>) {
    counter!(ATTEMPTS.name, label::ACCOUNT => number(account), label::OUTCOME => outcome)
        .increment(1);
    if let Some(Timer(took)) = took {
        histogram!(POST_SECONDS.name, label::ACCOUNT => number(account), label::OUTCOME => outcome)
            .record(took.as_secs_f64());
    }
}

/// Measures the time that a message was due before the gateway took it.
pub(crate) fn delayed(account: AccountId, class: Class, delay: TimeDelta) {
    histogram!(
        DELAY_SECONDS.name,
        label::ACCOUNT => number(account),
        label::CLASS => class.as_str()
    )
    .record(seconds(delay));
}

/// Counts a pause of the account, if the event is one.
pub(crate) fn paused(account: AccountId, event: &AccountEvent) {
    let Some(reason) = event.reason.filter(|_| event.kind == AccountEventKind::Stopped) else {
        return;
    };
    counter!(PAUSES.name, label::ACCOUNT => number(account), label::REASON => reason.as_str())
        .increment(1);
}

/// Counts a mail to the managers, or the try to send it.
pub(crate) fn noticed(kind: &'static str, outcome: &'static str) {
    counter!(NOTICES.name, label::KIND => kind, label::OUTCOME => outcome).increment(1);
}

/// Sets the gauges of a lane: its backlog, and the age of the message that has been due for the
/// longest time and is not being worked on.
pub(crate) fn queue(
    account: AccountId,
    backlog: LaneQueue,
    oldest: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) {
    let lane = backlog.lane.as_str();
    for (due, count) in [("now", backlog.due), ("later", backlog.later)] {
        gauge!(
            QUEUE.name,
            label::ACCOUNT => number(account),
            label::CLASS => lane,
            label::DUE => due
        )
        .set(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    }
    let age = oldest.map_or(TimeDelta::zero(), |oldest| now - oldest);
    gauge!(OLDEST_DUE.name, label::ACCOUNT => number(account), label::CLASS => lane)
        .set(seconds(age));
}

/// Sets the gauge of the account's pause.
pub(crate) fn is_paused(account: AccountId, is_paused: bool) {
    gauge!(PAUSED.name, label::ACCOUNT => number(account)).set(if is_paused { 1.0 } else { 0.0 });
}

/// Returns a duration in seconds; a clock that was set back makes none negative.
fn seconds(time: TimeDelta) -> f64 {
    time.max(TimeDelta::zero()).as_seconds_f64()
}

/// Returns an account as the value of a label.
fn number(account: AccountId) -> SharedString {
    if account == AccountId::DEFAULT {
        return SharedString::const_str("1");
    }
    account.get().to_string().into()
}

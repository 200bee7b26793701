//! Counts of the events that each state met on this thread, to find out which of them a test
//! reached.

use std::cell::Cell;

use super::event::Event;
use super::state::State;

/// The states, in their order.
pub const STATES: [&str; 7] =
    ["waiting", "sending", "checking", "retrying", "sent", "failed", "cancelled"];

/// The events, in their order.
pub const EVENTS: [&str; 14] = [
    "begun",
    "accepted",
    "refused",
    "outcome unknown",
    "absent",
    "look unavailable",
    "reported",
    "part undelivered",
    "postponed",
    "rescheduled",
    "withdrawn",
    "abandoned",
    "retry requested",
    "poisoned",
];

/// Number of times that a state met an event, and how often that changed the message.
type Met = [[Cell<(u64, u64)>; EVENTS.len()]; STATES.len()];

thread_local! {
    static MET: Met = Met::default();
}

/// Records that an event met a state, and whether it changed the message.
pub(super) fn meets(state: &State, event: &Event, moved: bool) {
    let moved = u64::from(moved);
    MET.with(|met| {
        if let Some(met) = met.get(place(state)).and_then(|met| met.get(kind(event))) {
            let (times, before) = met.get();
            met.set((times + 1, before + moved));
        }
    });
}

/// Returns the meetings on this thread since the last call: the state, the event, their number, and
/// how often that changed the message.
#[must_use]
pub fn take() -> Vec<(&'static str, &'static str, u64, u64)> {
    MET.with(|met| {
        let each = STATES.iter().zip(met).flat_map(|(state, met)| {
            EVENTS.iter().zip(met).map(move |(event, met)| {
                let (times, moved) = met.take();
                (*state, *event, times, moved)
            })
        });
        each.filter(|(_, _, times, _)| *times > 0).collect()
    })
}

const fn place(state: &State) -> usize {
    match state {
        State::Waiting { .. } => 0,
        State::Sending { .. } => 1,
        State::Checking { .. } => 2,
        State::Retrying { .. } => 3,
        State::Sent { .. } => 4,
        State::Failed(_) => 5,
        State::Cancelled(_) => 6,
    }
}

const fn kind(event: &Event) -> usize {
    match event {
        Event::Begun => 0,
        Event::Accepted => 1,
        Event::Refused { .. } => 2,
        Event::OutcomeUnknown => 3,
        Event::Absent => 4,
        Event::LookUnavailable => 5,
        Event::Reported(_) => 6,
        Event::PartUndelivered(_) => 7,
        Event::Postponed { .. } => 8,
        Event::Rescheduled { .. } => 9,
        Event::Withdrawn(_) => 10,
        Event::Abandoned { .. } => 11,
        Event::RetryRequested => 12,
        Event::Poisoned => 13,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn each_meeting_is_seen_once_and_whether_it_moved_the_message() {
        drop(take());
        let waiting = State::Waiting { due: DateTime::UNIX_EPOCH };
        meets(&waiting, &Event::Begun, true);
        meets(&waiting, &Event::Begun, true);
        meets(&waiting, &Event::Absent, false);
        assert_eq!(take(), [("waiting", "begun", 2, 2), ("waiting", "absent", 1, 0)]);
        assert_eq!(take(), []);
    }
}

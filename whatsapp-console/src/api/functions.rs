//! The two functions of the specification, under the console's own path and at the paths where
//! front ends expect them.

use std::time::Duration;

use super::call::Call;
use super::{parameters, retry, send};
use crate::gate::Role;
use crate::route::{Entry, post};

/// Timeout of a call that reads a file and waits for the gateway, or that does much.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The functions of the specification under a path.
pub(crate) fn functions(under: &'static str) -> Vec<Entry> {
    let paths = match under {
        "" => ["/whatsapp-send", "/whatsapp-retry"],
        _ => ["/api/whatsapp-send", "/api/whatsapp-retry"],
    };
    let [send, retry] = paths;
    vec![
        post(send, Some(Role::Manager), send::send).waiting(PATIENCE).called(
            Call::new("send", "Sends a message")
                .text(
                    "It is enqueued, and its first outcome is waited for, 10 seconds at most. `success` is \
                     `false` only where it was refused or failed for good; what waits is on its way. With an \
                     Idempotency-Key the same call twice is one message.",
                )
                .with(parameters::idempotency)
                .taking::<send::SendBody>()
                .giving::<send::SendAnswer>(),
        ),
        post(retry, Some(Role::Manager), retry::retry).waiting(PATIENCE).called(
            Call::new("retry", "Tries failed messages again")
                .text("One that is named, or the newest 100 that failed for good and have an attempt left.")
                .taking::<retry::RetryBody>()
                .or_nothing()
                .giving::<retry::RetryAnswer>(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_are_the_same_under_both_addresses() {
        let within: Vec<_> = functions("/api").iter().map(|entry| entry.route.path).collect();
        let alone: Vec<_> = functions("").iter().map(|entry| entry.route.path).collect();
        assert_eq!(within, ["/api/whatsapp-send", "/api/whatsapp-retry"]);
        assert!(within.iter().zip(alone).all(|(within, alone)| *within == format!("/api{alone}")));
    }
}

//! The two functions of the specification, under the console's own path and at the paths where
//! front ends expect them.

use std::time::Duration;

use super::call::Call;
use super::{parameters, retry, send};
use crate::gate::Role;
use crate::route::{Entry, post};

/// Timeout of a call that reads a file and waits for the gateway, or that does much.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The functions of the specification under a path.
pub(crate) fn functions(under: &'static str) -> Vec<Entry> {
    let paths = match under {
        "" => ["/whatsapp-send", "/whatsapp-retry"],
        _ => ["/api/whatsapp-send", "/api/whatsapp-retry"],
    };
    let [send, retry] = paths;
    vec![
        post(send, Some(Role::Manager), send::send).waiting(PATIENCE).called(
            Call::new("send", "Send a message")
                .text(
                    "Puts a message in the queue, and waits 10 seconds at most for its first \
                     result. `success` is `false` only if the message was refused or failed for \
                     good. A message that waits is on its way. With an Idempotency-Key, the same \
                     call made twice sends one message.",
                )
                .with(parameters::idempotency)
                .taking::<send::SendBody>()
                .giving::<send::SendAnswer>(),
        ),
        post(retry, Some(Role::Manager), retry::retry).waiting(PATIENCE).called(
            Call::new("retry", "Retry failed messages")
                .text(
                    "Retries the message that the body names, or the newest 100 messages that \
                     failed for good and have an attempt left.",
                )
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

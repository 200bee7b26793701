//! Trouble of the whole account, as tests make it.

use super::Shared;
use super::fault::Answer;
use super::look::Probed;

/// The account behind the key of a stand-in gateway.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    pub(super) shared: &'a Shared,
}

impl Account<'_> {
    /// Puts the whole account in trouble: from now on every POST with the right key is refused with
    /// this answer, whatever the script says, until the account [recovers](Self::recovers). The
    /// probe (`getState`, `getGroupList`; on v1 the list of all messages) answers as `probed` says.
    /// Lists and statuses of messages are answered as before.
    ///
    /// The answer is a [`Fault`](super::Fault)'s, so that it can be chosen by name:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use whatsapp_testkit::gateway::{Fault, Probed, StandInGateway};
    ///
    /// let gateway = StandInGateway::start().await?;
    /// let fault: Fault = "session-not-connected".parse()?;
    /// gateway.account().refuses(fault.answer().clone(), Probed::No);
    /// // Nothing is taken…
    /// gateway.account().recovers();
    /// // …and now all is again.
    /// # Ok(())
    /// # }
    /// ```
    pub fn refuses(self, answer: Answer, probed: Probed) {
        self.shared.with(|world, _| world.trouble = Some((answer, probed)));
    }

    /// Ends the trouble: the account takes messages again.
    pub fn recovers(self) {
        self.shared.with(|world, _| world.trouble = None);
    }

    /// Sets the state that `getState` gives, `CONNECTED` at first. Sends are not affected: see
    /// [`Answer::session_down`].
    pub fn connection(self, state: &str) {
        self.shared.with(|world, _| state.clone_into(&mut world.connection));
    }
}

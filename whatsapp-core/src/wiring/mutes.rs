//! The mutes that hold for messages.

use super::Ports;
use crate::mute::Mute;
use crate::port::{MuteQuestion, StoreError};

/// Returns the mutes that hold for each of these messages, in one question; none where nothing
/// keeps mutes.
pub(crate) async fn mutes_for(
    ports: &Ports,
    asked: &[MuteQuestion],
) -> Result<Vec<Vec<Mute>>, StoreError> {
    let Some(mutes) = ports.mutes.as_ref().filter(|_| !asked.is_empty()) else {
        return Ok(vec![Vec::new(); asked.len()]);
    };
    let answers = mutes.muted(asked).await?;
    if answers.len() == asked.len() {
        return Ok(answers);
    }
    Err(StoreError::Other { reason: "not every question about mutes was answered".to_owned() })
}

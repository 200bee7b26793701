//! Files of messages that are over: released when nobody needs them any more.

use crate::id::MessageId;
use crate::message::{AttachmentRef, Delivery, StateRow, Status};
use crate::port::MediaHost;

/// Returns true if nothing more can come of a message in this state: it arrived, or was withdrawn.
pub(crate) fn is_over(state: &StateRow) -> bool {
    match state.status {
        Status::Sent => matches!(state.delivery, Some(Delivery::Delivered | Delivery::Read)),
        Status::Cancelled => true,
        Status::Pending | Status::Failed => false,
    }
}

/// Releases the file of a message that is [over](is_over). A failed message keeps its file until
/// the link ends, because a manager may want it sent again. A link in the text was given to the
/// customer, who may follow it until it ends.
pub(crate) async fn let_go(
    media: Option<&dyn MediaHost>,
    id: MessageId,
    file: Option<&AttachmentRef>,
    text: &str,
) {
    let (Some(media), Some(file)) = (media, file) else { return };
    let Some(published) = file.published(id).filter(|_| !text.contains(&file.url)) else { return };
    if let Err(error) = media.withdraw(&published).await {
        tracing::warn!(
            message.id = %id,
            error = %error,
            "an attached file could not be let go; it goes when its link has ended"
        );
    }
}

//! Puts all errands into the outbox, in groups: one transaction each.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use whatsapp_core::messenger::SendErrorKind;
use whatsapp_core::{MessageId, Messenger};

use crate::data::LeftOut;
use crate::errand::{About, Errand};
use crate::progress::Progress;

/// So many messages go into one transaction.
const GROUP: usize = 100;

/// What became of the errands.
#[derive(Debug, Default)]
pub(crate) struct Enqueued {
    /// What the messages in the log are about: those that can be sent and those that the library
    /// refused and logged.
    pub(crate) about: HashMap<MessageId, About>,
    /// Rows for which there is no message.
    pub(crate) left_out: Vec<LeftOut>,
}

/// Enqueues every errand. One that was enqueued before, by this run or an earlier one, is found
/// again by its key and not added.
pub(crate) async fn enqueue(
    messenger: &Messenger,
    folder: &Path,
    errands: &[Errand<'_>],
    progress: &Progress,
) -> Result<Enqueued> {
    let mut done = Enqueued::default();
    for (group, errands) in errands.chunks(GROUP).enumerate() {
        let mut requests = Vec::with_capacity(errands.len());
        let mut asked = Vec::with_capacity(errands.len());
        for errand in errands {
            match errand.request() {
                Ok(request) => {
                    requests.push(request);
                    asked.push(errand);
                }
                Err(reason) => done.leave_out(errand, reason),
            }
        }
        let results = messenger.enqueue_all(&requests).await;
        for (errand, result) in asked.into_iter().zip(results) {
            let error = match result {
                Ok(receipt) => {
                    done.about.insert(receipt.message_id, errand.about());
                    continue;
                }
                Err(error) => error,
            };
            match (error.logged(), error.kind()) {
                (Some(id), _) => {
                    done.about.insert(id, errand.about());
                }
                // What would happen to every other message as well ends it here.
                (None, SendErrorKind::Settings(_) | SendErrorKind::Store(_)) => {
                    return Err(error).context("nothing more can be enqueued");
                }
                (None, SendErrorKind::KeyConflict(id)) => {
                    done.about.insert(*id, errand.about());
                    done.leave_out(
                        errand,
                        "it has changed since its message was made; the message stays as it was",
                    );
                }
                (None, SendErrorKind::NoMediaHost) => done.leave_out(
                    errand,
                    "the gateway is on another machine and cannot fetch a file from this one: \
                     give a public link that ends in the PDF's name",
                ),
                (None, SendErrorKind::Source(why)) => {
                    done.leave_out(errand, errand.pdf_trouble(folder, why));
                }
                (None, kind) => done.leave_out(errand, kind.to_string()),
            }
        }
        progress.enqueued(group * GROUP + errands.len());
    }
    Ok(done)
}

impl Enqueued {
    fn leave_out(&mut self, errand: &Errand<'_>, reason: impl Into<String>) {
        self.left_out.push(LeftOut {
            place: errand.place().clone(),
            what: Some(errand.about().to_string()),
            reason: reason.into(),
        });
    }
}

//! Puts all errands into the outbox, in batches: one transaction each.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use whatsapp_core::message::{Fingerprint, Message, MessageKey, Status};
use whatsapp_core::messenger::SendErrorKind;
use whatsapp_core::port::{Enqueued as Found, Store, StoreError};
use whatsapp_core::{CustomerId, MessageId, Messenger};

use crate::data::{About, LeftOut};
use crate::errand::Errand;
use crate::known::{Known, subject};
use crate::progress::Progress;

/// Number of messages in one transaction.
const GROUP: usize = 100;

/// Outcome of the errands.
#[derive(Debug, Default)]
pub(crate) struct Enqueued {
    /// Subjects of the messages in the log: those that can be sent and those that the library
    /// refused and logged.
    pub(crate) about: HashMap<MessageId, About>,
    /// Messages that this run made.
    pub(crate) made: HashSet<MessageId>,
    /// Rows for which there is no message, those of the tables included.
    pub(crate) left_out: Vec<LeftOut>,
}

/// Enqueues every errand. An errand that was enqueued before, by this run or an earlier one, is
/// found again by its key and not added.
pub(crate) async fn enqueue(
    messenger: &Messenger,
    store: &dyn Store,
    folder: &Path,
    errands: &[Errand<'_>],
    left_out: Vec<LeftOut>,
    progress: &Progress,
) -> Result<Enqueued> {
    let owners = left_out.iter().enumerate();
    // If a customer has several rows, the first one tells what is not sent.
    let lost: HashMap<CustomerId, usize> =
        owners.rev().filter_map(|(at, row)| Some((row.owner.clone()?, at))).collect();
    let known = Known::read(store, errands).await?;
    let mut done = Enqueued { left_out, ..Enqueued::default() };
    for (group, errands) in errands.chunks(GROUP).enumerate() {
        let mut requests = Vec::with_capacity(errands.len());
        let mut asked = Vec::with_capacity(errands.len());
        for errand in errands {
            if let Some(message) = sent_before(store, errand).await? {
                if !done.was_anothers(errand, &message) {
                    done.about.insert(message.facts.id, errand.about());
                }
                continue;
            }
            if let Some(message) = known.under_another_id(errand) {
                done.had_another_id(errand, message);
                continue;
            }
            if let Some(row) = lost.get(errand.customer()) {
                // The customer's own row was left out: that is the cause, and is told once.
                done.left_out[*row].what.push(errand.about());
                continue;
            }
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
                    if receipt.is_new {
                        done.made.insert(receipt.message_id);
                    }
                    done.about.insert(receipt.message_id, errand.about());
                    continue;
                }
                Err(error) => error,
            };
            match (error.logged(), error.kind()) {
                (Some(id), _) => {
                    done.about.insert(id, errand.about());
                }
                // A cause that would stop every other message as well ends the run here.
                (None, SendErrorKind::Settings(_) | SendErrorKind::Store(_)) => {
                    return Err(error).context("nothing more can be enqueued");
                }
                (None, SendErrorKind::KeyConflict(id)) => done.changed(store, errand, *id).await?,
                (None, SendErrorKind::NoMediaHost) => done.leave_out(
                    errand,
                    "the gateway is on another machine and cannot fetch a file from this one: \
                     --public-url says where it can, or give a public link to the PDF",
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

/// Returns the message of an errand that was sent already. Later changes of its row, its customer
/// or its PDF do not matter any more.
async fn sent_before(store: &dyn Store, errand: &Errand<'_>) -> Result<Option<Message>> {
    let mut key = errand.key();
    loop {
        // No message has this fingerprint: only the key is asked for.
        let found = store.find_key(&key, &Fingerprint::of(&[])).await?;
        let Some(Found::New(id) | Found::AlreadyPresent(id) | Found::Conflict(id)) = found else {
            return Ok(None);
        };
        let message = match store.message(id).await {
            // This is told as a broken row of the log; enqueuing finds the message again by its
            // key.
            Err(StoreError::Corrupt { .. }) => return Ok(None),
            message => message?,
        };
        let sent = message.filter(|message| message.state.status == Status::Sent);
        if sent.is_some() {
            return Ok(sent);
        }
        // The message may have been sent again as another one.
        key = MessageKey::resend(id, 0);
    }
}

impl Enqueued {
    fn leave_out(&mut self, errand: &Errand<'_>, reason: impl Into<String>) {
        let mut row = LeftOut::new(errand.place().clone(), reason.into());
        row.what.push(errand.about());
        self.left_out.push(row);
    }

    /// Leaves out a row whose id another invoice or order had, as in tables whose ids are the
    /// numbers of their rows. Without this report nobody would ever be told of the row.
    fn was_anothers(&mut self, errand: &Errand<'_>, message: &Message) -> bool {
        let About { kind, number } = errand.about();
        let number = subject(&number);
        let Some(was) = message.facts.subject.clone().filter(|was| *was != number) else {
            return false;
        };
        self.leave_out(
            errand,
            format!(
                "its id is that of {kind} {was}, for which a message was made before: if this is \
                 another one, give it an id of its own; nothing is sent for it under this one"
            ),
        );
        self.about.insert(message.facts.id, About { kind, number: was });
        true
    }

    /// Leaves out a row that had another id when its message was made, as in tables whose ids are
    /// the numbers of their rows. Otherwise the customer would get the message again.
    fn had_another_id(&mut self, errand: &Errand<'_>, message: &Message) {
        let about = errand.about();
        let key = message.facts.key.as_str();
        let id = key.split_once(':').map_or(key, |(_, id)| id);
        self.leave_out(
            errand,
            format!(
                "a message about {} {} was made for this customer before, for the row with the id \
                 {id}: a row is known by its id, so keep it; if this is another {}, give it a number \
                 of its own",
                about.kind, about.number, about.kind
            ),
        );
        self.about.insert(message.facts.id, about);
    }

    /// Handles a row that has changed since its message was made, and before it was sent.
    async fn changed(
        &mut self,
        store: &dyn Store,
        errand: &Errand<'_>,
        id: MessageId,
    ) -> Result<()> {
        let message = store.message(id).await?;
        if message.as_ref().is_some_and(|message| self.was_anothers(errand, message)) {
            return Ok(());
        }
        self.about.insert(id, errand.about());
        let state = message.map(|message| message.state);
        if state.as_ref().is_some_and(|state| state.status == Status::Cancelled) {
            self.leave_out(errand, "its message was withdrawn, and it has changed since");
        } else if state.is_some_and(|state| state.owed.is_some()) {
            self.leave_out(
                errand,
                "it has changed since its message was made, which is still to be sent as it was",
            );
        }
        // A message that failed for good is told with its reason.
        Ok(())
    }
}

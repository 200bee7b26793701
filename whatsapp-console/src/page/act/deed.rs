//! An act that a form asks for, done once.

use std::sync::Arc;

use whatsapp_core::audit::{Act as Audited, AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::messenger::{Consent, ManageError, Resend, Wish};
use whatsapp_core::settings::Settings;
use whatsapp_core::{MessageId, Private, SettingsUnread, WhatsAppNumber};

use super::form::{Form, Problem};
use crate::oops::Oops;
use crate::page::acts::Act;
use crate::page::done::latest;
use crate::visit::Visit;
use crate::words::sentence;

/// Result of an act.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It is done by this form: now, or when the form was sent before. Holds the message
    /// to tell of.
    Done(MessageId),
    /// Nothing was done: somebody else was faster.
    Changed,
    /// Nothing was done: the message's state does not allow it.
    NotNow,
    /// Nothing was done: the form has to be sent once more, mended.
    Again(Problem),
}

/// An act that a form asks for.
#[derive(Debug)]
pub(super) struct Deed {
    pub(super) id: MessageId,
    pub(super) act: Act,
    pub(super) form: Form,
    pub(super) visit: Visit,
}

impl Deed {
    /// Does the act.
    pub(super) async fn done(&self, settings: &Settings) -> Result<Outcome, Oops> {
        let messenger = &self.visit.inner.messenger;
        let (id, form) = (self.id, &self.form);
        let by = self.visit.actor();
        let wish = Wish::of(&by).after_resends(form.resends);
        let wish = match form.seen {
            Some(seen) => wish.over(seen),
            // A row that cannot be read can be cancelled, and nothing else.
            None if self.act == Act::Cancel => wish,
            None => return Ok(Outcome::NotNow),
        };
        let consent = if form.hours { Consent::Given } else { Consent::NotAsked };
        let done = match self.act {
            Act::Retry if form.resends > 0 && !form.again => return Ok(self.tick()),
            Act::Retry => messenger.retry(id, consent, wish).await,
            Act::Cancel => messenger.cancel(id, wish).await,
            Act::PutAside => messenger.put_aside(id, wish).await,
            Act::TakeUp => messenger.take_up(id, wish).await,
            Act::Reschedule => {
                let Some(at) = form.instant(&settings.time_zone) else {
                    return Ok(mend(self.visit.texts().no_instant()));
                };
                let wish = if form.now { wish.at_once() } else { wish };
                messenger.reschedule(id, at, consent, wish).await.map(|_| ())
            }
            Act::Resend => return self.resend(None, consent, settings).await,
            Act::Number => {
                let country = settings.country();
                return match WhatsAppNumber::typed(form.number.as_str(), country) {
                    Ok(typed) => {
                        self.resend(Some(typed.number.as_str().into()), consent, settings).await
                    }
                    Err(wrong) => Ok(mend(&wrong.to_string())),
                };
            }
        };
        match done {
            Ok(()) => Ok(Outcome::Done(self.id)),
            Err(error) => self.refused(error, settings).await,
        }
    }

    /// Sends the message again as a new one.
    async fn resend(
        &self,
        number: Option<Private>,
        consent: Consent,
        settings: &Settings,
    ) -> Result<Outcome, Oops> {
        let form = &self.form;
        if let Some(outcome) = self.resent_since(number.as_ref()).await? {
            return Ok(outcome);
        }
        if form.resends > 0 && !form.again {
            return Ok(self.tick());
        }
        let mut resend = Resend::new(self.id, self.visit.actor())
            .with_resends(form.resends)
            .with_confirmed(form.arrived)
            .with_outside_hours(consent);
        (resend.seen, resend.number) = (form.seen, number.clone());
        match self.visit.inner.messenger.resend(&resend).await {
            // The same form twice is one message; so is the form of somebody else who saw the same.
            Ok(_) | Err(ManageError::Changed) => {
                let outcome = self.resent_since(number.as_ref()).await?;
                Ok(outcome.unwrap_or(Outcome::Changed))
            }
            Err(error) => self.refused(error, settings).await,
        }
    }

    /// Result where the message was sent again since the form was shown; `None` where it was not.
    async fn resent_since(&self, number: Option<&Private>) -> Result<Option<Outcome>, Oops> {
        let log = self.visit.ports().log();
        let resends = self.visit.inner.messenger.resends(self.id).await?;
        let Some(fresh) = resends.get(self.form.resends) else { return Ok(None) };
        let found = log.messages(&[*fresh]).await?.pop();
        let is_mine = found.is_some_and(|message| {
            let facts = &message.facts;
            facts.created_by.as_ref() == Some(&self.visit.visitor.user)
                && number.is_none_or(|number| facts.whatsapp_number == *number)
        });
        // The number it goes to is a fact of the new message.
        let of = if number.is_some() { *fresh } else { self.id };
        Ok(Some(if is_mine { Outcome::Done(of) } else { Outcome::Changed }))
    }

    /// Turns a refusal into the result of the form.
    async fn refused(&self, error: ManageError, settings: &Settings) -> Result<Outcome, Oops> {
        Ok(match error {
            ManageError::Unknown => return Err(Oops::NoMessage),
            ManageError::Store(error) => return Err(error.into()),
            ManageError::Settings(error) => {
                return Err(Oops::Settings(Arc::new(SettingsUnread::Broken(error))));
            }
            ManageError::Changed => return self.lost(settings).await,
            ManageError::Forbidden(_) | ManageError::NotOffered(_) => Outcome::NotNow,
            ManageError::Unconfirmed | ManageError::OutsideHours(_) | ManageError::HasPassed(_) => {
                self.tick()
            }
            ManageError::Year(_)
            | ManageError::TooFarAhead { .. }
            | ManageError::TooLate(_)
            | ManageError::Number(_)
                if matches!(self.act, Act::Reschedule | Act::Number) =>
            {
                mend(&error.to_string())
            }
            ManageError::Directory(_) => again(self.visit.texts().record_not_read_now()),
            error => again(&error.to_string()),
        })
    }

    /// Tells the result where somebody changed the message since the form was shown: perhaps this
    /// form, sent before.
    async fn lost(&self, settings: &Settings) -> Result<Outcome, Oops> {
        let latest = latest(&self.visit, AuditTarget::Message(self.id)).await?;
        Ok(if latest.is_some_and(|entry| self.is_mine(&entry, settings)) {
            Outcome::Done(self.id)
        } else {
            Outcome::Changed
        })
    }

    /// Tells whether the latest entry of the audit is about this very form.
    fn is_mine(&self, entry: &AuditEntry, settings: &Settings) -> bool {
        let act = match self.act {
            Act::Resend | Act::Number => return false,
            // The entry decides which of several instants holds.
            Act::Reschedule if !self.has_its_instant(entry, settings) => return false,
            Act::Retry => Audited::MessageRetried,
            Act::Cancel => Audited::MessageCancelled,
            Act::Reschedule => Audited::MessageRescheduled,
            Act::PutAside => Audited::MessagePutAside,
            Act::TakeUp => Audited::MessageTakenUp,
        };
        let is_later = self.form.seen.is_none_or(|seen| entry.at >= seen);
        entry.act == act && entry.by == self.visit.actor() && is_later
    }

    /// Tells whether an entry gave the message the instant of this form. An instant that has passed
    /// counts as now.
    fn has_its_instant(&self, entry: &AuditEntry, settings: &Settings) -> bool {
        let typed = self.form.instant(&settings.time_zone);
        let AuditChange::Due { after, .. } = entry.change else { return false };
        typed.is_some_and(|typed| after == typed.max(entry.at) || after == typed)
    }

    fn tick(&self) -> Outcome {
        again(self.visit.texts().tick_first())
    }
}

/// Shows the form once more, with the reason for the refusal.
fn again(why: &str) -> Outcome {
    Outcome::Again(Problem::Form(sentence(why)))
}

/// The same, where the reason is a value in the form's field.
fn mend(why: &str) -> Outcome {
    Outcome::Again(Problem::Field(sentence(why)))
}

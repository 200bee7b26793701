//! A check of a message before it is sent: its text and recipient, and every problem.

use std::sync::Arc;

use chrono::{DateTime, Datelike as _, Utc};

use super::attach::{self, PendingFile};
use super::prepare::too_far_ahead;
use super::{Messenger, Request, SendErrorKind};
use crate::attachment::{AttachmentKind, Place, link_name};
use crate::compose::{Chosen, Composer};
use crate::consent::HasPassed;
use crate::desk::TextPreview;
use crate::message::{FileRule, HeldFor, Part, Source};
use crate::mute::Mute;
use crate::number::WhatsAppNumber;
use crate::port::{Customer, MuteQuestion};
use crate::template::{RenderError, YEARS};
use crate::wiring::{Ports, mutes_for};

/// Warning about a number that is not one of the trial's.
const ON_TRIAL: &str =
    "Only its numbers get messages until it is over, and this message waits for that.";

/// Warning about a reminder that names no invoice.
const UNASKED: &str = "It names no invoice: nobody asks the books about it before it goes out, and it is sent \
                       also where the invoice is paid by then.";

/// Result of a check of a message before it is sent.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outlook {
    /// The customer, as the host's records have them now; `None` where they have none.
    pub customer: Option<Customer>,
    /// The number that the message would be sent to.
    pub number: Option<WhatsAppNumber>,
    /// The text with its values, and with samples where values are missing; `None` where there is
    /// no text.
    pub preview: Option<TextPreview>,
    /// The file of the message, as far as it is known.
    pub file: Option<FileOutlook>,
    /// Time at which the message would be due.
    pub due: DateTime<Utc>,
    /// The mutes that keep the message back.
    pub mutes: Vec<Mute>,
    /// Set when the chosen instant has passed, so that the message would be sent at once.
    pub passed: Option<HasPassed>,
    /// The problems that prevent sending, in the order in which a person fills in a form: the
    /// recipient, the text, the file, and the send time.
    pub problems: Vec<SendErrorKind>,
    /// The warnings about the message, a sentence each.
    pub warnings: Vec<String>,
}

/// The file of a message that is not sent yet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileOutlook {
    /// The file's name, as the recipient sees it.
    pub name: String,
    /// The kind of the file; `None` where the file was not read and its name does not tell.
    pub kind: Option<AttachmentKind>,
    /// The file's size in bytes; `None` where the file was not read.
    pub bytes: Option<u64>,
}

impl Messenger {
    /// Checks a message without sending it or writing anything. The result tells the text, the
    /// recipient, and every problem. With `reads` a file is read from its place and checked, which
    /// may take half a minute.
    ///
    /// # Errors
    /// [`SendErrorKind`] where no result is possible: the settings or the database do not answer.
    pub async fn look_over(
        &self,
        request: &Request,
        reads: bool,
    ) -> Result<Outlook, SendErrorKind> {
        look(&self.ports, request, reads, true).await
    }

    /// Checks a message whose customer is not known yet, or cannot be asked for: the host's records
    /// are not read, and the result has nothing about the customer.
    ///
    /// # Errors
    /// As [`look_over`](Self::look_over).
    pub async fn look_over_text(
        &self,
        request: &Request,
        reads: bool,
    ) -> Result<Outlook, SendErrorKind> {
        look(&self.ports, request, reads, false).await
    }
}

async fn look(
    ports: &Ports,
    request: &Request,
    reads: bool,
    asks: bool,
) -> Result<Outlook, SendErrorKind> {
    let composer = Composer::of_now(ports).await?;
    // On the heap, as everything that makes messages.
    Box::pin(Look { composer: &composer, request, reads, asks }.outlook()).await
}

/// A check of one message.
struct Look<'a> {
    composer: &'a Composer<'a>,
    request: &'a Request,
    /// True if the file is read.
    reads: bool,
    /// True if the host is asked for the customer.
    asks: bool,
}

impl Look<'_> {
    async fn outlook(&self) -> Result<Outlook, SendErrorKind> {
        let (Composer { settings, now, .. }, request) = (self.composer, self.request);
        let mut outlook = Outlook {
            customer: None,
            number: None,
            preview: None,
            file: None,
            due: request.scheduled_for.unwrap_or(*now).max(*now),
            mutes: Vec::new(),
            passed: request.scheduled_for.and_then(|at| settings.has_passed(at, *now)),
            problems: Vec::new(),
            warnings: request.warnings.clone(),
        };
        if self.asks {
            self.customer(&mut outlook).await?;
        }
        self.type_and_text(&mut outlook).await?;
        self.time(&mut outlook);
        Ok(outlook)
    }

    /// Checks the recipient.
    async fn customer(&self, outlook: &mut Outlook) -> Result<(), SendErrorKind> {
        let (composer, id) = (self.composer, &self.request.customer_id);
        let of = self.request.message_type();
        let found = composer.customers([id]).await;
        let customer = match found.map(|mut found| found.remove(id)) {
            Ok(Some(customer)) => customer,
            Ok(None) => {
                outlook.problems.push(SendErrorKind::CustomerUnknown);
                return Ok(());
            }
            Err(error) => {
                outlook.problems.push(SendErrorKind::Directory(error));
                return Ok(());
            }
        };
        if customer.declines.contains(&of.category()) {
            outlook.problems.push(SendErrorKind::Declined(of.category()));
        }
        match customer.number() {
            Ok(number) => {
                outlook.warnings.extend(number.warning().map(str::to_owned));
                if !composer.settings.lets_through(&number) {
                    outlook.warnings.push(format!("{}.", HeldFor::Trial.label()));
                    outlook.warnings.push(ON_TRIAL.to_owned());
                }
                outlook.number = Some(number);
            }
            Err(why) => outlook.problems.push(SendErrorKind::Number(why)),
        }
        let asked = MuteQuestion {
            customer: id.clone(),
            number_key: outlook.number.as_ref().map(|number| number.variant_key().into()),
            invoice: self.request.invoice_id.clone(),
        };
        let mutes = mutes_for(composer.ports, &[asked]).await.map_err(SendErrorKind::Store)?;
        outlook.mutes =
            mutes.into_iter().flatten().filter(|mute| mute.of.covers(of.category())).collect();
        outlook.customer = Some(customer);
        Ok(())
    }

    /// Checks the text, and the file of the message.
    async fn type_and_text(&self, outlook: &mut Outlook) -> Result<(), SendErrorKind> {
        let (Composer { ports, settings, .. }, request) = (self.composer, self.request);
        let of = request.message_type();
        if !ports.types.has(of) {
            outlook.problems.push(SendErrorKind::TypeUnknown(of.name()));
            return Ok(());
        }
        if !settings.allows(of) {
            outlook.problems.push(SendErrorKind::SwitchedOff(of));
        }
        if of.asks_ledger() && request.invoice_id.is_none() {
            outlook.warnings.push(UNASKED.to_owned());
        }
        let checked = request.content.check().map_err(SendErrorKind::Text);
        let chosen = self.composer.choose(&request.content, request.template_id).await;
        match chosen.map_err(SendErrorKind::from) {
            Err(SendErrorKind::Store(error)) => return Err(SendErrorKind::Store(error)),
            Err(why) => outlook.problems.push(why),
            Ok(chosen) => match checked {
                Err(why) => outlook.problems.push(why),
                Ok(()) => self.text(&chosen, outlook),
            },
        }
        match self.file().await {
            Ok(Some((file, warnings))) => {
                outlook.file = Some(file);
                outlook.warnings.extend(warnings);
            }
            Ok(None) => {}
            Err(why) => outlook.problems.push(why),
        }
        Ok(())
    }

    /// The text, with samples where values are missing.
    fn text(&self, chosen: &Arc<Chosen>, outlook: &mut Outlook) {
        let content = &self.request.content;
        let (template, of) = (&chosen.template, self.request.message_type());
        let name = outlook.customer.as_ref().map_or("", |customer| customer.name.as_str());
        // The link is made when the message is: until then the place of the link is named, so that
        // nobody takes another address for it.
        let link_of = |place: &&crate::message::Placeholder| place.source == Source::FileLink;
        let has_file =
            self.request.attachment.is_some() || matches!(of.file(), FileRule::Mandatory(_));
        let link = of.placeholders().iter().find(link_of).filter(|_| has_file);
        let link = link.map(|place| format!("[{}]", place.about)).unwrap_or_default();
        let filled = self.composer.with_values(content, name, &link, |values| {
            let (values, samples) = values.or_samples(template);
            (template.fill(&values), samples, template.warnings(&values))
        });
        let (filled, samples, warnings) = filled;
        // A missing recipient is a problem of its own.
        let named = |name: &&&'static str| {
            let place = of.placeholders().iter().find(|place| place.name == **name);
            outlook.customer.is_some()
                || place.is_none_or(|place| place.source != Source::CustomerName)
        };
        let missing: Vec<&'static str> = samples.iter().filter(named).copied().collect();
        if !missing.is_empty() {
            let missing = RenderError::Missing { names: missing };
            outlook.problems.push(SendErrorKind::Text(missing));
        }
        outlook.warnings.extend(chosen.warnings.iter().cloned().chain(warnings));
        match filled {
            Ok(filled) => {
                let units = filled.text.encode_utf16().count();
                let part = Part::first(&filled.text, self.request.attachment.is_some());
                let (text, values) = (filled.text.into(), filled.values);
                outlook.preview =
                    Some(TextPreview { text, values, units, part, of: None, samples });
            }
            Err(why) => outlook.problems.push(SendErrorKind::Text(why)),
        }
    }

    /// Checks the file; also returns the warnings about it.
    async fn file(&self) -> Result<Option<(FileOutlook, Vec<String>)>, SendErrorKind> {
        let (Composer { ports, .. }, request) = (self.composer, self.request);
        let of = request.message_type();
        let fits = |kind| {
            let fits = of.file().kinds().contains(&kind);
            fits.then_some(()).ok_or(SendErrorKind::AttachmentMissing(of))
        };
        let seen = |name: &str, kind, bytes| FileOutlook { name: name.to_owned(), kind, bytes };
        let found = match PendingFile::begin(ports, request).await? {
            PendingFile::Nothing => return Ok(None),
            PendingFile::Kept(file) => {
                fits(file.kind)?;
                (seen(&file.name, Some(file.kind), Some(file.bytes)), Vec::new())
            }
            PendingFile::At { place, name } if !self.reads => {
                let known = name.or_else(|| match &place {
                    Place::Link(url) => link_name(url).map(str::to_owned),
                    Place::Path(_) | Place::Key(_) => None,
                });
                let name = known.unwrap_or_default();
                (seen(&name, AttachmentKind::from_name(&name), None), Vec::new())
            }
            other => {
                let file = match other {
                    PendingFile::At { place, name } => {
                        attach::read(ports, &place, name.as_deref()).await?.0
                    }
                    PendingFile::Checked(file) => file,
                    PendingFile::Nothing | PendingFile::Kept(_) => return Ok(None),
                };
                fits(file.kind())?;
                let bytes = file.bytes().len() as u64;
                (seen(file.name(), Some(file.kind()), Some(bytes)), file.warnings().to_vec())
            }
        };
        Ok(Some(found))
    }

    /// Checks the send time.
    fn time(&self, outlook: &mut Outlook) {
        let (Composer { settings, now, .. }, request) = (self.composer, self.request);
        if let Some(at) = request.scheduled_for {
            if !YEARS.contains(&at.year()) {
                let (what, year) = ("schedule", at.year());
                outlook.problems.push(SendErrorKind::Year { what, year });
                return;
            }
            if let Some(day) = too_far_ahead(at, *now, settings) {
                outlook.problems.push(SendErrorKind::TooFarAhead { day });
                return;
            }
        }
        let asked = settings.outside_hours(request.message_type(), outlook.due);
        if let Some(question) = request.consent.to(asked) {
            outlook.problems.push(SendErrorKind::OutsideHours(question));
        }
    }
}

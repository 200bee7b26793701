//! A message to one customer, written by a person: the customer, the text, the file, and the time
//! it goes out. The form is checked while it is written, and sends one message however often it is
//! sent itself.

mod act;
mod draft;
mod file;
mod flaw;
mod look;
mod show;
mod token;
mod value;
mod when;
mod who;

use std::time::Duration;

use axum::response::Response;
use whatsapp_core::{CustomerId, MessageId};

pub(crate) use act::send;
pub(crate) use file::kept_name;
pub(crate) use token::Token;

use draft::Draft;
use look::look;
use show::{Again, page, parts};

use super::eyes::Sight;
use super::{html, see_other};
use crate::oops::Oops;
use crate::typed::{Typed, Upload};
use crate::visit::Visit;

/// The largest form that is read. A file may have ten megabytes. A larger one is refused beside its
/// field, and no field is lost, as long as it is not much larger than files are.
pub(crate) const FORM_MAX: usize = 32 * 1024 * 1024;

/// Timeout of an answer: before it, a file of ten megabytes arrives over a telephone line.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3 * 60);

/// The form's record of a customer: the last message that somebody sent them by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    of: CustomerId,
    last: Option<MessageId>,
}

/// Shows the form, for a customer where the address names one.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let draft = Draft::fresh(&visit, &eyes)?;
    let looked = look(&visit, &draft, false, &eyes).await?;
    html(&page(&visit, draft, &looked, Again::default(), &eyes).await?)
}

/// Leads to the form, from an address that takes only forms.
pub(crate) async fn again(visit: Visit) -> Result<Response, Oops> {
    see_other(&visit.links.page("send"))
}

/// The parts of the page that follow from the form's fields, for a script that asks while
/// somebody types.
pub(crate) async fn check(visit: Visit, typed: Typed, upload: Upload) -> Result<Response, Oops> {
    let mut draft = Draft::read(&typed, &visit).ok_or_else(|| not_ours(&visit))?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let bad = file::take_up(&mut draft, upload, &visit, &eyes).await;
    let mut looked = look(&visit, &draft, false, &eyes).await?;
    let again = Again { upload: bad.clone().unwrap_or_default(), ..Again::default() };
    looked.flaws.extend(bad.map(|bad| flaw::Flaw::at("upload", bad)));
    html(&parts(&visit, draft, &looked, again, &eyes).await?)
}

fn not_ours(visit: &Visit) -> Oops {
    Oops::Bad(visit.texts().form_is_not_ours().to_owned())
}

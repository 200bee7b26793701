//! Changing the gateway's address: tried first, with a question where messages are under way.

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::desk::{Consent, SaveSettingsError, SettingEdit};
use whatsapp_core::messenger::AddressChangeError;
use whatsapp_core::settings::SettingDef;

use super::broken;
use crate::oops::Oops;
use crate::page::done::Done;
use crate::page::eyes::Sight;
use crate::page::mark::mark;
use crate::page::settings::ADDRESS;
use crate::page::{Nav, html, shell};
use crate::typed::Typed;
use crate::view::{AskPage, Field, Hidden, Link, Question};
use crate::visit::Visit;
use crate::words::sentence;

/// Reason for not taking an address.
#[derive(Debug, Default)]
struct Refused {
    /// The reason, where it is the typed address.
    field: String,
    /// The reason, where it is anything else.
    form: String,
    /// Set if somebody has to agree, because messages are under way.
    asks: bool,
}

/// Shows the form for a new address.
pub(crate) async fn ask(visit: Visit) -> Result<Response, Oops> {
    let shown = visit.inner.messenger.gateway_address().await?;
    let value = if broken(&visit).await?.is_some() { String::new() } else { shown.setting };
    page(&visit, &value, &Refused::default()).await
}

async fn page(visit: &Visit, typed: &str, refused: &Refused) -> Result<Response, Oops> {
    let sight = Sight::of(visit).await?;
    let eyes = sight.eyes(visit);
    let t = eyes.t;
    let fixed = visit.inner.messenger.gateway_address().await?.fixed;
    let is_fixed = fixed.is_some();
    let title = if is_fixed { t.address_fixed_title() } else { t.address_title() };
    // Without a row that cannot be used there is nothing to put right.
    let submit = match (is_fixed, broken(visit).await?.is_some()) {
        (false, _) => t.address_submit(),
        (true, true) => t.address_mend(),
        (true, false) => "",
    };
    let mut s = shell(visit, title, Nav::Settings);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    let field = Field {
        name: "address",
        label: t.address_label().to_owned(),
        hint: t.address_hint().to_owned(),
        error: refused.field.clone(),
        kind: "url",
        value: typed.to_owned(),
    };
    let tick =
        Question { name: "sure", label: t.address_tick().to_owned(), is_required: refused.asks };
    let what = fixed.map_or_else(|| t.address_what().to_owned(), |why| sentence(&why));
    html(&AskPage {
        t,
        s,
        back: Link {
            href: visit.links.page("settings/connection"),
            label: t.connection().to_owned(),
            outside: false,
            is_best: false,
        },
        action: visit.links.page("settings/address"),
        heading: title.to_owned(),
        problem: refused.form.clone(),
        lines: vec![what],
        facts: Vec::new(),
        hiddens: Vec::<Hidden>::new(),
        // A fixed address does not come from its row; the row can only be put right.
        fields: if is_fixed { Vec::new() } else { vec![field] },
        choices: None,
        questions: if refused.asks { vec![tick] } else { Vec::new() },
        tone: "primary",
        submit: submit.to_owned(),
    })
}

/// Changes the address.
pub(crate) async fn change(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    if visit.inner.messenger.gateway_address().await?.fixed.is_some() {
        return mend(&visit).await;
    }
    let address = typed.get("address").to_owned();
    let consent = if typed.get("sure") == "yes" { Consent::Given } else { Consent::NotAsked };
    let (inner, by, to) = (visit.inner.clone(), visit.actor(), address.clone());
    let changed = async move { inner.messenger.change_gateway_address(&to, consent, &by).await };
    let changed = visit.inner.work.finish(changed).await?;
    visit.inner.cache.forget().await;
    let why = match changed {
        Ok(()) => return leave(&visit, Done::AddressChanged),
        Err(AddressChangeError::Store(error)) => return Err(error.into()),
        Err(why) => why,
    };
    let said = sentence(&why.to_string());
    let refused = match &why {
        AddressChangeError::Unconfirmed(_) => {
            Refused { form: said, asks: true, ..Refused::default() }
        }
        AddressChangeError::Settings(SaveSettingsError::Invalid(problems)) => {
            let what = problems.first().map(|problem| sentence(&problem.what));
            Refused { field: what.unwrap_or(said), ..Refused::default() }
        }
        AddressChangeError::Address(_) => Refused { field: said, ..Refused::default() },
        _ => Refused { form: said, ..Refused::default() },
    };
    again(&visit, &address, &refused).await
}

async fn again(visit: &Visit, typed: &str, refused: &Refused) -> Result<Response, Oops> {
    let mut response = page(visit, typed, refused).await?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Writes the default over a row that cannot be used, where the deployment decides the address.
/// Such a row has no other effect than to keep all messages back.
async fn mend(visit: &Visit) -> Result<Response, Oops> {
    if broken(visit).await?.is_none() {
        return leave(visit, Done::SettingsSame);
    }
    let default = SettingDef::of(ADDRESS).map(|def| def.default).unwrap_or_default();
    let (inner, by) = (visit.inner.clone(), visit.actor());
    let mended = async move {
        let changes = inner.desk.check_settings(&[SettingEdit::new(ADDRESS, default)]).await?;
        inner.desk.write_settings(changes, Consent::Given, &by).await
    };
    let mended = visit.inner.work.finish(mended).await?;
    visit.inner.cache.forget().await;
    match mended {
        Ok(()) => leave(visit, Done::SettingsSaved),
        Err(SaveSettingsError::Store(error)) => Err(error.into()),
        Err(error) => {
            let form = sentence(&error.to_string());
            again(visit, "", &Refused { form, ..Refused::default() }).await
        }
    }
}

fn leave(visit: &Visit, done: Done) -> Result<Response, Oops> {
    done.lead("settings/connection", None, visit)
}

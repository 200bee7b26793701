//! The page of the form, and its parts.

use whatsapp_core::TemplateId;
use whatsapp_core::attachment::KeptFile;
use whatsapp_core::message::{FileRule, Placeholder, ValueKind};
use whatsapp_core::messenger::Outlook;
use whatsapp_core::port::StoredTemplate;

use super::Token;
use super::draft::{Draft, Origin, VALUE};
use super::flaw::Flaw;
use super::look::Looked;
use super::value::{asked, field};
use super::when::Instant;
use super::who::hits;
use crate::oops::Oops;
use crate::page::bubble::{previewed_with, seen_file};
use crate::page::done::flash;
use crate::page::eyes::Eyes;
use crate::page::mark::mark;
use crate::page::{Nav, shell};
use crate::view::{
    Bubble, Choice, FlawLine, Fold, Hidden, OwnText, PlaceLine, SendFile, SendForm, SendNote,
    SendPage, SendParts, SendTime, ValueField,
};
use crate::visit::Visit;
use crate::words::sentence;

/// Results that a form is shown with once more.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// Reasons why it was not sent, beside its fields.
    pub(super) flaws: Vec<Flaw>,
    /// Reason why the file that came with it was refused.
    pub(super) upload: String,
    /// Note on what happened.
    pub(super) note: Option<SendNote>,
    /// Set if somebody searches for a customer.
    pub(super) finds: bool,
}

impl Again {
    /// Shows the form with these reasons.
    pub(super) fn with(flaws: Vec<Flaw>) -> Self {
        Self { flaws, ..Self::default() }
    }

    /// The error beside a field; empty for none.
    fn error(&self, at: &str) -> String {
        if at == "upload" && !self.upload.is_empty() {
            return self.upload.clone();
        }
        let of = self.flaws.iter().filter(|flaw| flaw.at == at);
        of.map(|flaw| flaw.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// Builds the page.
pub(super) async fn page<'a>(
    visit: &Visit,
    draft: Draft,
    looked: &Looked,
    again: Again,
    eyes: &Eyes<'a>,
) -> Result<SendPage<'a>, Oops> {
    let t = eyes.t;
    let mut s = shell(visit, t.send_message(), Nav::Send);
    flash(&mut s, visit, eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), eyes);
    let hiddens = vec![Hidden { name: "once", value: draft.once.clone() }];
    let mine = draft.mine.as_str().to_owned();
    let (action, check) = (eyes.links.page("send"), eyes.links.page("send/check"));
    let f = form(visit, &draft, looked, again, eyes).await;
    Ok(SendPage { s, t, action, check, hiddens, mine, f })
}

/// The parts of the page that follow from the form's fields.
pub(super) async fn parts<'a>(
    visit: &Visit,
    draft: Draft,
    looked: &Looked,
    again: Again,
    eyes: &Eyes<'a>,
) -> Result<SendParts<'a>, Oops> {
    Ok(SendParts { t: eyes.t, f: form(visit, &draft, looked, again, eyes).await })
}

async fn form(
    visit: &Visit,
    draft: &Draft,
    looked: &Looked,
    again: Again,
    eyes: &Eyes<'_>,
) -> SendForm {
    let t = eyes.t;
    let customer = looked.outlook.customer.as_ref();
    let (hits, hits_note) = hits(visit, draft, customer, eyes).await;
    let (bubbles, notes) = seen(&looked.outlook, draft, eyes);
    let (fields, others) = fields(draft, looked, &again, eyes);
    let types = eyes.types.iter().map(|one| {
        let (on, may) = (one == draft.message_type, eyes.settings.allows(one));
        let label = one.label();
        let label = if may { label.to_owned() } else { t.type_is_off(label) };
        (Choice { value: one.as_str().to_owned(), label, on }, may || on)
    });
    let places = draft.message_type.placeholders().iter().map(|known| PlaceLine {
        written: format!("{{{}}}", known.name),
        what: t.such_as(known.about, known.sample),
    });
    let own = (draft.origin == Origin::Own).then(|| OwnText {
        text: draft.text.as_str().to_owned(),
        error: again.error("text"),
        places: places.collect(),
    });
    let problem = again.flaws.len() as u64;
    // A reason at the top of the page is not repeated here.
    let (above, below): (Vec<_>, Vec<_>) =
        looked.flaws.iter().partition(|flaw| again.flaws.contains(flaw));
    let at_top = FlawLine { at: "problem".to_owned(), text: t.see_the_top().to_owned() };
    let todo = (!above.is_empty()).then_some(at_top);
    let todo = todo.into_iter().chain(below.into_iter().map(Flaw::line)).collect();
    let sum = match (looked.flaws.len(), customer) {
        (0, Some(customer)) => {
            t.ready_to_send(customer.name.as_str().trim(), &eyes.number_of(customer))
        }
        (flaws, _) => t.still_missing(flaws as u64),
    };
    SendForm {
        problem: if problem > 0 { t.not_sent(problem) } else { String::new() },
        problems: again.flaws.iter().map(Flaw::line).collect(),
        who: draft.who.as_str().to_owned(),
        who_error: again.error("who"),
        customer_href: super::flaw::customers_page(draft, eyes),
        hits,
        hits_note,
        finds: again.finds,
        seen: hidden_seen(draft, looked),
        types: types.collect(),
        type_error: again.error("type"),
        origins: origins(draft, looked, eyes),
        origin_href: template_page(draft, looked, eyes),
        origin_error: again.error("from"),
        own_kept: if own.is_none() { draft.text.as_str().to_owned() } else { String::new() },
        own,
        fields,
        others,
        file: file(visit, draft, &again, eyes),
        time: time(draft, looked, &again, eyes),
        mine_error: again.error("mine"),
        sum,
        todo,
        bubbles,
        notes,
        note: again.note,
    }
}

/// The form's record of the customer: the one it brought, or the present one.
fn hidden_seen(draft: &Draft, looked: &Looked) -> Vec<Hidden> {
    let known = draft.seen.as_ref().filter(|seen| Some(&seen.of) == draft.customer.as_ref());
    let Some(seen) = known.or(looked.seen.as_ref()) else { return Vec::new() };
    let last = seen.last.map_or_else(|| "none".to_owned(), |id| id.to_string());
    vec![
        Hidden { name: "seen-of", value: seen.of.to_string() },
        Hidden { name: "seen", value: last },
    ]
}

/// The page of the chosen template, where that cannot be used; empty otherwise.
fn template_page(draft: &Draft, looked: &Looked, eyes: &Eyes<'_>) -> String {
    let all = &looked.templates;
    let id = match draft.origin {
        Origin::Used => all.used(draft.message_type.name(), None).map(|it| it.template.id),
        Origin::Template(id) => Some(id),
        Origin::Own => None,
    };
    let is_broken = |id: &TemplateId| {
        all.templates.iter().any(|it| it.template.id == *id && it.broken.is_some())
    };
    let broken = id.filter(is_broken).filter(|_| eyes.may_act);
    broken.map(|id| eyes.links.page(format_args!("templates/{id}"))).unwrap_or_default()
}

/// The texts that the message can be made with.
fn origins(draft: &Draft, looked: &Looked, eyes: &Eyes<'_>) -> Vec<Choice> {
    let (t, of) = (eyes.t, draft.message_type.name());
    let used = looked.templates.used(of, None).map(|now| &now.template);
    let used_name = used.map_or_else(|| t.built_in_text(), |template| template.name.as_str());
    let choice = |origin: Origin, label: String| Choice {
        value: origin.word(),
        label,
        on: draft.origin == origin,
    };
    let mut all = vec![choice(Origin::Used, t.text_in_use(used_name))];
    let is_other = |template: &&StoredTemplate| {
        let is_chosen = draft.origin == Origin::Template(template.id);
        (template.is_active || is_chosen)
            && template.message_type == of
            && (is_chosen || Some(template.id) != used.map(|used| used.id))
    };
    let others = looked.templates.templates.iter().map(|now| &now.template).filter(is_other);
    all.extend(others.map(|one| choice(Origin::Template(one.id), one.name.clone())));
    all.push(choice(Origin::Own, t.write_own_text().to_owned()));
    if !all.iter().any(|one| one.on) {
        // A template of another type, or one that was deleted: the field's error says so.
        all.push(choice(draft.origin, t.old_template().to_owned()));
    }
    all
}

/// The fields of the text's values, and the values that were typed for another text.
fn fields(
    draft: &Draft,
    looked: &Looked,
    again: &Again,
    eyes: &Eyes<'_>,
) -> (Vec<ValueField>, Vec<Kept>) {
    let asked = asked(draft, &looked.text);
    let line = |place: &&'static Placeholder| {
        let (kind, keyboard) = field(place.kind);
        let name = format!("{VALUE}{}", place.name);
        ValueField {
            label: place.about.to_owned(),
            hint: match place.kind {
                ValueKind::Date => String::new(),
                _ => eyes.t.such_as_this(place.sample),
            },
            kind,
            keyboard,
            value: draft.value(place.name).to_owned(),
            error: again.error(&name),
            name,
        }
    };
    let fields = asked.iter().map(line).collect();
    let is_other = |name: &&String| !asked.iter().any(|place| place.name == name.as_str());
    let others = draft.values.keys().filter(is_other).filter(|name| !draft.value(name).is_empty());
    let others = others.map(|name| (format!("{VALUE}{name}"), draft.value(name).to_owned()));
    (fields, others.collect())
}

/// A name and a value that the form keeps without showing them.
type Kept = (String, String);

fn file(visit: &Visit, draft: &Draft, again: &Again, eyes: &Eyes<'_>) -> SendFile {
    let (t, ports) = (eyes.t, visit.ports());
    let rule = draft.message_type.file();
    let is_needed = matches!(rule, FileRule::Mandatory(_));
    let kinds: Vec<&str> = rule.kinds().iter().map(|kind| kind.label()).collect();
    let (may_upload, may_link) = (ports.offers().keeps_files, ports.offers().reads_files);
    let hint = match rule {
        FileRule::None => t.no_file_goes().to_owned(),
        _ if !may_upload && !may_link && is_needed => t.no_file_can_go().to_owned(),
        _ if !may_upload && !may_link => t.no_files_here().to_owned(),
        _ if !may_upload => format!("{} {}", t.file_kinds(&kinds, is_needed), t.links_only()),
        _ => t.file_kinds(&kinds, is_needed),
    };
    let kept = draft.file.as_ref();
    SendFile {
        hint,
        may_upload: may_upload && rule != FileRule::None,
        may_link: may_link && rule != FileRule::None || !draft.link.as_str().is_empty(),
        token: kept.map(|file| Token::of(file, &visit.inner.secret)).unwrap_or_default(),
        name: kept.map(|file| file.name.clone()).unwrap_or_default(),
        about: kept.map(|file| about(file, eyes)).unwrap_or_default(),
        accept: "application/pdf,image/jpeg,image/png",
        link: draft.link.as_str().to_owned(),
        upload_error: [again.error("upload"), again.error("file")].concat(),
        link_error: again.error("link"),
    }
}

fn about(file: &KeptFile, eyes: &Eyes<'_>) -> String {
    eyes.t.file_is_good(file.kind.label(), &eyes.t.bytes(file.bytes))
}

fn time(draft: &Draft, looked: &Looked, again: &Again, eyes: &Eyes<'_>) -> SendTime {
    let (t, times) = (eyes.t, eyes.times());
    let (mut note, mut folds) = (String::new(), Vec::new());
    match looked.instant {
        Some(Instant::Once(at)) => note = t.goes_out_at(&times.full(at)),
        Some(Instant::Never(at)) => note = t.time_is_skipped(&times.full(at)),
        Some(Instant::Twice(first, second)) => {
            t.time_comes_twice().clone_into(&mut note);
            let fold = |value, at, label: &str, on| Fold {
                value,
                label: t.one_of_two(label, &times.offset(at)),
                on,
            };
            folds.push(fold("first", first, t.the_first(), !draft.is_second));
            folds.push(fold("second", second, t.the_second(), draft.is_second));
        }
        None => {}
    }
    SendTime {
        is_later: draft.is_later,
        at: draft.at.clone(),
        at_error: again.error("at"),
        zone: times.clocks(),
        note,
        folds,
        asks: looked.asks.map(|asks| sentence(&asks.to_string())).unwrap_or_default(),
        hours: draft.hours,
        hours_error: again.error("hours"),
    }
}

/// The message as WhatsApp shows it, and notes on it.
fn seen(outlook: &Outlook, draft: &Draft, eyes: &Eyes<'_>) -> (Vec<Bubble>, Vec<String>) {
    let t = eyes.t;
    let mut notes = Vec::new();
    let file = outlook.file.as_ref().map(|file| seen_file(&file.name, file.kind, file.bytes, eyes));
    let bubbles = if let Some(preview) = &outlook.preview {
        let (bubbles, unsure) = previewed_with(preview, file, eyes);
        if !preview.samples.is_empty() {
            notes.push(t.samples_stand_here().to_owned());
        }
        notes.extend((!unsure.is_empty()).then_some(unsure));
        bubbles
    } else {
        notes.push(t.nothing_to_show().to_owned());
        Vec::new()
    };
    let is_link = draft.file.is_none() && !draft.link.as_str().is_empty();
    if is_link && outlook.file.as_ref().is_some_and(|file| file.bytes.is_none()) {
        notes.push(t.link_is_read_later().to_owned());
    }
    notes.extend(outlook.warnings.iter().map(|warning| sentence(warning)));
    (bubbles, notes)
}

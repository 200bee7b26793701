//! A template as a form has it, and the check of it: what is wrong, its length, and its preview.

use axum::response::Response;
use whatsapp_core::desk::{TextPreview, TextPreviewError};
use whatsapp_core::message::{CAPTION_MAX_UNITS, FileRule, MessageType};
use whatsapp_core::port::{LogFilter, Sort, Turn};
use whatsapp_core::template::{Finding, Review, TEXT_MAX_UTF16, Template};
use whatsapp_core::{CustomerId, TemplateId};

use crate::oops::Oops;
use crate::page::bubble::previewed;
use crate::page::eyes::{Eyes, Sight};
use crate::page::html;
use crate::typed::Typed;
use crate::view::{Bubble, CheckPart, Choice, Examined, FoundLine, PlaceLine};
use crate::visit::Visit;
use crate::words::sentence;

/// Number of findings that are shown.
const SHOWN: usize = 20;

/// Number of messages that are searched for customers whose values may be shown.
const LOOKED_AT: u32 = 50;

/// Number of these customers who can be chosen.
const CUSTOMERS: usize = 20;

/// The longest label of a button that mends something, in characters.
const LABEL_MAX: usize = 40;

/// A template as a form has it.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) message_type: MessageType,
    pub(super) text: String,
    pub(super) is_on: bool,
    /// The note on this version.
    pub(super) note: String,
    /// The template that is changed, in the version that the form began from; `None` for a new one.
    pub(super) over: Option<(TemplateId, u32)>,
    /// The customer whose values the preview has; `None` for samples.
    pub(super) with: Option<CustomerId>,
}

impl Draft {
    /// Reads a form; `None` for what is no form of ours.
    pub(super) fn read(typed: &Typed, id: Option<TemplateId>, visit: &Visit) -> Option<Self> {
        let message_type = typed.get("type").parse().ok();
        let over = match id {
            Some(id) => Some((id, typed.get("version").parse().ok()?)),
            None => None,
        };
        Some(Self {
            name: typed.get("name").to_owned(),
            message_type: visit.ports().types().get(message_type?)?,
            text: typed.as_typed("text").replace("\r\n", "\n").replace('\r', "\n"),
            is_on: typed.get("on") == "yes",
            note: typed.get("note").to_owned(),
            over,
            with: CustomerId::new(typed.get("with")).ok(),
        })
    }

    pub(super) fn review(&self) -> Review {
        Template::review(self.message_type, &self.text)
    }
}

/// The parts of the page that follow from the form's fields, for a script that asks while
/// somebody types.
pub(crate) async fn check(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let draft = Draft::read(&typed, None, &visit).ok_or_else(ours)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let (e, bubbles) = examined(&visit, &draft, &draft.review(), &eyes).await?;
    html(&CheckPart { t: eyes.t, e, bubbles })
}

/// Checks a text: the findings, and the preview.
pub(super) async fn examined(
    visit: &Visit,
    draft: &Draft,
    review: &Review,
    eyes: &Eyes<'_>,
) -> Result<(Examined, Vec<Bubble>), Oops> {
    let (t, of) = (eyes.t, draft.message_type);
    let preview = visit.inner.desk.preview_text(of, &review.text, draft.with.as_ref()).await;
    let mut notes = Vec::new();
    let (bubbles, filled, message) = match preview {
        Ok(preview) => {
            let (bubbles, unsure) = previewed(&preview, of.file(), eyes);
            notes.extend(about(visit, &preview, eyes).await?);
            notes.extend((!unsure.is_empty()).then_some(unsure));
            let message = preview.of.as_ref().map(|of| eyes.links.message(of.message));
            (bubbles, preview.units, message)
        }
        Err(TextPreviewError::Store(error)) => return Err(error.into()),
        Err(error) => {
            notes.push(sentence(&error.to_string()));
            (Vec::new(), review.units, None)
        }
    };
    let (template, _) = Template::lenient(of, &review.text);
    let zero = of.text_for_zero().filter(|(name, _)| template.uses(name));
    notes.extend(zero.map(|(name, _)| t.text_for_zero(name)));
    let listed = listed(review, eyes);
    let caption = (of.file() != FileRule::None).then_some(CAPTION_MAX_UNITS as u64);
    let examined = Examined {
        places: places(of, eyes),
        length: t.length(review.units as u64, filled as u64, TEXT_MAX_UTF16 as u64, caption),
        sum: listed.sum,
        problems: listed.problems,
        hints: listed.hints,
        more: listed.more,
        used: t.use_it_what(of.label()),
        notes,
        message: message.unwrap_or_default(),
    };
    Ok((examined, bubbles))
}

/// The findings of a text, as many as are shown.
#[derive(Debug)]
pub(crate) struct Listed {
    /// Number of findings, in a sentence.
    pub(crate) sum: String,
    pub(crate) problems: Vec<FoundLine>,
    pub(crate) hints: Vec<FoundLine>,
    /// Says that there are more; empty where there are not.
    pub(crate) more: String,
}

/// Lists the findings of a text.
pub(crate) fn listed(review: &Review, eyes: &Eyes<'_>) -> Listed {
    let t = eyes.t;
    let (problems, hints): (Vec<_>, Vec<_>) =
        review.findings.iter().partition(|it| it.is_problem());
    let left = SHOWN.saturating_sub(problems.len());
    let shown = problems.len().min(SHOWN) + hints.len().min(left);
    let more = review.findings.len() - shown;
    let line = |one: &&Finding| found(one, &review.text, eyes);
    Listed {
        sum: t.findings_sum(problems.len() as u64, hints.len() as u64),
        problems: problems.iter().take(SHOWN).map(line).collect(),
        hints: hints.iter().take(left).map(line).collect(),
        more: if more > 0 { t.more_findings(more as u64) } else { String::new() },
    }
}

/// The values that a text of a type may have.
pub(crate) fn places(of: MessageType, eyes: &Eyes<'_>) -> Vec<PlaceLine> {
    let known = of.placeholders().iter();
    known
        .map(|known| PlaceLine {
            written: format!("{{{}}}", known.name),
            what: eyes.t.such_as(known.about, known.sample),
        })
        .collect()
}

/// Says whose values a preview has, and which of them are samples.
async fn about(visit: &Visit, preview: &TextPreview, eyes: &Eyes<'_>) -> Result<Vec<String>, Oops> {
    let Some(of) = &preview.of else { return Ok(Vec::new()) };
    let message = visit.ports().log().messages(&[of.message]).await?.pop();
    let at = message.map(|message| eyes.times().short(message.facts.created_at));
    let mut notes: Vec<_> = at.map(|at| eyes.t.values_of_message(&at)).into_iter().collect();
    if !preview.samples.is_empty() {
        let names: Vec<_> = preview.samples.iter().map(|name| format!("{{{name}}}")).collect();
        notes.push(eyes.t.samples_stand(&names.join(", ")));
    }
    Ok(notes)
}

/// A finding, with the button that mends it.
fn found(one: &Finding, text: &str, eyes: &Eyes<'_>) -> FoundLine {
    let t = eyes.t;
    let (begins, ends) = one.bytes;
    let units = |until: usize| text.get(..until).map_or(0, |text| text.encode_utf16().count());
    let what = sentence(&one.remark.to_string());
    let label = one.mend.as_deref().map(|mend| match mend.trim() {
        "" => t.mend_away().to_owned(),
        mend if mend.chars().count() > LABEL_MAX => {
            let cut: String = mend.chars().take(LABEL_MAX).collect();
            t.mend_with(&format!("{}…", cut.trim_end()))
        }
        mend => t.mend_with(mend),
    });
    FoundLine {
        text: t.at_place(one.position.line, one.position.column, &what),
        at: format!("{},{}", units(begins), units(ends)),
        mend: if label.is_some() { format!("{begins}-{ends}") } else { String::new() },
        mend_label: label.unwrap_or_default(),
    }
}

/// Mends the part of the text that a button names. The text is unchanged where there is nothing to
/// mend any more.
pub(crate) fn mended(review: &Review, button: &str) -> String {
    let is_it = |one: &&Finding| format!("{}-{}", one.bytes.0, one.bytes.1) == button;
    let mended = review.findings.iter().filter(is_it).find_map(|one| one.mended(&review.text));
    mended.unwrap_or_else(|| review.text.clone())
}

/// Choices for the preview's values: samples, and customers who had such a message lately.
pub(super) async fn customers(
    visit: &Visit,
    draft: &Draft,
    eyes: &Eyes<'_>,
) -> Result<Vec<Choice>, Oops> {
    let mut filter = LogFilter::default();
    filter.message_type = Some(draft.message_type.name());
    let page = visit.ports().log().page(&filter, Sort::Newest, Turn::First, LOOKED_AT).await?;
    let samples = Choice {
        value: String::new(),
        label: eyes.t.sample_values().to_owned(),
        on: draft.with.is_none(),
    };
    let mut choices = vec![samples];
    for message in page.messages.iter().filter(|message| message.facts.values.is_some()) {
        let (value, on) = (
            message.facts.customer_id.to_string(),
            draft.with.as_ref() == Some(&message.facts.customer_id),
        );
        if choices.len() <= CUSTOMERS && !choices.iter().any(|other| other.value == value) {
            choices.push(Choice { value, label: eyes.customer(message), on });
        }
    }
    if let Some(with) = draft.with.as_ref().filter(|_| !choices.iter().any(|choice| choice.on)) {
        choices.push(Choice { value: with.to_string(), label: with.to_string(), on: true });
    }
    Ok(choices)
}

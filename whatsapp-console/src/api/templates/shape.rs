//! Templates in the shapes of the API, for answers and bodies.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatsapp_core::desk::{TemplateNow, TemplatesNow, TextPreview, UsedText};
use whatsapp_core::message::{FileRule, Part, Placeholder, ValueKind};
use whatsapp_core::port::{TemplateVersion, TemplateVersions};
use whatsapp_core::shown::{RULES, shown};
use whatsapp_core::template::{Finding, Review};
use whatsapp_core::{CustomerId, TemplateId};

use crate::api::resource::BrokenShape;
use crate::api::schema;
use crate::words::sentence;

/// All templates, and the text in use for each type.
#[derive(Serialize, ToSchema)]
#[schema(as = Templates)]
pub(crate) struct TemplatesShape {
    /// The types of messages, including the host's own.
    types: Vec<TypeShape>,
    /// The templates, ordered by type and name.
    templates: Vec<TemplateShape>,
    /// Rows that cannot be read, because another program wrote them.
    unreadable: Vec<BrokenShape>,
}

/// A type of messages.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TemplateType)]
struct TypeShape {
    /// The type, as other calls name it.
    #[schema(example = "invoice")]
    message_type: &'static str,
    /// Name of the type that people use.
    label: &'static str,
    /// The placeholders that a text may contain, in braces.
    placeholders: Vec<PlaceholderShape>,
    #[schema(schema_with = schema::file_rules)]
    file: &'static str,
    /// The text that is used as long as no other is switched on; shown to managers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    built_in_text: Option<&'static str>,
    /// The template in use; absent if the built-in text is in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    used_template_id: Option<String>,
    /// Time since which this text is in use; absent if no other than the built-in text was ever in
    /// use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    used_since: Option<String>,
    /// True if waiting messages are composed again right before they go out, with their template at
    /// that time. All other messages go out as they were made.
    is_composed_again: bool,
}

/// A placeholder that a text may contain.
#[derive(Serialize, ToSchema)]
#[schema(as = Placeholder)]
struct PlaceholderShape {
    /// The name, without braces.
    name: &'static str,
    /// Meaning of the placeholder.
    about: &'static str,
    /// A sample value for previews.
    sample: &'static str,
    #[schema(schema_with = schema::value_kinds)]
    kind: &'static str,
}

/// A template.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Template)]
pub(crate) struct TemplateShape {
    /// Id of the template.
    #[schema(format = "uuid")]
    id: String,
    /// Name of the template.
    name: String,
    /// Message type of the template.
    message_type: String,
    /// The text; shown to managers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// True if the template is switched on.
    is_active: bool,
    /// True if messages of the type are made with it, unless a call names another template.
    is_used: bool,
    /// Version of the template, increased by 1 at each change. A change names it in the header
    /// `If-Match`: `"3"`.
    version: u32,
    /// Time at which the template was made.
    #[schema(format = "date-time")]
    created_at: String,
    /// Time of the last change.
    #[schema(format = "date-time")]
    updated_at: String,
    /// The person who made it, if it was a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<String>,
    /// Reason why it cannot be used. While it is switched on and would be used, messages of its
    /// type are not made.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// A template to be saved.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SaveTemplate)]
pub(crate) struct TemplateBody {
    /// The name, which no other template may have.
    #[schema(min_length = 1, max_length = 100, example = "Invoice, friendly")]
    pub(super) name: String,
    /// Message type of the template.
    #[schema(example = "invoice")]
    pub(super) message_type: String,
    /// Text of the template, with placeholders in braces.
    #[schema(example = "Dear {customerName}, here is your invoice {invoiceNumber}.")]
    pub(super) text: String,
    /// True if messages are made with it from now on.
    pub(super) is_active: bool,
    /// A note on this version for later readers, on one line.
    #[serde(default)]
    #[schema(max_length = 200, example = "Shorter, as the shop in Pune asked")]
    pub(super) note: String,
}

/// An earlier version to restore.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RestoreTemplate)]
pub(crate) struct RestoreBody {
    /// Number of the version to restore.
    #[serde(deserialize_with = "version")]
    #[schema(minimum = 1, maximum = 65535)]
    pub(super) version: u32,
}

fn version<'de, D: serde::Deserializer<'de>>(reader: D) -> Result<u32, D::Error> {
    crate::api::given::whole(reader).map(u32::from)
}

/// A text to be checked.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CheckTemplate)]
pub(crate) struct CheckBody {
    /// Message type of the text.
    #[schema(example = "invoice")]
    pub(super) message_type: String,
    /// The text, with placeholders in braces.
    #[schema(example = "Dear {custmerName},")]
    pub(super) text: String,
}

/// A text to be shown as customers will get it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PreviewTemplate)]
pub(crate) struct PreviewBody {
    /// Message type of the text.
    #[schema(example = "festival")]
    pub(super) message_type: String,
    /// The text, with placeholders in braces.
    #[schema(example = "Happy {festivalName}, {customerName}!")]
    pub(super) text: String,
    /// The customer whose newest message of this type supplies the values. Without it, samples are
    /// shown.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    pub(super) customer_id: Option<CustomerId>,
}

/// Result of checking a text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CheckedTemplate)]
pub(crate) struct CheckShape {
    /// True if the text can be saved.
    is_usable: bool,
    /// Length of the text in UTF-16 units, with its values; a message has 4,096 at most.
    units: usize,
    /// The findings in the order of their places, 100 at most.
    findings: Vec<FindingShape>,
}

/// A finding in a text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TemplateFinding)]
struct FindingShape {
    /// Line number, from 1.
    line: u32,
    /// Column in characters, from 1.
    column: u32,
    /// Position of its first UTF-16 unit in the text, counted from 0 with plain line ends.
    begins: usize,
    /// Position of the UTF-16 unit after its last.
    ends: usize,
    /// True if the text cannot be saved with it.
    is_problem: bool,
    /// Description of the finding, in a sentence.
    text: String,
    /// The correction, if one is clearly meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

/// A text as customers will get it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PreviewedTemplate)]
pub(crate) struct PreviewShape {
    /// The text as customers will get it.
    text: String,
    /// Length of the text in UTF-16 units; a message has 4,096 at most.
    units: usize,
    /// True if the text fits under a file as its caption. A longer text goes out after its file.
    fits_under_file: bool,
    /// Positions of the values in the text.
    values: Vec<RangeShape>,
    /// The message whose values are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    message_log_id: Option<String>,
    /// The placeholders that show a sample, because that message has no value for them.
    samples: Vec<&'static str>,
    /// The uncertain rules that decided how this text is shown: WhatsApp publishes no grammar of
    /// its formatting.
    uncertain: Vec<&'static str>,
}

/// A part of a text.
#[derive(Serialize, ToSchema)]
#[schema(as = TextRange)]
struct RangeShape {
    /// Position of its first UTF-16 unit.
    begins: usize,
    /// Position of the UTF-16 unit after its last.
    ends: usize,
}

/// A page of a template's versions.
#[derive(Serialize, ToSchema)]
#[schema(as = TemplateVersions)]
pub(crate) struct VersionsShape {
    /// The versions, the newest first.
    versions: Vec<VersionShape>,
    /// Versions that cannot be read, because another program wrote them.
    unreadable: Vec<BrokenShape>,
    /// Cursor of the next page: send it as `before`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u32>,
}

/// A version of a template.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TemplateVersion)]
struct VersionShape {
    /// Number of the version, from 1.
    version: u32,
    /// Name of the template in this version.
    name: String,
    /// Message type of the template in this version.
    message_type: String,
    /// Text of the template in this version.
    text: String,
    /// True if the template was switched on in this version.
    is_active: bool,
    /// Time at which the version was saved, or first seen if another program wrote it.
    #[schema(format = "date-time")]
    at: String,
    /// The person who saved it, if it was a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// The note of the person who saved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl TemplatesShape {
    /// All templates; their texts for managers only.
    pub(super) fn of(now: &TemplatesNow, used: &[UsedText], with_texts: bool) -> Self {
        let shape = |now: &TemplateNow| {
            let default = used.iter().find(|it| it.message_type == now.template.message_type);
            TemplateShape::of(now, default.and_then(|it| it.template), with_texts)
        };
        Self {
            types: used.iter().map(|used| TypeShape::of(used, with_texts)).collect(),
            templates: now.templates.iter().map(shape).collect(),
            unreadable: now.broken.iter().map(BrokenShape::from).collect(),
        }
    }
}

impl TypeShape {
    fn of(used: &UsedText, with_text: bool) -> Self {
        let of = used.message_type;
        Self {
            message_type: of.as_str(),
            label: of.label(),
            placeholders: of.placeholders().iter().map(PlaceholderShape::from).collect(),
            file: match of.file() {
                FileRule::None => "none",
                FileRule::Optional => "optional",
                FileRule::Mandatory(_) => "mandatory",
            },
            built_in_text: with_text.then_some(of.built_in_text()),
            used_template_id: used.template.map(|id| id.to_string()),
            used_since: used.since.map(schema::instant),
            is_composed_again: of.is_composed_again(),
        }
    }
}

impl From<&Placeholder> for PlaceholderShape {
    fn from(known: &Placeholder) -> Self {
        Self {
            name: known.name,
            about: known.about,
            sample: known.sample,
            kind: match known.kind {
                ValueKind::Lines => "lines",
                ValueKind::Amount => "amount",
                ValueKind::Date => "date",
                ValueKind::Number => "number",
                ValueKind::Link => "link",
                _ => "line",
            },
        }
    }
}

impl TemplateShape {
    /// A template; `default` is the one that its type is made with.
    pub(super) fn of(now: &TemplateNow, default: Option<TemplateId>, with_text: bool) -> Self {
        let template = &now.template;
        Self {
            id: template.id.to_string(),
            name: template.name.clone(),
            message_type: template.message_type.to_string(),
            text: with_text.then(|| template.content.clone()),
            is_active: template.is_active,
            is_used: default == Some(template.id),
            version: template.version,
            created_at: schema::instant(template.created_at),
            updated_at: schema::instant(template.updated_at),
            created_by: template.created_by.as_ref().map(ToString::to_string),
            // The reason names words of the text, which are shown to managers only.
            problem: now.broken.as_ref().map(|fault| {
                if with_text { sentence(&fault.to_string()) } else { UNUSABLE.to_owned() }
            }),
        }
    }
}

/// The text that a viewer is told about a template that cannot be used.
const UNUSABLE: &str = "It cannot be used.";

/// Number of UTF-16 units before a byte position.
fn units(text: &str, until: usize) -> usize {
    text.get(..until).map_or(0, |text| text.encode_utf16().count())
}

impl CheckShape {
    /// The result of a check, with at most `most` findings.
    pub(super) fn of(review: &Review, most: usize) -> Self {
        let finding = |one: &Finding| FindingShape {
            line: one.position.line,
            column: one.position.column,
            begins: units(&review.text, one.bytes.0),
            ends: units(&review.text, one.bytes.1),
            is_problem: one.is_problem(),
            text: sentence(&one.remark.to_string()),
            mend: one.mend.clone(),
        };
        Self {
            is_usable: review.is_usable(),
            units: review.units,
            findings: review.findings.iter().take(most).map(finding).collect(),
        }
    }
}

impl From<&TextPreview> for PreviewShape {
    fn from(preview: &TextPreview) -> Self {
        let text = preview.text.as_str();
        let range = |(begins, ends): &(usize, usize)| RangeShape {
            begins: units(text, *begins),
            ends: units(text, *ends),
        };
        let unsure = shown(text).rules;
        let rules = RULES.iter().filter(|rule| unsure.contains(&rule.no));
        Self {
            text: text.to_owned(),
            units: preview.units,
            fits_under_file: preview.part != Part::File,
            values: preview.values.iter().map(range).collect(),
            message_log_id: preview.of.as_ref().map(|of| of.message.to_string()),
            samples: preview.samples.clone(),
            uncertain: rules.map(|rule| rule.what).collect(),
        }
    }
}

impl From<&TemplateVersions> for VersionsShape {
    fn from(page: &TemplateVersions) -> Self {
        Self {
            versions: page.versions.iter().map(VersionShape::from).collect(),
            unreadable: page.broken.iter().map(BrokenShape::from).collect(),
            next: page.next,
        }
    }
}

impl From<&TemplateVersion> for VersionShape {
    fn from(version: &TemplateVersion) -> Self {
        Self {
            version: version.version,
            name: version.name.clone(),
            message_type: version.message_type.to_string(),
            text: version.content.clone(),
            is_active: version.is_active,
            at: schema::instant(version.at),
            by: version.by.user().map(ToString::to_string),
            note: version.note.clone(),
        }
    }
}

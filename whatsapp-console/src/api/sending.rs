//! A message before it is sent: what would become of it, and files that wait for one.

use axum::Json;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatsapp_core::attachment::{CheckedFile, FoundFile};
use whatsapp_core::message::Part;
use whatsapp_core::messenger::{FileOutlook, Outlook, SendErrorKind};

use super::call::Call;
use super::functions::PATIENCE;
use super::given::{Given, Parameters};
use super::problem::of_core::Unsent;
use super::problem::{Fault, Problem};
use super::schema;
use super::send::{self, SendBody};
use super::slug::Slug;
use crate::gate::Role;
use crate::page::sending::{self, Token, kept_name};
use crate::route::{Entry, post};
use crate::visit::Visit;
use crate::words::sentence;

/// The largest body with a file in it: ten megabytes in Base64, and its name.
const FILE_MAX: usize = 14 * 1024 * 1024;

/// The calls.
pub(super) fn table() -> Vec<Entry> {
    let manager = Some(Role::Manager);
    vec![
        post("/api/messages/preview", manager, preview).waiting(PATIENCE).called(
            Call::new("previewMessage", "What would become of a message")
                .text(
                    "Takes what `whatsapp-send` takes, and sends nothing: the text as the customer would get it, \
                     and all that stands in its way at once. A file is read from where it lies and checked.",
                )
                .taking::<SendBody>()
                .giving::<OutlookShape>(),
        ),
        post("/api/files", manager, keep)
            .taking_up_to(FILE_MAX)
            .waiting(sending::PATIENCE)
            .called(
                Call::new("uploadFile", "Keeps a file for a message")
                    .text(
                        "For a day, checked as every file is. `whatsapp-send` takes it as `uploadedFile`; what no \
                         message takes is forgotten. For hosts that keep files: others are given links.",
                    )
                    .taking::<FileBody>()
                    .giving::<FileShape>(),
            ),
    ]
}

/// A file for a message that is sent later.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UploadFile)]
pub(crate) struct FileBody {
    /// What it is called, with its end: `.pdf`, `.jpg` or `.png`.
    #[schema(example = "INV-7.pdf")]
    name: String,
    /// Its bytes in Base64 (RFC 4648, 4): 10 MB at most.
    content: String,
}

/// A file that is kept for a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UploadedFile)]
pub(crate) struct FileShape {
    /// What `whatsapp-send` takes as `uploadedFile`.
    uploaded_file: String,
    /// How the recipient sees it called.
    name: String,
    #[schema(schema_with = schema::file_kinds)]
    kind: &'static str,
    bytes: u64,
    /// What is doubtful about it, and what was left out of it.
    warnings: Vec<String>,
}

/// What would become of a message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MessageOutlook)]
pub(crate) struct OutlookShape {
    /// Whether it would be taken as it is.
    is_ready: bool,
    /// All that stands in its way: whom it is for, what it says, its file, and when it goes out.
    problems: Vec<ObstacleShape>,
    /// What should be known about it.
    warnings: Vec<String>,
    /// The customer, as the host's records have them now.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_name: Option<String>,
    /// The number that it would go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    whatsapp_number: Option<String>,
    /// The text with its values, and with samples where values are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// How many characters that has, of which a message may have 4,096.
    #[serde(skip_serializing_if = "Option::is_none")]
    units: Option<usize>,
    /// The placeholders for which samples stand there.
    samples: Vec<&'static str>,
    /// Whether the file goes out first, and the text after it.
    is_file_first: bool,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileOutlookShape>,
    /// When it would be due.
    #[schema(format = "date-time")]
    due_at: String,
}

/// What stands in the way of a message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Obstacle)]
pub(crate) struct ObstacleShape {
    /// The word to decide by: that of the problem which the call would come to.
    word: &'static str,
    /// What it is, in a sentence.
    detail: String,
    /// The members of the call that it is about.
    pointers: Vec<String>,
}

/// The file of a message that is not sent yet.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FileOutlook)]
pub(crate) struct FileOutlookShape {
    /// How the recipient sees it called.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::file_kinds)]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

/// Says what would become of a message.
pub(crate) async fn preview(
    visit: Visit,
    given: Given<SendBody>,
) -> Result<Json<OutlookShape>, Problem> {
    Parameters::none(&visit)?;
    let file = given.body.file_member();
    let (request, _) = send::asked(&visit, given.body)?;
    let outlook = visit.inner.messenger.look_over(&request, true).await;
    let outlook = outlook.map_err(|why| match Unsent::of(&why, file) {
        Unsent::Refused(problem) => problem,
        Unsent::Off(detail) | Unsent::Failed(detail) => Problem::new(Slug::NotPossible, detail),
    })?;
    Ok(Json(OutlookShape::of(&outlook, file)))
}

/// Keeps a file for a message.
pub(crate) async fn keep(visit: Visit, given: Given<FileBody>) -> Result<Json<FileShape>, Problem> {
    Parameters::none(&visit)?;
    let FileBody { name, content } = given.body;
    let refused = |member: &str, why: &dyn std::fmt::Display| {
        Problem::of_member(Slug::Attachment, member, &why.to_string())
    };
    let bytes = STANDARD
        .decode(content.trim())
        .map_err(|_| refused("content", &"the bytes are expected in Base64"))?;
    let found = FoundFile::new(bytes).with_name(Some(kept_name(&name)));
    let file = CheckedFile::found(found, None).map_err(|why| refused("content", &why))?;
    let kept = visit.inner.messenger.keep(&file).await.map_err(|why| match why {
        SendErrorKind::Media(error) => Problem::caused(Slug::FileUnreachable, &error),
        why => Problem::saying(Slug::NoFiles, &why),
    })?;
    Ok(Json(FileShape {
        uploaded_file: Token::of(&kept, &visit.inner.secret),
        name: kept.name,
        kind: kept.kind.as_str(),
        bytes: kept.bytes,
        warnings: file.warnings().to_vec(),
    }))
}

impl OutlookShape {
    fn of(outlook: &Outlook, file: &str) -> Self {
        let mut problems: Vec<_> =
            outlook.problems.iter().map(|why| ObstacleShape::of(why, file)).collect();
        problems.extend(outlook.mutes.iter().map(|mute| ObstacleShape {
            word: Slug::NotPossible.word(),
            detail: mute.sentence(),
            pointers: vec!["#/customerId".to_owned()],
        }));
        let preview = outlook.preview.as_ref();
        let warnings = outlook.warnings.iter().map(|it| sentence(it));
        // What has passed goes out at once, as `whatsapp-send` lets it.
        let passed = outlook.passed.as_ref().map(|passed| sentence(&passed.to_string()));
        Self {
            is_ready: problems.is_empty(),
            problems,
            warnings: warnings.chain(passed).collect(),
            customer_name: outlook.customer.as_ref().map(|it| it.name.as_str().to_owned()),
            whatsapp_number: outlook.number.as_ref().map(|it| it.as_str().to_owned()),
            text: preview.map(|it| it.text.as_str().to_owned()),
            units: preview.map(|it| it.units),
            samples: preview.map(|it| it.samples.clone()).unwrap_or_default(),
            is_file_first: preview.is_some_and(|it| it.part == Part::File),
            file: outlook.file.as_ref().map(FileOutlookShape::from),
            due_at: schema::instant(outlook.due),
        }
    }
}

impl From<&FileOutlook> for FileOutlookShape {
    fn from(file: &FileOutlook) -> Self {
        let kind = file.kind.map(whatsapp_core::attachment::AttachmentKind::as_str);
        Self { name: file.name.clone(), kind, bytes: file.bytes }
    }
}

impl ObstacleShape {
    /// What `whatsapp-send` would answer.
    fn of(why: &SendErrorKind, file: &str) -> Self {
        let problem = match Unsent::of(why, file) {
            Unsent::Refused(problem) => problem,
            Unsent::Off(detail) => Problem::new(Slug::NotPossible, detail),
            Unsent::Failed(detail) => {
                let slug = match why {
                    SendErrorKind::CustomerUnknown => Slug::UnknownCustomer,
                    _ => Slug::BadNumber,
                };
                Problem::new(slug, detail).with(Fault::at(&["customerId"], "cannot be reached"))
            }
        };
        let pointers = problem.faults().iter().filter_map(|fault| fault.pointer.clone());
        Self {
            word: problem.slug().word(),
            pointers: pointers.collect(),
            detail: problem.detail().to_owned(),
        }
    }
}

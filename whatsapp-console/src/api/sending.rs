//! Messages before they are sent: the preview, and uploaded files that wait for a message.

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

/// The largest body with a file: ten megabytes in Base64, and the name.
const FILE_MAX: usize = 14 * 1024 * 1024;

/// The calls about messages before they are sent.
pub(super) fn table() -> Vec<Entry> {
    let manager = Some(Role::Manager);
    vec![
        post("/api/messages/preview", manager, preview).waiting(PATIENCE).called(
            Call::new("previewMessage", "Preview a message")
                .text(
                    "Takes the body of `whatsapp-send`, and sends nothing. Returns the text as the \
                     customer would get it, and all obstacles at once. A file is read from its \
                     location and checked.",
                )
                .taking::<SendBody>()
                .giving::<OutlookShape>(),
        ),
        post("/api/files", manager, keep).taking_up_to(FILE_MAX).waiting(sending::PATIENCE).called(
            Call::new("uploadFile", "Upload a file for a message")
                .text(
                    "Checks a file as every file is checked, and keeps it for a day. \
                     `whatsapp-send` takes it as `uploadedFile`. A file that no message takes is \
                     forgotten. This works where the host keeps files: other hosts are given \
                     links.",
                )
                .taking::<FileBody>()
                .giving::<FileShape>(),
        ),
    ]
}

/// A file for a message that will be sent later.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UploadFile)]
pub(crate) struct FileBody {
    /// File name, with its extension: `.pdf`, `.jpg` or `.png`.
    #[schema(example = "INV-7.pdf")]
    name: String,
    /// Content in Base64 (RFC 4648, 4): 10 MB at most.
    content: String,
}

/// An uploaded file, kept for a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UploadedFile)]
pub(crate) struct FileShape {
    /// The value for the member `uploadedFile` of `whatsapp-send`.
    uploaded_file: String,
    /// File name that the recipient sees.
    name: String,
    #[schema(schema_with = schema::file_kinds)]
    kind: &'static str,
    /// Size of the file in bytes.
    bytes: u64,
    /// Doubts about the file, and parts that were left out of it.
    warnings: Vec<String>,
}

/// Forecast for a message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MessageOutlook)]
pub(crate) struct OutlookShape {
    /// True if the message would be accepted in this form.
    is_ready: bool,
    /// All obstacles: the recipient, the text, the file, and the time.
    problems: Vec<ObstacleShape>,
    /// Advice that the manager should know about the message.
    warnings: Vec<String>,
    /// The customer, as the host's records have them now.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_name: Option<String>,
    /// The number to which it would go.
    #[serde(skip_serializing_if = "Option::is_none")]
    whatsapp_number: Option<String>,
    /// The text with its values, and with samples where values are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Length of the text in UTF-16 units; a message has 4,096 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    units: Option<usize>,
    /// The placeholders that show a sample, because their value is missing.
    samples: Vec<&'static str>,
    /// True if the file goes out first, and the text after it.
    is_file_first: bool,
    /// The file to be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileOutlookShape>,
    /// Time at which the message would be due.
    #[schema(format = "date-time")]
    due_at: String,
}

/// An obstacle that keeps a message from being sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Obstacle)]
pub(crate) struct ObstacleShape {
    /// Kind of problem that the call would be answered with: the word at the end of its `type`.
    word: &'static str,
    /// Description of the obstacle, in a sentence.
    detail: String,
    /// The members of the body concerned.
    pointers: Vec<String>,
}

/// The file of a message not sent yet.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FileOutlook)]
pub(crate) struct FileOutlookShape {
    /// File name that the recipient sees.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::file_kinds)]
    kind: Option<&'static str>,
    /// Size of the file in bytes, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

/// Tells whether and in what form a message would be sent.
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

/// Stores an uploaded file for a message.
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
        // A time that has passed: the message would go out at once, as `whatsapp-send` allows.
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
    /// The obstacle for a refusal that `whatsapp-send` would answer with.
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

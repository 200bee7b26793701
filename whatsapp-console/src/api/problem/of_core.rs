//! Problems for the core's refusals. Each match has no catch-all arm, so that a new kind is not
//! answered until somebody has decided about its problem.

use whatsapp_core::bulks::BulkError;
use whatsapp_core::messenger::{ComposeError, ManageError, SendErrorKind};
use whatsapp_core::planner::{PlannerError, ReminderActError, ReminderQuestion};
use whatsapp_core::port::SourceError;
use whatsapp_core::template::RenderError;

use super::{Fault, Problem};
use crate::api::slug::Slug;

/// Result of a call whose message was not enqueued.
#[derive(Debug)]
pub(crate) enum Unsent {
    /// The call was valid, but nothing is sent: messages are switched off.
    Off(String),
    /// The call was valid, and the message is in the log as failed, if it could be written.
    Failed(String),
    /// The call was not valid.
    Refused(Problem),
}

impl Unsent {
    /// Converts this refusal, for a call that names its file by the member `file`.
    pub(crate) fn of(kind: &SendErrorKind, file: &str) -> Self {
        use SendErrorKind as Kind;
        let says = |slug| Problem::saying(slug, kind);
        let at = |slug, member| Problem::saying(slug, kind).with(fault(member, kind));
        Self::Refused(match kind {
            Kind::SwitchedOff(_) => return Self::Off(says(Slug::NotPossible).detail),
            Kind::CustomerUnknown | Kind::Number(_) => {
                return Self::Failed(says(Slug::NotPossible).detail);
            }
            Kind::TypeUnknown(_) => at(Slug::UnknownType, "messageType"),
            Kind::CustomerId(_) => Problem::of_member(Slug::Value, "customerId", kind),
            Kind::Declined(_) => at(Slug::Declined, "customerId"),
            Kind::TemplateUnknown => at(Slug::UnknownTemplate, "templateId"),
            Kind::TemplateType(_) | Kind::TemplateInactive => at(Slug::Template, "templateId"),
            Kind::TemplateBroken(_) => says(Slug::Template),
            Kind::Text(error) => text(error),
            Kind::TextByHost(_) => at(Slug::TextByHost, "customMessage"),
            Kind::AttachmentMissing(_) => at(Slug::AttachmentMissing, file),
            Kind::AttachmentForbidden(_) => at(Slug::AttachmentForbidden, file),
            Kind::NoMediaHost | Kind::NoAttachmentSource => at(Slug::NoFiles, file),
            Kind::Source(SourceError::Unreachable { .. }) => at(Slug::FileUnreachable, file),
            Kind::Source(_) => Problem::of_member(Slug::Attachment, file, kind),
            Kind::Media(error) => Problem::caused(Slug::FileUnreachable, error),
            Kind::Year { .. } | Kind::TooFarAhead { .. } => {
                Problem::of_member(Slug::Instant, "scheduledFor", kind)
            }
            Kind::OutsideHours(_) => at(Slug::OutsideHours, "outsideHours"),
            Kind::KeyConflict(id) => Problem::of(Slug::OtherBody).about(*id),
            Kind::Settings(error) => Problem::caused(Slug::Settings, error),
            Kind::Directory(error) => Problem::caused(Slug::Records, error),
            Kind::Store(error) => error.into(),
        })
    }
}

fn fault(member: &str, kind: &impl ToString) -> Fault {
    Fault::at(&[member], kind.to_string())
}

/// The problem of a text that cannot be made.
fn text(error: &RenderError) -> Problem {
    match error {
        RenderError::Missing { names } => {
            let fault =
                |name: &&str| Fault::at(&["placeholders", name], "is needed by this template");
            let problem = Problem::saying(Slug::Missing, error);
            names.iter().map(fault).fold(problem, Problem::with)
        }
        RenderError::Year { name, .. } => Problem::saying(Slug::Text, error)
            .with(Fault::at(&["placeholders", name], error.to_string())),
        _ => Problem::saying(Slug::Text, error),
    }
}

impl From<ManageError> for Problem {
    fn from(error: ManageError) -> Self {
        use ManageError as Kind;
        let says = |slug| Self::saying(slug, &error);
        let at = |slug, member| says(slug).with(fault(member, &error));
        match &error {
            Kind::Unknown => Self::of(Slug::UnknownMessage),
            Kind::Forbidden(_) | Kind::NotOffered(_) | Kind::OnlyAlone(_) => {
                says(Slug::NotPossible)
            }
            Kind::Declined(_) => says(Slug::Declined),
            Kind::HasPassed(_) => at(Slug::HasPassed, "at"),
            Kind::Unconfirmed => at(Slug::MayHaveArrived, "notArrived"),
            Kind::Number(_) => says(Slug::BadNumber),
            Kind::TypeUnknown(_) => says(Slug::UnknownType),
            Kind::Compose(ComposeError::Store(error)) | Kind::Store(error) => error.into(),
            Kind::Compose(_) => says(Slug::Template),
            Kind::FileGone => says(Slug::FileGone),
            Kind::FileUnreachable => Self::caused(Slug::FileUnreachable, &error),
            Kind::NotInBulk => says(Slug::NotTogether),
            Kind::OutsideHours(_) => at(Slug::OutsideHours, "outsideHours"),
            Kind::Year(_) | Kind::TooFarAhead { .. } | Kind::TooLate(_) => {
                Self::of_member(Slug::Instant, "at", &error)
            }
            Kind::OfReminder { .. } => says(Slug::OfReminder),
            Kind::OfCampaign(_) => says(Slug::OfCampaign),
            Kind::Changed => Self::of(Slug::Changed),
            Kind::Settings(error) => Self::caused(Slug::Settings, error),
            Kind::Directory(error) => Self::caused(Slug::Records, error),
        }
    }
}

impl From<BulkError> for Problem {
    fn from(error: BulkError) -> Self {
        match error {
            BulkError::Nothing => Self::of(Slug::NothingChosen),
            BulkError::Unknown => Self::of(Slug::UnknownBulk),
            BulkError::Changed(state) => {
                Self::new(Slug::Changed, format!("The act now stands so: {}.", state.label()))
            }
            BulkError::Settings(error) => Self::caused(Slug::Settings, &error),
            BulkError::Store(error) => error.into(),
            error => Self::saying(Slug::NotPossible, &error),
        }
    }
}

impl From<ReminderActError> for Problem {
    fn from(error: ReminderActError) -> Self {
        use ReminderActError as Kind;
        let says = |slug| Self::saying(slug, &error);
        match &error {
            Kind::Unknown => Self::of(Slug::UnknownReminder),
            Kind::Changed => Self::of(Slug::Changed),
            Kind::SwitchedOff => says(Slug::RemindersOff),
            Kind::Question(ReminderQuestion::OutsideHours(_)) => says(Slug::OutsideHours),
            Kind::Question(ReminderQuestion::RemindedToday) => says(Slug::RemindedToday),
            Kind::Planner(PlannerError::Store(error)) => error.into(),
            Kind::Planner(PlannerError::Directory(error)) => Self::caused(Slug::Records, error),
            Kind::Planner(PlannerError::Settings(error)) => Self::caused(Slug::Settings, error),
            Kind::Planner(error) => Self::caused(Slug::Broken, error),
            _ => says(Slug::NotPossible),
        }
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_core::message::MessageType;

    use super::*;

    #[test]
    fn a_missing_value_is_named_with_a_pointer() {
        let missing = RenderError::Missing { names: vec!["invoiceNumber", "amount"] };
        let Unsent::Refused(problem) = Unsent::of(&SendErrorKind::Text(missing), "attachmentUrl")
        else {
            panic!("the call was not right");
        };
        assert_eq!((problem.slug, problem.status.as_u16()), (Slug::Missing, 422));
        let pointers: Vec<_> =
            problem.faults.iter().filter_map(|it| it.pointer.as_deref()).collect();
        assert_eq!(pointers, ["#/placeholders/invoiceNumber", "#/placeholders/amount"]);
        assert!(
            problem.error().starts_with("The template cannot be filled: "),
            "{}",
            problem.error()
        );
    }

    #[test]
    fn what_is_switched_off_is_told_and_no_mistake_of_the_caller() {
        let of = |kind: &SendErrorKind| Unsent::of(kind, "attachmentUrl");
        let off = of(&SendErrorKind::SwitchedOff(MessageType::INVOICE));
        assert!(matches!(off, Unsent::Off(why) if why.contains("switched off")));
        assert!(matches!(of(&SendErrorKind::CustomerUnknown), Unsent::Failed(_)));
    }
}

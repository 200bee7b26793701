//! The error types of the use cases.

use chrono::{DateTime, Utc};

use super::{day, instant, unknown_type};
use crate::bulk::BulkState;
use crate::bulks::BulkError;
use crate::campaign::{Campaign, CampaignPlan, CampaignState, Figures, FrozenText};
use crate::campaigns::{CampaignError, CampaignRefusal, Checked, NotAgreed, RunTold};
use crate::daily::DailyError;
use crate::desk::{
    ReminderShift, SaveSettingsError, SaveTemplateError, TemplateFault, TextPreviewError,
};
use crate::find::FindError;
use crate::id::{CampaignId, MessageId, TemplateId};
use crate::messenger::{
    AddressChangeError, AddressQuestion, ByHandError, ComposeError, ManageError, OnlyAlone,
    PreviewError, SendError, SendErrorKind,
};
use crate::planner::{PlannerError, ReminderActError, ReminderQuestion};
use crate::port::{DirectoryError, Owed, StoredTemplate};
use crate::private::Private;
use crate::schedule::{DayTime, StepName, StepState};
use crate::settings::SettingProblem;
use crate::sweep::SweepError;
use crate::template::TemplateDraft;
use crate::types::{Category, MessageType};
use crate::wiring::{SettingsUnread, WiringError};

fn now() -> DateTime<Utc> {
    instant().to_utc()
}

fn message() -> MessageId {
    MessageId::new(now(), [1; 10])
}

fn checked() -> Checked {
    let campaign = Campaign::new(
        CampaignId::new(now(), [2; 10]),
        CampaignPlan::festival("Diwali", day()),
        now(),
    );
    Checked {
        campaign,
        weekday: chrono::Weekday::Sun,
        text: FrozenText { text: Private::new("Happy Diwali"), template: None },
        first: Private::new("Asha Traders"),
        sample: Private::new("Happy Diwali"),
        figures: Figures::default(),
        run: RunTold { from: now(), until: None, can_go: 1, left_over: 0 },
        others: Vec::new(),
        needs: None,
    }
}

fn draft() -> TemplateDraft {
    TemplateDraft::check("Greeting", MessageType::FESTIVAL, "Happy {festivalName}", true).unwrap()
}

fn stored() -> StoredTemplate {
    StoredTemplate {
        id: TemplateId::new(now(), [3; 10]),
        name: "Greeting".to_owned(),
        message_type: MessageType::FESTIVAL.name(),
        content: "Happy {festivalName}".to_owned(),
        placeholders: Vec::new(),
        is_active: true,
        version: 1,
        is_recorded: true,
        created_at: now(),
        updated_at: now(),
        created_by: None,
    }
}

fn question() -> AddressQuestion {
    AddressQuestion {
        from: "gate.example".to_owned(),
        to: "api.example".to_owned(),
        owed: Owed { waiting: 3, in_doubt: 1, watched: 0 },
    }
}

whatsapp_testkit::errors! {
    structs {
        NotAgreed = [NotAgreed],
        SendError = SendErrorKind::each().into_iter().map(SendError::from).collect::<Vec<_>>(),
    }
    enums {
        AddressChangeError { Unconfirmed(question()); Address, Settings, Store }
        BulkError { Nothing, TooMany(5_001), Unknown, Changed(BulkState::Done); Settings, Store }
        ByHandError { Meanwhile(message()); Send }
        CampaignError {
            Unknown, Changed, Forbidden(CampaignState::Running), Figures(Box::new(checked())),
            NotEstimated, TooFar(day(), day()), NoMessage("there is no first customer".to_owned());
            Plan, Words, Compose, Text, Refused, NotNow, NextDate, Number, Settings, Directory,
            Manage, Store
        }
        CampaignRefusal {
            SwitchedOff(MessageType::FESTIVAL), Past(day()), Ahead(day()),
            NoSuchHour(day(), DayTime::TEN),
            OutsideHours { at: DayTime::END, from: DayTime::TEN, until: DayTime::LAST_MINUTE },
            Closed(day()), Full(day()), NobodyListed,
            NoRecipients(Figures { no_number: 2, muted: 1, ..Figures::default() })
        }
        ComposeError {
            TemplateUnknown, TemplateType("Festival".into()), TemplateInactive;
            TemplateBroken, Text, Store
        }
        DailyError { ; Store, Settings }
        FindError { ; Directory, Store }
        ManageError {
            Unknown, Unconfirmed, TypeUnknown(unknown_type()), FileGone, FileUnreachable,
            NotInBulk, Declined(Category::Greetings), Year(226), TooFarAhead { day: day() },
            TooLate(instant()),
            OfReminder { step: StepName::After(7), subject: "INV-2026-0042".to_owned() },
            OfCampaign("Diwali".to_owned()), Changed;
            Forbidden, NotOffered, Number, Compose, OnlyAlone, OutsideHours, HasPassed, Settings,
            Directory, Store
        }
        OnlyAlone { Expired, OfAPastDay, OfACampaign, SwitchedOff, Paid, PutAside }
        PlannerError {
            Progress { day: day(), reason: "the page has no place".to_owned() }, Contended;
            Directory, Store, Settings, Manage
        }
        PreviewError { ; Template, Render }
        ReminderActError {
            Unknown, Changed, Forbidden(StepState::Sent),
            NotDue(Private::new("the invoice is paid")), BeingSent, SwitchedOff,
            NoMessage("there is no template".to_owned());
            Question, Planner
        }
        ReminderQuestion { RemindedToday; OutsideHours }
        SaveSettingsError {
            Invalid(SettingProblem::each()), Changed(Vec::new()),
            Unconfirmed(ReminderShift::default()), Directory(DirectoryError::new("no answer"));
            Store
        }
        SaveTemplateError {
            Unknown, TypeUnknown(unknown_type()), NameTaken,
            Changed { yours: Box::new(draft()), theirs: Box::new(stored()) };
            Invalid, Store
        }
        SendErrorKind {
            TypeUnknown(unknown_type()), SwitchedOff(MessageType::INVOICE), CustomerUnknown,
            Declined(Category::Greetings), TemplateUnknown, TemplateType("Festival".into()),
            TemplateInactive, TextByHost(MessageType::INVOICE),
            AttachmentMissing(MessageType::INVOICE), AttachmentForbidden(MessageType::FESTIVAL),
            NoMediaHost, NoAttachmentSource, Year { what: "schedule", year: 226 },
            TooFarAhead { day: day() }, KeyConflict(message());
            Settings, CustomerId, Number, TemplateBroken, Text, Source, Media, OutsideHours,
            Directory, Store
        }
        SettingsUnread { ; Store, Broken }
        SweepError { ; Media, Store, Settings }
        TemplateFault { TypeUnknown(unknown_type()); Text }
        TextPreviewError { NoMessage; Render, Store }
        WiringError {
            NoTransport, NoRuntime, NoInvoices, NoPlans, NoBulk, NoDaily, NoCampaigns
        }
    }
}

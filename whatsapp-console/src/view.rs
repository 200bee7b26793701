//! The finished values that the templates show. Every text is a `String`, every address a link from
//! the page that it stands on. Templates only choose and repeat; whatever needs a rule is decided
//! first.

mod api;
mod ask;
mod audit;
mod bulk;
mod customer;
mod festivals;
mod held;
mod help;
mod message;
mod messages;
mod overview;
mod parts;
mod plain;
mod schedule;
mod sending;
mod settings;
mod shell;
mod templates;

pub(crate) use api::{ApiCall, ApiField, ApiGroup, ApiPage, ApiProblem};
pub(crate) use ask::{AskPage, Choices, Fact, Field, Hidden, Question};
pub(crate) use audit::{AuditLine, AuditPage};
pub(crate) use bulk::{BulkPage, Item, ItemGroup, Sum};
pub(crate) use customer::{CustomerPage, MuteLine, StepLine};
pub(crate) use festivals::{
    EntryPage, FestivalGroup, FestivalLine, FestivalPage, FestivalsPage, ImportLine, ImportPage,
    PeoplePart, Person, Suggested, Suggestion,
};
pub(crate) use held::{HeldLine, HeldPage};
pub(crate) use help::{HelpPage, Key, KeysPage, Word, WordGroup};
pub(crate) use message::{Bubble, MessagePage, Note, Progressed, Span, Told};
pub(crate) use messages::{Chip, Filters, MessagesPage, Nothing, Tab};
pub(crate) use overview::{Bar, FestivalNow, Grid, LaneLine, Need, NeedLine, OverviewPage, Tile};
pub(crate) use parts::{ActLink, Choice, Head, Link, Pill, Row, RowAct, RowPart};
#[cfg(feature = "sign-in")]
pub(crate) use plain::SignInPage;
pub(crate) use plain::{AgainPage, FailedPage};
pub(crate) use schedule::{DayLine, EntryLine, ScheduleDayPage, SchedulePage};
pub(crate) use sending::{
    FlawLine, Fold, Hit, OwnText, SendFile, SendForm, SendNote, SendPage, SendParts, SendTime,
    ValueField,
};
pub(crate) use settings::{ConnectionPage, Refusal, SettingLine, SettingsGroup, SettingsPage};
pub(crate) use shell::{NavItem, Shell};
pub(crate) use templates::{
    CheckPart, Clash, DiffPart, Examined, FoundLine, PlaceLine, TemplateGroup, TemplateLine,
    TemplatePage, TemplatesPage, VersionLine, VersionsPage,
};

//! The error types of the domain.

use super::{day, instant, render_error, template_errors, unknown_type};
use crate::attachment::{InvalidAttachment, InvalidLink};
use crate::campaign::InvalidPlan;
use crate::consent::{HasPassed, OutsideHours};
use crate::festival::import::{ImportProblem, Unreadable};
use crate::festival::{Festival, NotNow, UnknownDate, UnknownPlace};
use crate::format::{Formats, InvalidAmount, UnknownLocale};
use crate::id::{CustomerId, InvalidHostKey, InvalidId, MessageId};
use crate::message::{Contradiction, Forbidden, InvalidKey, NotOffered};
use crate::number::InvalidNumber;
use crate::schedule::{InvalidDayTime, InvalidStep, InvalidWindow};
use crate::settings::{SettingProblem, SettingsError};
use crate::template::{
    Hint, InvalidTemplate, InvalidType, ProblemKind, RenderError, TemplateErrors, TypeProblem,
};
use crate::time::{InvalidZone, Zone};
use crate::types::InvalidTypeName;
use crate::word::UnknownWord;

fn problem(key: &str) -> SettingProblem {
    SettingProblem { key: key.to_owned(), what: "a number from 0 to 10 is expected".into() }
}

whatsapp_testkit::errors! {
    structs {
        Contradiction = [Contradiction { column: "sent_at" }],
        HasPassed = [HasPassed { at: instant() }],
        ImportProblem = [ImportProblem {
            line: 3,
            field: "date",
            problem: "there is no such day".to_owned(),
        }],
        InvalidDayTime = [InvalidDayTime],
        InvalidHostKey = [CustomerId::new("").unwrap_err()],
        InvalidId = ["1".parse::<MessageId>().unwrap_err()],
        InvalidKey = [InvalidKey],
        InvalidStep = [InvalidStep],
        InvalidType = TypeProblem::each()
            .into_iter()
            .map(|problem| InvalidType { name: "Delivery", problem })
            .collect::<Vec<_>>(),
        InvalidTypeName = [InvalidTypeName],
        InvalidZone = ["", "IST", "+05:30", "Asia/Mumbay"]
            .map(|name| name.parse::<Zone>().unwrap_err()),
        OutsideHours = [
            OutsideHours { at: instant(), opens: Some(instant()) },
            OutsideHours { at: instant(), opens: None },
        ],
        SettingProblem = [problem("whatsapp_retry_max")],
        SettingsError = [
            SettingsError { problems: vec![problem("whatsapp_retry_max")] },
        ],
        TemplateErrors = [template_errors()],
        UnknownDate = [UnknownDate { festival: Festival::Diwali, year: 2099 }],
        UnknownLocale = [Formats::new("hn-IN").unwrap_err()],
        UnknownWord = [UnknownWord { what: "kind", allowed: "pdf, jpg" }],
    }
    enums {
        Forbidden {
            UnderWay, AlreadySent, Cancelled, Final, Exhausted, OutcomeUnknown, WrongNumber,
            FileSent, NoAttempt
        }
        Hint {
            BlankInside { sign: '*' }, Alone { sign: '_' }, Doubled { written: "**", sign: '*' },
            Heading, Link, Glued { name: "amount" }, CurrencyTwice { name: "amount" },
            Shortener { host: "bit.ly" }, SameForAll { name: "customerName" }, BlanksAtEnd,
            EmptyLines, BehindFile { units: 1_100 }, LongWithValues { units: 5_000 }
        }
        InvalidAmount {
            NotANumber, Groups, Negative, TooPrecise, TooLarge, Currency, UnknownCurrency
        }
        InvalidAttachment {
            Empty, NothingInside, TooLarge, WebPage, Other { what: "a web page" }, WrongKind,
            Truncated, ReadAsText, TooManyPixels, NameDisagrees, ContentTypeDisagrees,
            NameMissing; Link
        }
        InvalidLink {
            Empty, TooLong, Blank, Invisible, Backslash, NoScheme, PlainHttp, OtherScheme,
            UserName, NoServer
        }
        InvalidNumber {
            Missing, NoPlus, NotDigits, Invisible, OtherDigits, LostDigits, SpreadsheetMarks,
            SeveralNumbers, Letters, LeadingZero, TooShort, TooLong, NoSuchCountry, TrunkPrefix, Landline,
            ServiceNumber, NotInUse
        }
        InvalidPlan { NoName, NameTooLong(101), Time, NoWords, Nobody, TooMany(10_001) }
        InvalidTemplate { Name, Note; Text }
        InvalidWindow { NoDay, NoTime, BeginAtTheEnd }
        NotNow { Early(day()), Late(day()) }
        NotOffered {
            NotFailed, Expired, NumberIsRight, TypeUnknown(unknown_type()), Unreadable; Forbidden
        }
        ProblemKind {
            Empty, TooLong { units: 5_000 },
            Unknown { name: "total".to_owned(), meant: None, allowed: "{amount}".to_owned() },
            Foreign { written: "%amount%".to_owned(), meant: None, allowed: "{amount}".to_owned() },
            Unclosed, Unopened, NoName,
            BadName { name: "due date".to_owned(), meant: Some("dueDate") },
            Invisible { code: 0x200b }
        }
        RenderError {
            Missing { names: vec!["amount"] }, TooLong { units: 5_000 }, Empty,
            Year { name: "dueDate", year: 226 }, NoPlaceholder(ProblemKind::Unclosed), OtherType
        }
        TypeProblem {
            NameTaken, Label, TooMany(31), Placeholder("Due date"), Twice("amount"), CustomerName,
            NoSuchPlaceholder("total"), Sample(render_error()), NoKindOfFile, Switch("greeting");
            Name, Text
        }
        UnknownPlace { Country, State }
        Unreadable {
            Empty, OtherKind("a PDF"), NoColumn("date"), TwoColumns("name"), Header, NoCalendar,
            NoEvents
        }
    }
}

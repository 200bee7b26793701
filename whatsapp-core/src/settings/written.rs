//! The texts of typed values, as rows have them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, Weekday, WeekdaySet};

use crate::format::Amount;
use crate::message::TypeName;
use crate::number::WhatsAppNumber;
use crate::retry::OnUnknown;
use crate::schedule::{DayTime, ReminderFrom};
use crate::time::Zone;

/// A value of a setting, by its type.
pub(super) trait Written {
    /// The text that its row has, which [`value`](super::value) reads back.
    fn written(&self) -> String;
}

macro_rules! as_displayed {
    ($($type:ty),+) => {
        $(impl Written for $type {
            fn written(&self) -> String {
                self.to_string()
            }
        })+
    };
}

as_displayed!(bool, u16, u32, f64, str, DayTime, ReminderFrom, Zone);

impl Written for OnUnknown {
    fn written(&self) -> String {
        match self {
            Self::Resend => "resend",
            Self::Hold => "hold",
        }
        .to_owned()
    }
}

impl Written for WeekdaySet {
    fn written(&self) -> String {
        list(self.iter(Weekday::Mon).map(|day| day.to_string().to_lowercase()))
    }
}

impl Written for [u16] {
    fn written(&self) -> String {
        list(self.iter().map(ToString::to_string))
    }
}

impl Written for [WhatsAppNumber] {
    fn written(&self) -> String {
        list(self.iter().map(|number| number.as_str().to_owned()))
    }
}

impl Written for [Amount] {
    fn written(&self) -> String {
        list(self.iter().map(amount))
    }
}

impl Written for BTreeSet<NaiveDate> {
    fn written(&self) -> String {
        list(self.iter().map(ToString::to_string))
    }
}

impl Written for BTreeMap<TypeName, bool> {
    fn written(&self) -> String {
        list(self.iter().map(|(name, keeps)| format!("{}{name}", if *keeps { "" } else { "not " })))
    }
}

fn list(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(",")
}

/// An amount as its currency's code and a plain decimal number: `INR 500.00`.
fn amount(amount: &Amount) -> String {
    let currency = amount.currency();
    let places = usize::from(currency.minor_digits());
    let digits = format!("{:0width$}", amount.minor(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let point = if part.is_empty() { "" } else { "." };
    format!("{} {whole}{point}{part}", currency.code())
}

//! The first page.

use askama::Template;

use super::{Pill, Shell};
use crate::words::Texts;

/// The first page: whether anything needs a person, and the numbers of today.
#[derive(Debug, Template)]
#[template(path = "overview.html")]
pub(crate) struct OverviewPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// `All is well`, or how many need a person.
    pub(crate) headline: String,
    /// What went out today.
    pub(crate) lead: String,
    /// Whether the account sends.
    pub(crate) health: Pill,
    pub(crate) may_act: bool,
    /// Somebody stopped all sending.
    pub(crate) is_held: bool,
    /// Which pause is shown, as the form gives it back.
    pub(crate) pause: String,
    /// Why nothing is sent, and what can be done; empty while it is.
    pub(crate) trouble: String,
    pub(crate) trouble_advice: String,
    pub(crate) needs: Vec<Need>,
    /// Whose clocks the times are.
    pub(crate) zone: String,
    pub(crate) tiles: Vec<Tile>,
    /// What waits, and when it is out.
    pub(crate) empty: String,
    pub(crate) lanes: Vec<LaneLine>,
}

/// One kind of what needs a person.
#[derive(Debug)]
pub(crate) struct Need {
    pub(crate) tone: &'static str,
    pub(crate) icon: &'static str,
    /// How many.
    pub(crate) count: String,
    /// What they are, behind the number: `could not be sent`.
    pub(crate) title: String,
    /// Exactly these.
    pub(crate) href: String,
    /// The first of them.
    pub(crate) rows: Vec<NeedLine>,
    /// How many more there are, in words; empty for none.
    pub(crate) more: String,
    /// What can be done about all of them; empty for nothing.
    pub(crate) advice: String,
}

/// One message that needs a person, with its reason.
#[derive(Debug)]
pub(crate) struct NeedLine {
    pub(crate) href: String,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) why: String,
    /// The best act; empty where there is none.
    pub(crate) act: String,
    pub(crate) act_href: String,
    pub(crate) act_full: String,
}

/// A number that leads to what it counts.
#[derive(Debug)]
pub(crate) struct Tile {
    pub(crate) href: String,
    pub(crate) number: String,
    pub(crate) label: String,
    pub(crate) note: String,
}

/// What waits of one class.
#[derive(Debug)]
pub(crate) struct LaneLine {
    pub(crate) label: String,
    pub(crate) text: String,
}

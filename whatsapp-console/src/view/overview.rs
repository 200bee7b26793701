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
    /// Greetings and announcements of the next days.
    pub(crate) festivals: Vec<FestivalNow>,
    /// Whose clocks the times are.
    pub(crate) zone: String,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) grids: Vec<Grid>,
    /// The last days, the oldest first; empty until the first was counted.
    pub(crate) bars: Vec<Bar>,
    /// What waits, and when it is out.
    pub(crate) empty: String,
    pub(crate) lanes: Vec<LaneLine>,
}

/// A greeting or an announcement of the next days.
#[derive(Debug)]
pub(crate) struct FestivalNow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) when: String,
    pub(crate) pill: Pill,
    pub(crate) why: String,
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
    /// The same of seven days, and where that leads.
    pub(crate) note: String,
    pub(crate) week: String,
}

/// A line across the chart.
#[derive(Debug)]
pub(crate) struct Grid {
    pub(crate) y: String,
    pub(crate) text_y: String,
    pub(crate) label: String,
}

/// A day of the chart; lengths in the units of its `viewBox`.
#[derive(Debug)]
pub(crate) struct Bar {
    pub(crate) x: String,
    pub(crate) mid: String,
    pub(crate) sent_y: String,
    pub(crate) sent_h: String,
    pub(crate) failed_y: String,
    pub(crate) failed_h: String,
    /// The day of the month.
    pub(crate) day: String,
    /// The date in full.
    pub(crate) date: String,
    pub(crate) sent: String,
    pub(crate) failed: String,
    /// The whole bar in words.
    pub(crate) label: String,
}

/// What waits of one class.
#[derive(Debug)]
pub(crate) struct LaneLine {
    pub(crate) label: String,
    pub(crate) text: String,
}

//! The first page.

use askama::Template;

use super::{Pill, Shell};
use crate::words::Texts;

/// First page: what needs a person, and the numbers of today.
#[derive(Debug, Template)]
#[template(path = "overview.html")]
pub(crate) struct OverviewPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// Heading: a pause, a broken setting, the number that needs a person, or `All is well`.
    pub(crate) headline: String,
    /// Sentence on the messages that went out today.
    pub(crate) lead: String,
    /// Word for whether the account sends.
    pub(crate) health: Pill,
    pub(crate) may_act: bool,
    /// True while a person has stopped all sending.
    pub(crate) is_held: bool,
    /// The pause that is shown, as the form gives it back.
    pub(crate) pause: String,
    /// Reason why the account is paused; empty while it is not, and for a pause by a person.
    /// `trouble_advice` is what can be done.
    pub(crate) trouble: String,
    pub(crate) trouble_advice: String,
    pub(crate) needs: Vec<Need>,
    /// Greetings and announcements of the next days.
    pub(crate) festivals: Vec<FestivalNow>,
    /// Note on the place whose clocks the times follow.
    pub(crate) zone: String,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) grids: Vec<Grid>,
    /// Bars of the last days, the oldest first; empty until the first day was counted.
    pub(crate) bars: Vec<Bar>,
    /// Sentence on the backlog and the time by which it is out.
    pub(crate) empty: String,
    pub(crate) lanes: Vec<LaneLine>,
}

/// Greeting or announcement of the next days.
#[derive(Debug)]
pub(crate) struct FestivalNow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) when: String,
    pub(crate) pill: Pill,
    pub(crate) why: String,
}

/// One kind of things that need a person.
#[derive(Debug)]
pub(crate) struct Need {
    pub(crate) tone: &'static str,
    pub(crate) icon: &'static str,
    /// Number of things of this kind.
    pub(crate) count: String,
    /// Words after the number: `could not be sent`.
    pub(crate) title: String,
    /// Address of the list of exactly these things; empty for none.
    pub(crate) href: String,
    /// First of these things.
    pub(crate) rows: Vec<NeedLine>,
    /// Label of the link to all of them; empty where all are shown.
    pub(crate) more: String,
    /// Advice for all of them; empty for none.
    pub(crate) advice: String,
}

/// Message, reminder or setting that needs a person, with its reason.
#[derive(Debug)]
pub(crate) struct NeedLine {
    pub(crate) href: String,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) why: String,
    /// Label of the best act; empty where there is none.
    pub(crate) act: String,
    pub(crate) act_href: String,
    pub(crate) act_full: String,
}

/// Number that leads to what it counts.
#[derive(Debug)]
pub(crate) struct Tile {
    pub(crate) href: String,
    pub(crate) number: String,
    pub(crate) label: String,
    /// The number of seven days, in words. `week` is the address of what it counts.
    pub(crate) note: String,
    pub(crate) week: String,
}

/// Line across the chart.
#[derive(Debug)]
pub(crate) struct Grid {
    pub(crate) y: String,
    pub(crate) text_y: String,
    pub(crate) label: String,
}

/// Day of the chart; lengths in the units of its `viewBox`.
#[derive(Debug)]
pub(crate) struct Bar {
    pub(crate) x: String,
    pub(crate) mid: String,
    pub(crate) sent_y: String,
    pub(crate) sent_h: String,
    pub(crate) failed_y: String,
    pub(crate) failed_h: String,
    /// Day of the month.
    pub(crate) day: String,
    /// Date in full.
    pub(crate) date: String,
    pub(crate) sent: String,
    pub(crate) failed: String,
    /// The whole bar in words.
    pub(crate) label: String,
}

/// Backlog of one lane.
#[derive(Debug)]
pub(crate) struct LaneLine {
    pub(crate) label: String,
    pub(crate) text: String,
}

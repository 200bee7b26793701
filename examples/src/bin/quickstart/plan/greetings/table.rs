//! The table of festivals, and the changes that its rows ask of the present greetings.

use std::path::Path;

use anyhow::{Context as _, Result};
use chrono::NaiveDate;
use whatsapp_core::campaign::{Campaign, CampaignPlan, CampaignState};
use whatsapp_core::festival::import::{self, Import, ImportedDate};
use whatsapp_core::format::Formats;
use whatsapp_core::schedule::DayTime;

/// Name of the table, which need not be there.
pub(crate) const FILE: &str = "festivals.csv";

/// Changes that the table asks for.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Rows that have no greeting yet.
    pub(super) new: Vec<CampaignPlan>,
    /// Drafts whose rows were changed, with their new plans.
    pub(super) changed: Vec<(Campaign, CampaignPlan)>,
    /// Remarks for people: rows that cannot be read, and edits that come too late.
    pub(crate) told: Vec<String>,
}

/// Reads the table; it is empty if there is no file.
pub(crate) fn read(folder: &Path) -> Result<Import> {
    let file = folder.join(FILE);
    if !file.exists() {
        return Ok(Import::default());
    }
    let bytes = std::fs::read(&file).with_context(|| format!("{FILE} cannot be read"))?;
    import::csv(&bytes).with_context(|| format!("{FILE} cannot be used"))
}

/// Returns the plan of a row: everybody is greeted.
fn plan(row: &ImportedDate) -> CampaignPlan {
    let plan = CampaignPlan::festival(row.name.clone(), row.date);
    plan.with_time(row.time.unwrap_or(DayTime::TEN))
        .with_words(row.text.clone().unwrap_or_default())
        .with_estimated(row.estimated)
}

/// Names the columns in which two plans of one name and date differ.
fn differs(one: &CampaignPlan, other: &CampaignPlan) -> String {
    let columns = [
        ("estimated", one.estimated == other.estimated),
        ("time", one.time == other.time),
        ("text", one.words == other.words),
    ];
    let differ = columns.into_iter().filter(|(_, same)| !same).map(|(column, _)| column);
    differ.collect::<Vec<_>>().join(", ")
}

impl Asked {
    /// Compares the table with the present greetings. A row with another date than the draft of its
    /// name moves that draft. An armed greeting stays as it was armed, and that is told.
    pub(crate) fn by(
        table: &Import,
        known: &[Campaign],
        today: NaiveDate,
        formats: &Formats,
    ) -> Self {
        let told = table.problems.iter().map(ToString::to_string).collect();
        let mut asked = Self { told, ..Self::default() };
        let is_of = |it: &Campaign, row: &ImportedDate| {
            (&it.plan.name, it.plan.date) == (&row.name, row.date)
        };
        let has_row = |it: &&Campaign| table.dates.iter().any(|row| is_of(it, row));
        let mut rowless: Vec<&Campaign> = known
            .iter()
            .filter(|it| it.plan.date >= today && !has_row(it))
            .filter(|it| it.state == CampaignState::Draft || it.state.is_open())
            .collect();
        for row in &table.dates {
            let plan = plan(row);
            let moved = rowless
                .iter()
                .position(|it| it.state == CampaignState::Draft && it.plan.name == row.name);
            let its = known.iter().find(|it| is_of(it, row));
            let its = its.or_else(|| moved.map(|place| rowless.remove(place)));
            match its {
                None => asked.new.push(plan),
                Some(it) if it.plan == plan => {}
                Some(it) if it.state == CampaignState::Draft => {
                    asked.changed.push((it.clone(), plan));
                }
                Some(it) if it.state.is_open() => asked.told.push(format!(
                    "{} of {}: its row was changed after it was armed ({}); it goes out as it was armed",
                    row.name,
                    formats.date(row.date),
                    differs(&it.plan, &plan)
                )),
                Some(_) => {}
            }
        }
        for it in rowless {
            let (name, date) = (&it.plan.name, formats.date(it.plan.date));
            let stays = match it.state {
                CampaignState::Draft => "it stays a draft",
                _ => "it goes out as it was armed",
            };
            asked.told.push(format!("{name} of {date} is not in the table any more: {stays}"));
        }
        asked
    }
}

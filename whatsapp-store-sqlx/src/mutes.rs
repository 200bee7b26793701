//! Conversion of mutes to the core's values, for every database.

use whatsapp_core::UserId;
use whatsapp_core::audit::Actor;
use whatsapp_core::mute::{Mute, MuteEnded, MuteOn};
use whatsapp_core::port::{MuteCursor, MuteQuestion, StoreError};

use crate::codec::{Columns, Reader};
use crate::rows::actor;

pub(crate) fn mute(row: &impl Columns) -> Result<Mute, StoreError> {
    read(row, actor(&Reader::new(row, "mute"))?)
}

fn read(row: &impl Columns, by: Actor) -> Result<Mute, StoreError> {
    let row = &Reader::new(row, "mute");
    let key = row.text("target_id")?;
    Ok(Mute {
        id: row.parsed("id")?,
        on: row.checked("target", |kind| MuteOn::read(&kind, key))?,
        of: row.parsed("category")?,
        by,
        at: row.instant("at")?,
        ended: ended(row)?,
    })
}

fn ended(row: &Reader<'_, impl Columns>) -> Result<Option<MuteEnded>, StoreError> {
    let Some(at) = row.instant_or_null("ended_at")? else { return Ok(None) };
    let user = row.checked_or_null("ended_user_id", |id| UserId::new(id).ok())?;
    let by = row.checked("ended_actor", |word| Actor::read(&word, user))?;
    Ok(Some(MuteEnded { by, at }))
}

/// The targets of the questions, each with the place of its question.
pub(crate) fn asked(questions: &[MuteQuestion]) -> Vec<(u32, MuteOn)> {
    let places = 0_u32..;
    let each = places.zip(questions).flat_map(|(place, question)| {
        let at_its_place = move |on| (place, on);
        question.on().map(at_its_place)
    });
    each.collect()
}

/// The answers to this number of questions, each in its place and the oldest mute first.
pub(crate) fn answers(
    rows: &[impl Columns],
    questions: usize,
) -> Result<Vec<Vec<Mute>>, StoreError> {
    let mut answers = vec![Vec::new(); questions];
    for row in rows {
        let reader = Reader::new(row, "mute");
        let place: usize = reader.number("place")?;
        // One row written by another program must not keep everybody's messages back.
        let mute = read(row, actor(&reader).unwrap_or(Actor::Outside))?;
        answers.get_mut(place).ok_or(reader.corrupt("place"))?.push(mute);
    }
    for mutes in &mut answers {
        mutes.sort_by_key(MuteCursor::of);
    }
    Ok(answers)
}

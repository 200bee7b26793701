//! Acts on an entry of the calendar of festivals, as notices of what was just done.

use crate::words::Texts;

/// The act on an entry that was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FestivalDone {
    /// An entry was made of a suggestion, or copied.
    Made,
    /// Nothing: the entry is there already.
    Known,
    /// The entry was saved.
    Saved,
    /// Entries were made of a list of dates: the number made, and the number that was
    /// there already.
    Imported { made: u32, known: u32 },
    /// The entry was armed.
    Armed,
    /// The entry was paused.
    Paused,
    /// The entry goes on.
    Resumed,
    /// The entry was cancelled: stopped for good.
    Cancelled,
    /// The entry's date was confirmed.
    Confirmed,
    /// The entry's message went to one number.
    Tried,
    /// Nothing: the entry is in another state by now.
    Changed,
}

impl FestivalDone {
    /// All variants without counts.
    pub(super) const ALL: &'static [Self] = &[
        Self::Made,
        Self::Known,
        Self::Saved,
        Self::Imported { made: 2, known: 1 },
        Self::Armed,
        Self::Paused,
        Self::Resumed,
        Self::Cancelled,
        Self::Confirmed,
        Self::Tried,
        Self::Changed,
    ];

    /// The text of the cookie: the word, and the counts where there are some.
    pub(super) fn written(self) -> String {
        match self {
            Self::Imported { made, known } => format!("{}-{made}-{known}", self.word()),
            _ => self.word().to_owned(),
        }
    }

    /// Reads an import with its counts from the text of a cookie.
    pub(super) fn read_imported(text: &str) -> Option<Self> {
        let counts = text.strip_prefix("festivals-imported-")?;
        let (made, known) = counts.split_once('-')?;
        Some(Self::Imported { made: made.parse().ok()?, known: known.parse().ok()? })
    }

    /// The variant's word in the cookie.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Made => "festival-made",
            Self::Known => "festival-known",
            Self::Saved => "festival-saved",
            Self::Imported { .. } => "festivals-imported",
            Self::Armed => "festival-armed",
            Self::Paused => "festival-paused",
            Self::Resumed => "festival-resumed",
            Self::Cancelled => "festival-cancelled",
            Self::Confirmed => "festival-confirmed",
            Self::Tried => "festival-tried",
            Self::Changed => "festival-changed",
        }
    }

    /// The notice in a sentence, and its tone.
    pub(super) fn said(self, t: &dyn Texts) -> (String, &'static str) {
        let (text, tone) = match self {
            Self::Made => (t.done_festival_made(), "ok"),
            Self::Known => (t.done_festival_known(), "info"),
            Self::Saved => (t.done_festival_saved(), "ok"),
            Self::Imported { made, known } => {
                let tone = if made == 0 { "info" } else { "ok" };
                return (t.done_festivals_imported(made.into(), known.into()), tone);
            }
            Self::Armed => (t.done_festival_armed(), "ok"),
            Self::Paused => (t.done_festival_paused(), "warn"),
            Self::Resumed => (t.done_festival_resumed(), "ok"),
            Self::Cancelled => (t.done_festival_cancelled(), "ok"),
            Self::Confirmed => (t.done_festival_confirmed(), "ok"),
            Self::Tried => (t.done_festival_tried(), "ok"),
            Self::Changed => (t.done_festival_changed(), "warn"),
        };
        (text.to_owned(), tone)
    }
}

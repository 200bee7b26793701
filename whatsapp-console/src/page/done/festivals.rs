//! What was just done to an entry of the calendar of festivals.

use crate::words::Texts;

/// What was just done to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FestivalDone {
    /// It was made of a suggestion, or copied.
    Made,
    /// Nothing: it stands there already.
    Known,
    /// It was saved.
    Saved,
    /// So many entries were made of a list of dates, and so many were there already.
    Imported { made: u32, known: u32 },
    /// It was armed.
    Armed,
    /// It was stopped.
    Paused,
    /// It goes on.
    Resumed,
    /// It was stopped for good.
    Cancelled,
    /// Its date was confirmed.
    Confirmed,
    /// Its message went to one number.
    Tried,
    /// Nothing: it stands otherwise by now.
    Changed,
}

impl FestivalDone {
    /// All of them.
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

    /// It in the cookie: its word, and the counts where it has some.
    pub(super) fn written(self) -> String {
        match self {
            Self::Imported { made, known } => format!("{}-{made}-{known}", self.word()),
            _ => self.word().to_owned(),
        }
    }

    /// An import of any counts, as it is written.
    pub(super) fn read_imported(text: &str) -> Option<Self> {
        let counts = text.strip_prefix("festivals-imported-")?;
        let (made, known) = counts.split_once('-')?;
        Some(Self::Imported { made: made.parse().ok()?, known: known.parse().ok()? })
    }

    /// Its word in the cookie.
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

    /// It in a sentence, and the tone of that.
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

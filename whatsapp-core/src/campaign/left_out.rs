//! The reasons why recipients got no message, as people read them.

use std::fmt::Write as _;

use crate::private::Private;

/// The largest number of reasons that are listed separately.
pub const REASONS_MAX: u32 = 5;

/// Recipients who were left out for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The reason as a sentence, which each of these recipients has.
    pub sentence: Option<Private>,
    /// Number of these recipients.
    pub recipients: u64,
}

impl LeftOut {
    /// Tells how many of a campaign's recipients were left out, and why, as sentences; `None` where
    /// nobody was left out. `reasons` are the most frequent ones, those with the most recipients
    /// first.
    ///
    /// ```
    /// use whatsapp_core::campaign::LeftOut;
    ///
    /// let over = LeftOut { sentence: Some("The day was over.".into()), recipients: 40 };
    /// let muted = LeftOut { sentence: Some("Greetings are kept back.".into()), recipients: 1 };
    /// let said = LeftOut::said(&[over.clone()], 40);
    /// assert_eq!(said.as_deref(), Some("40 recipients were left out: The day was over."));
    /// let said = LeftOut::said(&[over, muted], 41);
    /// let both = "41 recipients were left out. 40: The day was over. 1: Greetings are kept back.";
    /// assert_eq!(said.as_deref(), Some(both));
    /// ```
    #[must_use]
    pub fn said(reasons: &[Self], all: u64) -> Option<String> {
        let were = match all {
            0 => return None,
            1 => "1 recipient was left out".to_owned(),
            more => format!("{more} recipients were left out"),
        };
        let known: Vec<(u64, &str)> = reasons
            .iter()
            .filter_map(|one| Some((one.recipients, one.sentence.as_ref()?.as_str())))
            .collect();
        if let [(recipients, only)] = known.as_slice()
            && *recipients == all
        {
            return Some(format!("{were}: {only}"));
        }
        let mut said = format!("{were}.");
        for (recipients, sentence) in &known {
            let _ = write!(said, " {recipients}: {sentence}");
        }
        let told: u64 = known.iter().map(|(recipients, _)| recipients).sum();
        let others = all.saturating_sub(told);
        if others > 0 {
            let _ = write!(said, " {others}: The reason stands at each recipient.");
        }
        Some(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(sentence: Option<&str>, recipients: u64) -> LeftOut {
        LeftOut { sentence: sentence.map(Private::from), recipients }
    }

    #[test]
    fn what_is_not_among_the_reasons_is_counted_all_the_same() {
        let over = reason(Some("The day was over."), 1);
        let said = |reasons: &[LeftOut], all| LeftOut::said(reasons, all);
        assert_eq!(said(&[], 0), None);
        let one = said(std::slice::from_ref(&over), 1).unwrap();
        assert_eq!(one, "1 recipient was left out: The day was over.");
        let more = said(&[over, reason(None, 2)], 7).unwrap();
        let told = "7 recipients were left out. 1: The day was over. \
                    6: The reason stands at each recipient.";
        assert_eq!(more, told);
    }
}

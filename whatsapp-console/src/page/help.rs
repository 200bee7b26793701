//! The help page of words: the meaning of each, and what to do.

use axum::response::Response;
use whatsapp_core::message::{
    AttemptOutcome, CancelReason, Delivery, FailureKind, HeldFor, Status,
};

use super::pill::{self, Beside};
use super::{Nav, html, shell};
use crate::oops::Oops;
use crate::view::{HelpPage, Pill, Word, WordGroup};
use crate::visit::Visit;
use crate::words::Texts;

/// Shows every word that a message may have beside it.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    let t = visit.texts();
    html(&HelpPage { s: shell(&visit, t.words(), Nav::Words), t, groups: groups(t) })
}

fn groups(t: &dyn Texts) -> Vec<WordGroup> {
    vec![
        group("progress", t.words_progress(), t.words_progress_lead(), progress(t)),
        group("status", t.status(), t.words_status_lead(), each(Status::ALL, |it| status(it, t))),
        group(
            "delivery",
            t.delivery(),
            t.words_delivery_lead(),
            each(Delivery::ALL, |it| delivery(it, t)),
        ),
        group("failed", t.words_failed(), t.words_failed_lead(), each(FailureKind::ALL, failure)),
        group("cancelled", t.words_cancelled(), t.words_cancelled_lead(), {
            each(CancelReason::ALL, |it| {
                word("idle", "minus", it.label(), it.meaning(), it.advice())
            })
        }),
        group("held", t.words_held(), t.words_held_lead(), {
            each(HeldFor::ALL, |it| word("warn", "wait", it.label(), it.meaning(), it.advice()))
        }),
        group("attempts", t.words_attempts(), t.words_attempts_lead(), {
            each(AttemptOutcome::ALL, attempt)
        }),
    ]
}

/// The words beside messages.
fn progress(t: &dyn Texts) -> Vec<Word> {
    let (unknown, undelivered) = (FailureKind::UnknownOutcome, FailureKind::Undelivered);
    let told = |beside: Beside| match beside {
        Beside::Queued => (t.help_queued(), ""),
        Beside::Scheduled => (t.help_scheduled(), ""),
        Beside::Held => (t.help_held(), ""),
        Beside::Paused => (t.help_paused(), t.help_paused_todo()),
        Beside::Sending => (t.help_sending(), ""),
        Beside::Checking => (t.help_checking(), t.help_checking_todo()),
        Beside::Retrying => (t.help_retrying(), ""),
        Beside::Sent => (Delivery::Accepted.meaning(), ""),
        Beside::Delivered => (Delivery::Delivered.meaning(), ""),
        Beside::Read => (Delivery::Read.meaning(), ""),
        Beside::Failed => (Status::Failed.meaning(), ""),
        Beside::Unknown => (unknown.meaning(), unknown.advice()),
        Beside::Undelivered => (undelivered.meaning(), undelivered.advice()),
        Beside::Cancelled => (Status::Cancelled.meaning(), ""),
    };
    // A word that has a time shows one.
    let word = |beside: Beside| {
        let (meaning, advice) = told(beside);
        let pill = beside.pill("18:00", t);
        Word { pill, meaning: meaning.to_owned(), advice: advice.to_owned() }
    };
    each(&Beside::ALL, word)
}

fn status(it: Status, t: &dyn Texts) -> Word {
    let (tone, icon) = match it {
        Status::Pending => ("idle", "clock"),
        Status::Sent => ("info", "sent"),
        Status::Failed => ("bad", "x"),
        Status::Cancelled => ("idle", "minus"),
    };
    word(tone, icon, pill::status(it, t), it.meaning(), "")
}

fn delivery(it: Delivery, t: &dyn Texts) -> Word {
    let (tone, icon) = match it {
        Delivery::Accepted => ("info", "sent"),
        Delivery::Delivered => ("ok", "ok"),
        Delivery::Read => ("ok", "read"),
        Delivery::Undelivered => ("bad", "x"),
    };
    word(tone, icon, pill::delivery(it, t), it.meaning(), "")
}

fn failure(it: FailureKind) -> Word {
    let icon = if it == FailureKind::UnknownOutcome { "look" } else { "x" };
    word("bad", icon, it.label(), it.meaning(), it.advice())
}

fn attempt(it: AttemptOutcome) -> Word {
    let (tone, icon) = match it {
        AttemptOutcome::Accepted => ("ok", "ok"),
        AttemptOutcome::UnknownHeld => ("bad", "look"),
        _ => ("bad", "x"),
    };
    word(tone, icon, it.label(), it.meaning(), "")
}

fn each<W: Copy>(all: &[W], of: impl FnMut(W) -> Word) -> Vec<Word> {
    all.iter().copied().map(of).collect()
}

fn group(id: &'static str, title: &str, lead: &str, words: Vec<Word>) -> WordGroup {
    WordGroup { id, title: title.to_owned(), lead: lead.to_owned(), words }
}

fn word(tone: &'static str, icon: &'static str, word: &str, meaning: &str, advice: &str) -> Word {
    let pill = Pill { tone, icon, word: word.to_owned() };
    Word { pill, meaning: meaning.to_owned(), advice: advice.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::words::English;

    #[test]
    fn every_word_has_its_meaning_and_stands_once_in_its_group() {
        let groups = groups(&English);
        let ids: BTreeSet<_> = groups.iter().map(|group| group.id).collect();
        assert_eq!(ids.len(), groups.len());
        for group in &groups {
            let words: BTreeSet<_> = group.words.iter().map(|word| &word.pill.word).collect();
            assert_eq!(words.len(), group.words.len(), "{}", group.id);
            for word in &group.words {
                assert!(word.meaning.ends_with('.'), "{}: {}", group.id, word.pill.word);
                assert_ne!(word.meaning.trim_end_matches('.'), word.pill.word);
            }
        }
    }
}

//! The one list of the cases of mutes, and the macros that make tests of them.

use futures_util::future::BoxFuture;

use super::MutePorts;

/// Tests mutes, with a test for each case. `open` returns a fresh store as its [`MutePorts`], and a
/// value that must live as long.
///
/// ```
/// use std::sync::Arc;
/// use whatsapp_testkit::MemoryStore;
/// use whatsapp_testkit::conformance::mutes::MutePorts;
///
/// async fn open() -> (MutePorts, ()) {
///     (MutePorts::of(Arc::new(MemoryStore::new())), ())
/// }
///
/// whatsapp_testkit::mutes_conformance! { open = open }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! mutes_conformance {
    (open = $open:path) => {
        $crate::__mute_cases! { __mute_tests $open }
    };
}

/// The cases of mutes. Passes them to the macro that is named first.
#[doc(hidden)]
#[macro_export]
macro_rules! __mute_cases {
    ($then:ident $($with:tt)*) => {
        $crate::$then! {
            [$($with)*]
            a_mute_reads_back_as_it_was_set_and_as_it_ended,
            the_same_mute_again_changes_nothing_and_leaves_no_entry,
            mutes_of_other_categories_and_about_others_stand_beside_one_another,
            each_act_leaves_one_entry_without_the_number,
            an_act_whose_entry_cannot_be_written_is_not_done,
            an_id_that_another_mute_has_is_a_conflict,
            a_mute_that_ended_holds_no_more_and_its_row_stays,
            what_does_not_hold_cannot_be_ended,
            what_ended_can_be_muted_again,
            each_question_is_answered_in_its_place,
            the_mutes_of_a_message_come_the_oldest_first,
            a_thousand_questions_are_one,
            pages_show_each_mute_once_the_newest_first,
            a_filter_shows_the_mutes_about_one_customer_number_or_invoice,
            a_filter_shows_the_mutes_of_these_ids,
            of_concurrent_mutes_of_the_same_one_is_set,
            of_concurrent_ends_of_a_mute_one_is_done,
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __mute_tests {
    ([$open:path] $($case:ident,)+) => {
        $(#[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let (ports, guard) = $open().await;
            $crate::conformance::mutes::$case(ports).await;
            drop(guard);
        })+
    };
}

/// A case of mutes as a value, for harnesses that run the suite themselves.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct MuteCase {
    /// Name of the case.
    pub name: &'static str,
    /// Runs the case on a fresh store; it panics when the promise is broken.
    pub run: fn(MutePorts) -> BoxFuture<'static, ()>,
}

#[doc(hidden)]
#[macro_export]
macro_rules! __mute_case_values {
    ([] $($case:ident,)+) => {
        &[$($crate::conformance::mutes::MuteCase {
            name: stringify!($case),
            run: |ports| Box::pin($crate::conformance::mutes::$case(ports)),
        },)+]
    };
}

/// Every case of mutes.
pub const MUTE_CASES: &[MuteCase] = crate::__mute_cases!(__mute_case_values);

#[cfg(test)]
mod tests {
    use super::MUTE_CASES;
    use crate::conformance::cases::tests::cases_in;

    /// A case that is written but not listed would run on no adapter.
    #[test]
    fn every_case_is_listed() {
        let listed: Vec<_> = MUTE_CASES.iter().map(|case| case.name).collect();
        assert_eq!(listed, cases_in(include_str!("../mutes.rs")));
    }
}

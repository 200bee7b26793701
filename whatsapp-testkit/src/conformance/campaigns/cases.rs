//! The one list of the cases of campaigns, and the macros that make tests of them.

use futures_util::future::BoxFuture;

use super::CampaignPorts;

/// Tests campaigns, with a test for each case. `open` returns a fresh store as its
/// [`CampaignPorts`], and a value that must live as long.
///
/// ```
/// use std::sync::Arc;
/// use whatsapp_testkit::MemoryStore;
/// use whatsapp_testkit::conformance::campaigns::CampaignPorts;
///
/// async fn open() -> (CampaignPorts, ()) {
///     (CampaignPorts::of(Arc::new(MemoryStore::new())), ())
/// }
///
/// whatsapp_testkit::campaigns_conformance! { open = open }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! campaigns_conformance {
    (open = $open:path) => {
        $crate::__campaign_cases! { __campaign_tests $open }
    };
}

/// The cases of campaigns, by suite. Passes them to the macro that is named first.
#[doc(hidden)]
#[macro_export]
macro_rules! __campaign_cases {
    ($then:ident $($with:tt)*) => {
        $crate::$then! {
            [$($with)*]
            plans {
                a_campaign_reads_back_column_by_column,
                every_state_and_every_notice_reads_back,
                a_campaign_whose_id_is_taken_is_stale,
                a_campaign_that_changed_since_it_was_read_is_stale,
                campaigns_come_the_latest_date_first_each_on_one_page,
                what_is_open_comes_the_earliest_first,
                what_has_ended_comes_until_all_is_told_of_it,
                nul_in_a_campaign_refuses_nothing,
            }
            recipients {
                each_number_is_collected_once,
                numbers_that_share_a_key_are_each_collected,
                what_was_collected_before_is_taken_away_page_by_page,
                only_a_draft_as_it_was_read_is_collected,
                a_draft_that_is_collected_anew_is_not_armed,
                five_hundred_recipients_are_one_page,
                recipients_are_found_and_counted_by_their_states,
                a_queued_recipient_tells_how_its_message_ended,
                what_is_queued_where_nothing_runs_is_stranded,
                the_recipients_of_messages_come_with_their_campaigns,
                why_recipients_were_left_out_is_counted_by_sentence,
                what_greets_a_number_counts_beside_its_reminders,
            }
            writes {
                recipients_get_the_ids_of_their_messages,
                a_recipient_that_changed_since_it_was_read_undoes_all,
                a_campaign_that_does_not_stand_as_it_was_read_undoes_all,
                slots_that_were_given_meanwhile_undo_all,
                slots_are_those_from_an_instant_on,
                the_latest_instant_at_which_a_feeder_ran_is_known,
                an_act_whose_entry_cannot_be_written_is_not_done,
                what_managers_are_told_is_written_with_it,
                what_no_store_can_write_is_refused,
                of_concurrent_writes_of_one_campaign_one_is_done,
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __campaign_tests {
    ([$open:path] $($suite:ident { $($case:ident,)+ })+) => {
        $(mod $suite {
            use super::*;

            $(#[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let (ports, guard) = $open().await;
                $crate::conformance::campaigns::$suite::$case(ports).await;
                drop(guard);
            })+
        })+
    };
}

/// A case of campaigns as a value, for harnesses that run the suites themselves.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CampaignCase {
    /// Suite and case, such as `plans::a_campaign_reads_back_column_by_column`.
    pub name: &'static str,
    /// Runs the case on a fresh store; it panics when the promise is broken.
    pub run: fn(CampaignPorts) -> BoxFuture<'static, ()>,
}

#[doc(hidden)]
#[macro_export]
macro_rules! __campaign_case_values {
    ([] $($suite:ident { $($case:ident,)+ })+) => {
        &[$($($crate::conformance::campaigns::CampaignCase {
            name: concat!(stringify!($suite), "::", stringify!($case)),
            run: |ports| Box::pin($crate::conformance::campaigns::$suite::$case(ports)),
        },)+)+]
    };
}

/// Every case of campaigns.
pub const CAMPAIGN_CASES: &[CampaignCase] = crate::__campaign_cases!(__campaign_case_values);

#[cfg(test)]
mod tests {
    use super::CAMPAIGN_CASES;
    use crate::conformance::cases::tests::cases_in;

    /// A case that is written but not listed would run on no adapter.
    #[test]
    fn every_case_is_listed() {
        let suites = [
            ("plans", include_str!("plans.rs")),
            ("recipients", include_str!("recipients.rs")),
            ("writes", include_str!("writes.rs")),
        ];
        let mut written = Vec::new();
        for (suite, source) in suites {
            written.extend(cases_in(source).iter().map(|case| format!("{suite}::{case}")));
        }
        let listed: Vec<_> = CAMPAIGN_CASES.iter().map(|case| case.name).collect();
        assert_eq!(listed, written);
    }
}

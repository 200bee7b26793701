//! The one list of the planner's cases, and the macros that make tests of them.

use futures_util::future::BoxFuture;

use super::PlannerPorts;

/// Tests the planner's rows, with a test for each case. `open` returns a fresh store as its
/// [`PlannerPorts`], and a value that must live as long.
///
/// ```
/// use std::sync::Arc;
/// use whatsapp_testkit::MemoryStore;
/// use whatsapp_testkit::conformance::planner::PlannerPorts;
///
/// async fn open() -> (PlannerPorts, ()) {
///     (PlannerPorts::of(Arc::new(MemoryStore::new())), ())
/// }
///
/// whatsapp_testkit::planner_conformance! { open = open }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! planner_conformance {
    (open = $open:path) => {
        $crate::__planner_cases! { __planner_tests $open }
    };
}

/// The planner's cases, by suite. Passes them to the macro that is named first.
#[doc(hidden)]
#[macro_export]
macro_rules! __planner_cases {
    ($then:ident $($with:tt)*) => {
        $crate::$then! {
            [$($with)*]
            runs {
                a_new_run_begins_with_what_its_claim_says,
                a_run_that_somebody_works_on_is_not_taken,
                a_claim_that_ran_out_is_taken_over_and_the_old_one_is_fenced,
                a_write_renews_the_claim,
                a_run_that_was_given_back_is_free_at_once,
                a_finished_run_can_be_taken_again,
                a_claim_from_a_clock_that_was_set_back_does_not_hold,
                a_claim_that_is_refused_changes_nothing,
                runs_come_the_latest_first_and_no_more_than_asked_for,
                a_run_that_is_not_there_cannot_be_written,
                of_concurrent_claims_one_takes_the_run,
            }
            writes {
                a_step_reads_back_column_by_column,
                a_step_on_its_way_keeps_the_day_for_which_it_was_planned,
                every_state_and_every_reason_reads_back,
                a_step_that_is_there_already_is_stale,
                a_step_that_changed_since_it_was_read_is_stale,
                every_change_raises_the_revision_by_one,
                a_step_that_is_gone_is_stale,
                a_stale_step_undoes_the_whole_write,
                a_lost_run_undoes_the_whole_write,
                steps_get_the_ids_of_their_messages,
                a_message_of_a_plan_is_like_any_other,
                a_taken_key_undoes_a_write_whose_messages_have_to_be_new,
                steps_leave_a_message_that_waits_and_that_nobody_has_in_hand,
                an_act_leaves_one_entry_and_a_write_without_its_entry_is_not_done,
                what_no_store_can_write_is_refused,
                nul_in_a_step_refuses_nothing,
            }
            crowds {
                five_hundred_steps_with_their_messages_are_one_write,
                of_concurrent_writes_of_new_steps_one_is_done,
                of_concurrent_changes_of_a_step_one_is_done,
                whoever_claims_a_message_reads_its_steps_without_those_that_left,
                writes_with_steps_in_common_never_wait_for_each_other_in_a_circle,
            }
            steps {
                steps_of_invoices_come_by_invoice_and_name_in_the_order_of_bytes,
                due_steps_come_the_oldest_first_each_on_one_page,
                what_is_not_due_or_stands_elsewhere_is_left_out,
                held_steps_are_counted_as_far_as_asked,
                steps_that_change_meanwhile_neither_repeat_nor_hide_others,
                a_queued_step_tells_how_its_message_ended,
                a_step_whose_message_may_still_be_sent_has_not_ended,
                ended_steps_come_in_order_and_no_more_than_asked_for,
                the_steps_of_a_message_are_found,
                planned_steps_come_by_customer_the_oldest_first,
                queued_steps_come_by_customer_the_oldest_first,
                what_is_still_to_come_for_a_customer_comes_the_oldest_first,
                the_last_day_of_each_customer_is_that_of_a_reminder,
                what_goes_to_a_number_on_a_day_is_counted_by_messages,
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __planner_tests {
    ([$open:path] $($suite:ident { $($case:ident,)+ })+) => {
        $(mod $suite {
            use super::*;

            $(#[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let (ports, guard) = $open().await;
                $crate::conformance::planner::$suite::$case(ports).await;
                drop(guard);
            })+
        })+
    };
}

/// A case of the planner's rows as a value, for harnesses that run the suites themselves.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct PlannerCase {
    /// Suite and case, such as `runs::a_write_renews_the_claim`.
    pub name: &'static str,
    /// Runs the case on a fresh store; it panics when the promise is broken.
    pub run: fn(PlannerPorts) -> BoxFuture<'static, ()>,
}

#[doc(hidden)]
#[macro_export]
macro_rules! __planner_case_values {
    ([] $($suite:ident { $($case:ident,)+ })+) => {
        &[$($($crate::conformance::planner::PlannerCase {
            name: concat!(stringify!($suite), "::", stringify!($case)),
            run: |ports| Box::pin($crate::conformance::planner::$suite::$case(ports)),
        },)+)+]
    };
}

/// Every case of the planner's rows.
pub const PLANNER_CASES: &[PlannerCase] = crate::__planner_cases!(__planner_case_values);

#[cfg(test)]
mod tests {
    use super::PLANNER_CASES;
    use crate::conformance::cases::tests::cases_in;

    /// A case that is written but not listed would run on no adapter.
    #[test]
    fn every_case_is_listed() {
        let suites = [
            ("runs", include_str!("runs.rs")),
            ("writes", include_str!("writes.rs")),
            ("crowds", include_str!("crowds.rs")),
            ("steps", include_str!("steps.rs")),
            ("steps", include_str!("steps/customers.rs")),
        ];
        let mut written = Vec::new();
        for (suite, source) in suites {
            written.extend(cases_in(source).iter().map(|case| format!("{suite}::{case}")));
        }
        let listed: Vec<_> = PLANNER_CASES.iter().map(|case| case.name).collect();
        assert_eq!(listed, written);
    }
}

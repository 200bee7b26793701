//! The one list of all cases, and the macros that make tests of them.

use std::sync::Arc;

use whatsapp_core::port::Store;

/// The value that the author of a store gives to [`store_conformance!`](crate::store_conformance):
/// a store that is fresh, migrated and empty, for one case alone.
///
/// It is either the store, or the store with a value that must live as long, such as the directory
/// of its files.
pub trait FreshStore {
    /// A value that lives as long as the store and is dropped after it.
    type Guard;

    /// Splits into the store and its guard.
    fn into_parts(self) -> (Arc<dyn Store>, Self::Guard);
}

impl FreshStore for Arc<dyn Store> {
    type Guard = ();

    fn into_parts(self) -> (Arc<dyn Store>, ()) {
        (self, ())
    }
}

impl<G> FreshStore for (Arc<dyn Store>, G) {
    type Guard = G;

    fn into_parts(self) -> Self {
        self
    }
}

/// Tests a store: one `#[tokio::test]` for each case of the suites in
/// [`conformance`](crate::conformance).
///
/// `open` names an async function without parameters that returns a [`FreshStore`]. The tests need
/// `tokio` with the features `macros` and `rt-multi-thread` among the crate's dependencies.
///
/// ```
/// use std::sync::Arc;
/// use whatsapp_core::port::Store;
///
/// async fn open() -> (Arc<dyn Store>, tempfile::TempDir) {
///     let directory = tempfile::tempdir().unwrap();
///     // A store would open its files in there.
///     (Arc::new(whatsapp_testkit::MemoryStore::new()), directory)
/// }
///
/// whatsapp_testkit::store_conformance! { open = open }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! store_conformance {
    (open = $open:path) => {
        $crate::__store_cases! { __store_tests $open }
    };
}

/// The cases of the storage ports, by suite. Passes them to the macro that is named first.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_cases {
    ($then:ident $($with:tt)*) => {
        $crate::$then! {
            [$($with)*]
            enqueue {
                an_enqueued_message_reads_back_column_by_column,
                any_text_reads_back_unchanged,
                the_same_message_again_is_already_present,
                the_same_message_again_is_already_present_after_it_was_sent,
                another_content_under_the_same_key_conflicts,
                a_repeat_within_one_call_is_one_message_and_answers_keep_their_order,
                a_hundred_concurrent_enqueues_of_one_key_make_one_message,
                groups_with_keys_in_common_never_wait_for_each_other_in_a_circle,
                a_refused_message_owes_a_notice_and_no_send,
                find_key_answers_without_adding,
                a_taken_id_adds_nothing_of_the_call,
                empty_calls_are_answered_with_nothing,
                a_large_call_is_one_transaction_too,
                a_cancelled_enqueue_leaves_all_or_nothing,
                a_cancelled_claim_leaves_messages_claimable_in_the_end,
            }
            claim {
                a_claim_gives_all_that_sending_needs,
                the_longest_due_comes_first_and_equals_follow_by_id,
                the_limit_takes_the_longest_due_and_leaves_the_rest,
                a_claim_behind_a_point_gives_what_follows_it,
                a_point_need_not_be_a_message_that_is_there,
                a_lease_that_ran_out_behind_a_point_is_claimable_there,
                only_the_named_message_is_claimed_and_only_if_due,
                nothing_is_claimed_before_it_is_due,
                a_live_lease_hides_its_message,
                an_expired_lease_is_claimable_again_and_counted,
                a_settlement_ends_the_count_of_expired_leases,
                concurrent_claims_never_share_a_message,
                a_released_message_is_due_as_before,
                a_release_neither_adds_nor_forgets_expired_leases,
                a_release_with_an_old_token_changes_nothing,
                groups_that_release_the_same_messages_in_any_order_all_end,
                a_released_lease_no_longer_holds,
                a_lease_from_a_clock_that_was_set_back_counts_as_run_out,
                a_claim_does_not_touch_the_message_row,
                sending_and_watching_are_claimed_apart,
                each_class_is_claimed_in_a_lane_of_its_own,
                a_message_keeps_its_lane_until_it_is_only_watched,
            }
            claim_of {
                a_claim_of_looks_gives_what_is_to_be_looked_up_and_nothing_else,
                a_claim_of_sends_gives_what_has_no_attempt_open,
            }
            time {
                a_lease_outlives_a_wall_clock_that_is_set_ahead,
                a_lease_runs_out_although_the_wall_clock_is_set_back,
                a_lease_of_another_base_runs_out_by_the_wall_clock,
                a_lease_of_another_base_beyond_the_horizon_counts_as_run_out,
                what_is_excluded_is_never_claimed,
                a_begin_goes_by_the_elapsed_time_of_its_lease,
                an_amendment_goes_by_elapsed_time_where_it_can,
                a_look_is_due_by_elapsed_time_after_the_wall_clock_was_set,
                a_look_of_another_base_never_waits_for_hours,
                only_what_was_begun_is_redated,
                what_waits_for_a_reason_is_made_due_and_nothing_else,
            }
            begin {
                a_begin_opens_the_attempt_and_counts_it_as_a_post,
                a_begin_touches_nothing_of_the_message_row_but_what_is_owed,
                a_begin_leaves_the_place_in_the_order,
                a_begin_needs_the_exact_token,
                a_message_that_nobody_claimed_cannot_begin,
                a_begin_needs_a_lease_that_lasts,
                a_begin_needs_the_next_number,
                a_second_begin_is_fenced,
                an_attempt_that_a_crash_left_open_fences_the_next,
                of_concurrent_begins_one_opens,
                of_groups_that_begin_the_same_messages_in_any_order_one_opens_each,
                a_begin_closes_the_unknown_attempt_and_opens_the_next,
                a_begin_that_would_leave_the_old_attempt_open_is_fenced,
                a_fenced_begin_closes_nothing,
                a_close_that_names_a_taken_gateway_id_opens_nothing_of_the_call,
                begins_are_answered_one_by_one_in_order,
                a_settled_lease_cannot_begin,
                an_attempt_keeps_the_way_that_it_went,
            }
            settle {
                every_state_reads_back_as_it_was_settled,
                why_a_message_waits_reads_back_until_it_is_settled_again,
                a_claim_gives_the_state_that_was_settled,
                an_old_token_writes_nothing,
                an_invented_token_writes_nothing,
                a_lease_ends_with_its_settlement,
                an_expired_lease_that_nobody_took_still_settles,
                an_unknown_outcome_keeps_the_attempt_open_for_a_look,
                what_a_settlement_does_not_say_stays,
                every_outcome_reads_back_in_the_ledger,
                the_gateways_reply_reads_back,
                updated_at_strictly_increases,
                a_taken_gateway_id_is_a_conflict_and_writes_nothing,
                two_gateways_may_give_the_same_id,
                two_attempts_cannot_share_a_gateway_id_within_one_call,
                an_open_attempt_owns_no_id,
                an_accepted_attempt_learns_its_id_late,
                what_was_unclear_stays_beside_what_a_look_says,
                a_fenced_settlement_with_a_taken_gateway_id_is_only_fenced,
                a_notice_comes_with_the_failure_and_never_twice,
                a_failure_that_owes_no_notice_makes_none,
                settlements_are_answered_one_by_one_in_order,
                of_groups_that_settle_the_same_messages_in_any_order_one_settles_each,
                refusals_for_the_accounts_sake_are_counted_apart,
                a_cancelled_message_is_never_claimed_again,
            }
            amend {
                a_waiting_message_can_be_cancelled,
                a_scheduled_message_can_be_sent_now,
                a_waiting_message_gets_another_instant_and_what_is_said_of_it,
                an_amendment_without_another_instant_keeps_the_one_that_was_set,
                a_message_that_a_person_waits_for_changes_lanes,
                a_failed_message_can_be_owed_again_with_its_posts,
                an_amendment_of_what_changed_meanwhile_is_stale,
                an_amendment_is_stale_while_a_worker_holds_the_message,
                an_amendment_ends_an_expired_lease,
                an_amendment_decided_before_an_attempt_began_is_stale,
                of_concurrent_amendments_one_is_written,
                a_message_that_does_not_exist_is_stale,
            }
            replace {
                a_replacement_is_a_message_like_any_other_and_changes_the_failed_one,
                of_a_replacement_and_a_retry_over_the_same_row_the_first_is_written,
                of_concurrent_replacements_and_retries_one_is_written,
                of_concurrent_replacements_one_is_written_and_the_others_find_it,
                a_replacement_that_is_there_already_is_answered_whatever_was_seen,
                a_replacement_is_stale_where_a_key_is_taken_that_has_to_be_free,
                a_replacement_of_nothing_is_refused,
            }
            files {
                a_file_and_the_end_of_its_link_read_back,
                attempts_say_which_part_they_sent,
                the_text_has_attempts_of_its_own_after_the_file,
                a_file_that_went_ahead_has_its_name_for_a_text_among_siblings,
                a_revision_is_written_with_the_begin,
                a_revision_without_a_link_keeps_the_file,
                an_attempt_keeps_what_it_sent_whatever_changes_later,
                a_fenced_begin_revises_nothing,
                a_fetch_is_kept_on_the_attempt_before_it,
                a_fetch_is_no_evidence_for_the_text_that_follows,
                of_several_fetches_the_largest_counts,
                a_fetch_before_any_attempt_changes_nothing,
                only_what_is_still_to_be_sent_is_unsettled,
            }
            queue {
                nothing_is_due_in_an_empty_outbox,
                next_due_is_the_earliest_of_its_lane,
                next_due_tells_an_empty_lane_from_one_whose_messages_are_held,
                a_claimed_message_is_next_due_when_its_lease_runs_out,
                what_is_owed_is_counted_by_what_it_waits_for,
                siblings_are_the_recent_attempts_to_the_number,
                siblings_are_found_by_what_variants_of_a_number_share,
                owners_of_ids_are_siblings_whatever_their_number_and_age,
                all_attempts_of_a_message_are_siblings,
                reservations_follow_the_accounts_rule,
                the_account_reads_as_it_was_left,
                concurrent_reservations_share_one_rate,
                a_slot_binds_wherever_the_wall_clock_is_set,
                a_slot_of_another_base_binds_for_an_interval_from_its_first_sight,
                a_slot_far_ahead_binds_for_an_interval_from_its_first_sight,
                a_paused_account_grants_nothing_until_the_pauses_end_has_passed,
                a_pause_keeps_the_slots,
            }
            account {
                every_change_leaves_what_the_rule_says,
                a_stop_and_what_follows_on_it_are_events_in_their_order,
                a_pause_for_another_reason_than_was_seen_goes_on,
                of_concurrent_stops_one_is_an_event,
                of_concurrent_processes_one_lets_a_message_through,
                events_are_claimed_by_one_and_told_once,
                a_taken_event_id_changes_nothing,
            }
            log {
                what_is_not_there_reads_as_nothing,
                attempts_come_in_their_order,
                a_page_holds_whole_messages,
                pages_show_each_message_once_also_when_many_are_equally_old,
                rows_added_meanwhile_neither_repeat_nor_hide_others,
                each_filter_shows_exactly_what_it_says,
                counts_tell_retrying_messages_from_failed_ones,
                what_waits_for_something_is_shown_by_what_it_waits_for_and_counted,
                counts_go_as_far_as_asked,
                what_was_sent_again_is_known,
                messages_are_found_by_their_ids_and_unknown_ids_left_out,
                a_message_of_any_type_is_kept_shown_and_counted,
                several_statuses_show_the_rows_of_each,
                several_customers_are_shown_together_and_too_many_refused,
                a_subject_is_found_by_its_beginning_in_capitals_and_small_letters,
                a_key_is_found_by_its_beginning,
                resends_come_the_oldest_first,
                a_filters_rows_are_counted_and_listed_as_far_as_asked,
                a_tally_counts_each_message_of_its_time_once,
                what_is_taken_out_equals_the_pages_of_the_same_filter,
                what_is_made_while_rows_are_taken_out_neither_repeats_nor_hides_others,
                each_outcome_shows_exactly_what_came_to_it,
                a_backlog_tells_what_is_due_and_later_in_each_lane,
                what_ends_before_an_instant_is_counted_while_it_waits,
                the_last_message_that_was_taken_is_known,
                the_newest_message_to_a_number_is_found_along_its_attempts,
                turns_forth_and_back_meet_the_same_rows,
                statuses_come_in_their_order_and_each_the_newest_first,
                names_come_without_regard_to_capitals_and_each_the_newest_first,
                more_names_than_can_be_put_in_order_are_refused,
                rows_that_come_between_turns_back_repeat_and_hide_nothing,
                a_status_that_changes_between_two_pages_hides_no_other_row,
                the_order_of_statuses_asks_for_a_cursor_with_one,
                what_failed_for_good_needs_a_person_for_thirty_days,
                what_took_its_place_and_did_not_fail_mends_a_failure,
                what_was_put_aside_needs_nobody_until_it_fails_again,
                what_is_silent_for_more_than_an_hour_needs_a_person_while_it_is_followed,
            }
            templates {
                a_saved_template_reads_back,
                a_changed_template_keeps_who_made_it_and_when,
                a_taken_name_is_a_conflict_and_changes_nothing,
                a_template_may_keep_its_own_name,
                the_active_template_is_the_one_that_changed_last,
                templates_come_by_type_and_name,
                a_template_of_any_type_is_kept_and_found,
                every_save_is_kept_as_a_version,
                a_save_over_another_version_changes_nothing,
                of_concurrent_saves_over_one_version_one_is_written,
            }
            settings {
                every_setting_has_its_row_from_the_beginning,
                saved_settings_read_back_by_key,
                saving_changes_the_given_rows_and_leaves_the_others,
                a_save_over_what_somebody_else_wrote_changes_nothing,
                of_concurrent_saves_over_the_same_row_one_is_written,
            }
            notices {
                nothing_is_collected_when_nothing_is_owed,
                a_notice_tells_all_about_the_failure,
                a_notice_stays_as_it_was_when_the_message_goes_on,
                what_was_mended_before_it_was_told_is_not_told,
                what_failed_in_a_failed_ones_place_is_told_beside_it,
                what_was_mended_leaves_a_digest_that_nobody_has_yet,
                what_fails_again_after_it_was_mended_is_told,
                a_notice_is_in_exactly_one_digest,
                concurrent_collects_share_no_notice,
                nothing_new_is_put_together_behind_anothers_back,
                nothing_new_is_put_together_unless_it_may_be,
                an_unsent_digest_comes_again_as_it_was_after_its_lease,
                only_the_newest_claim_marks_a_digest_as_sent,
                a_digest_that_some_have_comes_again_for_the_others,
                a_digest_that_some_have_holds_up_nothing_new,
                a_rest_from_a_clock_that_was_set_back_is_over,
                digests_come_newest_first,
                a_thousand_failures_fit_into_one_digest,
            }
            edges {
                nul_in_a_message_refuses_nothing,
                nul_in_what_the_gateway_says_refuses_nothing,
                host_ids_of_every_shape_are_kept_as_they_are,
                the_longest_texts_read_back,
                a_reply_of_any_shape_reads_back,
                instants_at_the_edges_read_back,
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __store_tests {
    ([$open:path] $($suite:ident { $($case:ident,)+ })+) => {
        $(mod $suite {
            use super::*;

            $(#[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let (store, guard) = $crate::conformance::FreshStore::into_parts($open().await);
                $crate::conformance::$suite::$case(store).await;
                drop(guard);
            })+
        })+
    };
}

/// A case of the storage ports as a value, for harnesses that run the suites themselves.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct StoreCase {
    /// Suite and case, such as `claim::a_live_lease_hides_its_message`.
    pub name: &'static str,
    /// Runs the case on a fresh store; it panics when the promise is broken.
    pub run: fn(Arc<dyn Store>) -> futures_util::future::BoxFuture<'static, ()>,
}

#[doc(hidden)]
#[macro_export]
macro_rules! __store_case_values {
    ([] $($suite:ident { $($case:ident,)+ })+) => {
        &[$($($crate::conformance::StoreCase {
            name: concat!(stringify!($suite), "::", stringify!($case)),
            run: |store| Box::pin($crate::conformance::$suite::$case(store)),
        },)+)+]
    };
}

/// Every case of the storage ports.
pub const STORE_CASES: &[StoreCase] = crate::__store_cases!(__store_case_values);

#[cfg(test)]
pub(super) mod tests {
    use super::STORE_CASES;

    /// The names of the cases in a suite's source, except `open`, which sets them up.
    pub(crate) fn cases_in(source: &str) -> Vec<&str> {
        let functions = source.lines().filter_map(|line| line.strip_prefix("pub async fn "));
        functions
            .filter_map(|function| function.split(['(', '<']).next())
            .filter(|name| *name != "open")
            .collect()
    }

    /// A case that is written but not listed would run on no adapter.
    #[test]
    fn every_case_is_listed() {
        let suites = [
            ("enqueue", include_str!("enqueue.rs")),
            ("claim", include_str!("claim.rs")),
            ("claim_of", include_str!("claim_of.rs")),
            ("time", include_str!("time.rs")),
            ("begin", include_str!("begin.rs")),
            ("settle", include_str!("settle.rs")),
            ("settle", include_str!("settle/ids.rs")),
            ("settle", include_str!("settle/ledger.rs")),
            ("amend", include_str!("amend.rs")),
            ("files", include_str!("files.rs")),
            ("queue", include_str!("queue.rs")),
            ("account", include_str!("account.rs")),
            ("log", include_str!("log.rs")),
            ("log", include_str!("log/attention.rs")),
            ("log", include_str!("log/counts.rs")),
            ("log", include_str!("log/export.rs")),
            ("log", include_str!("log/filters.rs")),
            ("log", include_str!("log/pages.rs")),
            ("log", include_str!("log/turns.rs")),
            ("templates", include_str!("templates.rs")),
            ("settings", include_str!("settings.rs")),
            ("notices", include_str!("notices.rs")),
            ("edges", include_str!("edges.rs")),
            ("replace", include_str!("replace.rs")),
        ];
        let mut written = Vec::new();
        for (suite, source) in suites {
            written.extend(cases_in(source).iter().map(|case| format!("{suite}::{case}")));
        }
        let mut listed: Vec<_> = STORE_CASES.iter().map(|case| case.name).collect();
        listed.sort_unstable();
        written.sort_unstable();
        assert_eq!(listed, written);
    }
}

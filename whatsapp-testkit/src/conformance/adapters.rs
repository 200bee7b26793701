//! The lists of cases for the ports that lead outward, and the macros that make tests of them.

/// Tests a [`Transport`](whatsapp_core::port::Transport) against a stand-in for its gateway: one
/// `#[tokio::test]` for each case of [`conformance::transport`](crate::conformance::transport).
///
/// `open` names an `async fn() -> Arc<dyn TransportBench>`: see
/// [`TransportBench`](crate::conformance::TransportBench). A case that the gateway cannot support
/// is declared with the reason. It becomes the test `<case>::unsupported`, which fails as soon as
/// the bench can play the case.
///
/// ```
/// # use std::sync::Arc;
/// # use whatsapp_testkit::conformance::{StandInBench, TransportBench};
/// # fn adapter(url: String, key: String) -> Arc<whatsapp_testkit::ScriptedTransport> { Arc::default() }
/// async fn bench() -> Arc<dyn TransportBench> {
///     StandInBench::open(adapter).await
/// }
///
/// whatsapp_testkit::transport_conformance! {
///     open = bench,
///     unsupported = {
///         a_strange_key_is_the_accounts_fault: "this gateway has no keys",
///     }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! transport_conformance {
    (open = $open:path $(, unsupported = { $($case:ident: $why:literal),+ $(,)? })? $(,)?) => {
        $crate::__transport_cases! { __adapter_tests $open; $($($case: $why,)+)? }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __transport_cases {
    ($then:ident $($with:tt)*) => {
        $crate::$then! {
            [$($with)*]
            transport {
                an_ordinary_send_is_accepted_with_one_post,
                the_reply_for_the_log_gives_nothing_away,
                any_text_arrives_unchanged,
                an_attachment_is_sent_with_its_text_in_one_post,
                a_doubtful_answer_leaves_the_outcome_unknown,
                a_redirect_is_not_followed_and_is_the_addresss_trouble,
                a_refusal_for_the_accounts_sake_is_the_accounts,
                an_answer_that_may_be_about_the_message_says_so,
                a_page_that_answers_as_if_all_were_well_leaves_the_outcome_unknown,
                a_refused_number_is_the_recipients_for_good,
                the_gateways_own_words_are_kept,
                a_probe_hears_of_the_accounts_trouble,
                an_answer_that_never_comes_ends_within_thirty_seconds,
                what_was_not_taken_this_time_may_be_taken_later,
                a_refused_request_is_final,
                a_gateway_that_is_asked_too_often_says_how_long_to_wait,
                a_strange_key_is_the_accounts_fault,
                a_gateway_out_of_reach_got_nothing,
                concurrent_sends_are_as_many_posts,
                a_probe_tells_whether_the_key_is_taken_and_sends_nothing,
            }
        }
    };
}

/// Tests a [`DeliveryReports`](whatsapp_core::port::DeliveryReports) against a stand-in for its
/// gateway: one `#[tokio::test]` for each case of
/// [`conformance::reports`](crate::conformance::reports).
///
/// `open` names an `async fn() -> Arc<dyn ReportsBench>`: see
/// [`ReportsBench`](crate::conformance::ReportsBench). Cases are declared as unsupported as in
/// [`transport_conformance!`](crate::transport_conformance).
#[macro_export]
macro_rules! reports_conformance {
    (open = $open:path $(, unsupported = { $($case:ident: $why:literal),+ $(,)? })? $(,)?) => {
        $crate::__reports_cases! { __adapter_tests $open; $($($case: $why,)+)? }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __reports_cases {
    ($then:ident $($with:tt)*) => {
        $crate::$then! {
            [$($with)*]
            reports {
                an_accepted_message_is_listed_under_its_id,
                a_message_is_listed_over_the_way_that_it_went,
                a_message_whose_acceptance_was_lost_is_listed,
                a_complete_listing_lacks_what_was_not_accepted,
                a_listing_holds_every_page,
                a_listing_is_of_one_number,
                a_row_that_says_less_than_it_should_is_listed_all_the_same,
                an_answer_that_cannot_be_trusted_proves_no_absence,
                delivery_is_told_as_far_as_it_got,
                a_queued_message_is_not_yet_delivered,
                an_unknown_id_is_nothing,
                a_status_that_cannot_be_read_is_an_error,
                asking_sends_nothing,
                a_gateway_out_of_reach_cannot_be_asked,
            }
        }
    };
}

/// Tests a [`Notifier`](whatsapp_core::port::Notifier): one `#[tokio::test]` for each case of
/// [`conformance::notifier`](crate::conformance::notifier).
///
/// `open` names an `async fn() -> Arc<dyn MailTrap>`: see
/// [`MailTrap`](crate::conformance::notifier::MailTrap).
#[macro_export]
macro_rules! notifier_conformance {
    (open = $open:path) => {
        $crate::__notifier_cases! { __adapter_tests $open; }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __notifier_cases {
    ($then:ident $($with:tt)*) => {
        $crate::$then! {
            [$($with)*]
            notifier {
                one_digest_is_one_mail_to_the_recipient,
                the_same_digest_twice_has_the_same_message_id,
                different_digests_have_different_message_ids,
                every_notice_is_accounted_for,
                types_are_called_as_people_call_them,
                a_thousand_failures_are_one_mail_that_says_so,
                hostile_names_change_nothing_but_themselves,
                a_hostile_recipient_reaches_nobody_else,
                a_stopped_account_is_told_with_its_reason_and_what_to_do,
                hostile_words_of_a_gateway_change_nothing_but_themselves,
            }
        }
    };
}

/// Tests a [`MediaHost`](whatsapp_core::port::MediaHost): one `#[tokio::test]` for each case of
/// [`conformance::media`](crate::conformance::media).
///
/// `open` names an `async fn() -> Arc<dyn MediaBench>`: see
/// [`MediaBench`](crate::conformance::media::MediaBench).
#[macro_export]
macro_rules! media_conformance {
    (open = $open:path) => {
        $crate::__media_cases! { __adapter_tests $open; }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __media_cases {
    ($then:ident $($with:tt)*) => {
        $crate::$then! {
            [$($with)*]
            media {
                a_published_file_is_fetched_as_what_it_is,
                a_link_ends_in_the_files_name_whatever_its_script,
                nobody_can_guess_a_link,
                the_same_bytes_are_kept_once,
                a_link_gives_nothing_after_its_end,
                a_renewed_link_lives_longer_and_may_be_for_another_message,
                what_was_never_published_is_not_renewed,
                broken_and_lost_bytes_are_not_renewed_and_publishing_mends_them,
                a_withdrawn_link_gives_nothing_and_the_bytes_go_with_the_last,
                all_links_of_a_message_to_the_same_bytes_are_withdrawn,
                withdrawing_again_is_no_error,
                what_ended_is_told_until_it_is_withdrawn,
                a_link_that_a_message_was_given_since_stays_when_the_ended_one_goes,
                processes_share_one_store,
                publishing_beside_a_withdrawal_of_the_same_bytes_keeps_them,
            }
        }
    };
}

/// Tests a [`CustomerSearch`](whatsapp_core::port::CustomerSearch): one `#[tokio::test]` for each
/// case of [`conformance::search`](crate::conformance::search).
///
/// `open` names an `async fn() -> Arc<dyn SearchBench>`: see
/// [`SearchBench`](crate::conformance::search::SearchBench).
#[macro_export]
macro_rules! search_conformance {
    (open = $open:path) => {
        $crate::__search_cases! { __adapter_tests $open; }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __search_cases {
    ($then:ident $($with:tt)*) => {
        $crate::$then! {
            [$($with)*]
            search {
                a_word_of_the_name_is_found_by_how_it_begins,
                each_word_that_is_typed_begins_a_word_of_the_name,
                capitals_and_small_letters_are_the_same,
                accents_are_typed_or_left_out,
                names_of_any_script_are_found,
                words_begin_behind_brackets_and_strokes_too,
                a_number_is_found_by_digits_in_a_row,
                digits_may_be_typed_with_signs_between_them,
                digits_may_be_typed_as_people_dial_and_paste_them,
                a_customer_is_given_as_the_host_knows_it,
                a_customer_whom_several_things_fit_is_given_once,
                no_more_are_given_than_are_asked_for,
                nothing_is_found_by_a_text_of_blanks_or_signs,
                signs_of_a_query_language_stand_for_themselves,
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __adapter_tests {
    ([$open:path; $($missing:ident: $why:literal,)*] $suite:ident { $($case:ident,)+ }) => {
        // A declaration that names no case fails to compile here.
        $(const _: () = {
            let _ = $crate::conformance::$suite::$missing;
        };)*
        $crate::__adapter_test! { ($) $open; $suite; $($missing: $why,)* }
        $(__case_test! { $case })+
    };
}

/// Defines the macro that makes a test of one case: it has the names that are unsupported, and
/// takes `$` as a parameter for its own.
#[doc(hidden)]
#[macro_export]
macro_rules! __adapter_test {
    (($d:tt) $open:path; $suite:ident; $($missing:ident: $why:literal,)*) => {
        macro_rules! __case_test {
            $(($missing) => {
                mod $missing {
                    use super::*;

                    #[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
                    async fn unsupported() {
                        let opened = $crate::conformance::$suite::open($open).await;
                        let case = $crate::conformance::$suite::$missing(opened);
                        $crate::conformance::expect_unsupported($why, case).await;
                    }
                }
            };)*
            ($d case:ident) => {
                #[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $d case() {
                    let opened = $crate::conformance::$suite::open($open).await;
                    $crate::conformance::$suite::$d case(opened).await;
                }
            };
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::conformance::cases::tests::cases_in;

    #[doc(hidden)]
    #[macro_export]
    macro_rules! __case_names {
        ([] $suite:ident { $($case:ident,)+ }) => { [$(stringify!($case),)+] };
    }

    #[test]
    fn every_case_is_listed() {
        let transport = cases_in(include_str!("transport.rs"));
        assert_eq!(crate::__transport_cases!(__case_names)[..], transport);
        let reports = cases_in(include_str!("reports.rs"));
        assert_eq!(crate::__reports_cases!(__case_names)[..], reports);
        let notifier = cases_in(include_str!("notifier.rs"));
        assert_eq!(crate::__notifier_cases!(__case_names)[..], notifier);
        let media = cases_in(include_str!("media.rs"));
        assert_eq!(crate::__media_cases!(__case_names)[..], media);
        let search = cases_in(include_str!("search.rs"));
        assert_eq!(crate::__search_cases!(__case_names)[..], search);
    }
}

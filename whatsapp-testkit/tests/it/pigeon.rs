//! An invented gateway that shares nothing with 360Messenger: pigeons that carry lines of JSON, in
//! this process. The suites for gateways run over it, and say which cases it cannot play.

mod bench;
mod carrier;
mod loft;

use std::sync::Arc;

use whatsapp_testkit::conformance::{self, ReportsBench, TransportBench};

use bench::PigeonBench;
use carrier::Carrier;

async fn sends() -> Arc<dyn TransportBench> {
    Arc::new(PigeonBench::new(true, Carrier::new))
}

async fn asks() -> Arc<dyn ReportsBench> {
    Arc::new(PigeonBench::new(true, Carrier::new))
}

async fn asks_what_is_never_listed() -> Arc<dyn ReportsBench> {
    Arc::new(PigeonBench::new(false, Carrier::new))
}

mod sending {
    use super::sends;

    whatsapp_testkit::transport_conformance! {
        open = sends,
        unsupported = {
            a_redirect_is_not_followed_and_is_the_addresss_trouble: "pigeons know one address",
            a_page_that_answers_as_if_all_were_well_leaves_the_outcome_unknown:
                "nobody stands between pigeons and their loft",
        }
    }
}

mod asking {
    use super::asks;

    whatsapp_testkit::reports_conformance! { open = asks }
}

mod asking_without_a_list {
    use super::asks_what_is_never_listed;

    whatsapp_testkit::reports_conformance! {
        open = asks_what_is_never_listed,
        unsupported = {
            an_accepted_message_is_listed_under_its_id: "nothing is listed",
            a_message_is_listed_over_the_way_that_it_went: "nothing is listed",
            a_message_whose_acceptance_was_lost_is_listed: "nothing is listed",
            a_complete_listing_lacks_what_was_not_accepted: "nothing is listed",
            a_listing_holds_every_page: "nothing is listed",
            a_listing_is_of_one_number: "nothing is listed",
            a_row_that_says_less_than_it_should_is_listed_all_the_same: "nothing is listed",
            an_answer_that_cannot_be_trusted_proves_no_absence: "nothing is listed",
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_carrier_that_sends_a_second_pigeon_is_caught() {
    let bench: Arc<dyn TransportBench> = Arc::new(PigeonBench::new(true, Carrier::impatient));
    let case = conformance::transport::a_doubtful_answer_leaves_the_outcome_unknown;
    assert!(tokio::spawn(case(bench)).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_that_the_bench_can_play_is_not_unsupported() {
    let case = conformance::transport::any_text_arrives_unchanged(sends().await);
    let declared = conformance::expect_unsupported("it is said to be", case);
    assert!(tokio::spawn(declared).await.is_err());
}

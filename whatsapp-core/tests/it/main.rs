//! The use cases from outside, over the test kit's store, transport and clock.

#![allow(
    clippy::unwrap_used,
    clippy::unused_self,
    clippy::cast_possible_truncation,
    reason = "helpers of tests may panic, and read well as the shop's own methods"
)]

mod account;
mod account_mails;
mod acts;
mod ahead;
mod by_hand;
mod calls;
mod campaigns;
mod classes;
mod clocks;
mod composed;
mod corpus;
mod daily;
mod declined;
mod desk;
mod dispatch;
mod files;
mod find;
mod held;
mod key;
mod looks;
mod manage;
mod messenger;
mod moved;
mod mutes;
mod new_key;
mod notices;
mod observed;
mod oracle;
mod overview;
mod passed_on;
mod planner;
mod queue;
mod rate;
mod resend;
mod run;
mod shop;
mod tell;
mod templates;
mod trial;
mod types;
mod unread;
mod ways;
mod window;
mod wiring;

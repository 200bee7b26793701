//! Every statement of the store, in the files under `sql/postgres`; a test prepares each of them.
//!
//! The whole text of a statement that consists of several files is in `sql/assembled/postgres`.

use sqlx::Postgres;

use crate::statement::{Names, Statement};

/// Returns a statement without its arguments, which stays prepared on its connection if `prepared`.
pub(super) fn query(text: &'static str, prepared: bool) -> Statement<Postgres> {
    Statement::new(sqlx::query(text).persistent(prepared), text, EACH_NAMED)
}

macro_rules! statements {
    ($($name:ident = [$($file:literal),+];)+) => {
        $(pub(super) const $name: &str =
            concat!($(include_str!(concat!("../../sql/postgres/", $file))),+);)+

        /// The name of each statement.
        const EACH_NAMED: &Names = &[$((stringify!($name), $name)),+];

        /// All statements, each with its name and the files that it consists of.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &[&str], &str)] =
            &[$((stringify!($name), &[$($file),+], $name)),+];
    };
}

statements! {
    ENQUEUE = ["outbox/enqueue.sql", "outbox/enqueued.sql"];
    ENQUEUE_REFUSED =
        ["outbox/enqueue.sql", "outbox/enqueue_notices.sql", "outbox/enqueued.sql"];
    FIND_KEYS = ["outbox/find_keys.sql"];
    OWE = ["outbox/owe.sql"];
    MARK = ["outbox/mark.sql"];
    CLEAR = ["outbox/clear.sql"];
    NOTIFY = ["outbox/notify.sql"];
    LONGEST_DUE = ["outbox/claimable.sql", "outbox/longest_due.sql", "outbox/lease.sql"];
    LONGEST_DUE_BUT =
        ["outbox/claimable.sql", "outbox/excluding.sql", "outbox/longest_due.sql", "outbox/lease.sql"];
    ONLY_ONE = ["outbox/claimable.sql", "outbox/only_one.sql", "outbox/lease.sql"];
    LOOKS =
        ["outbox/claimable.sql", "outbox/looks.sql", "outbox/longest_due.sql", "outbox/lease.sql"];
    LOOKS_BUT = ["outbox/claimable.sql", "outbox/excluding.sql", "outbox/looks.sql", "outbox/longest_due.sql", "outbox/lease.sql"];
    ONLY_LOOK =
        ["outbox/claimable.sql", "outbox/looks.sql", "outbox/only_one.sql", "outbox/lease.sql"];
    SENDS =
        ["outbox/claimable.sql", "outbox/sends.sql", "outbox/longest_due.sql", "outbox/lease.sql"];
    SENDS_BUT = ["outbox/claimable.sql", "outbox/excluding.sql", "outbox/sends.sql", "outbox/longest_due.sql", "outbox/lease.sql"];
    ONLY_SEND =
        ["outbox/claimable.sql", "outbox/sends.sql", "outbox/only_one.sql", "outbox/lease.sql"];
    RELEASE = ["outbox/release.sql"];
    MAY_BEGIN = ["outbox/may_begin.sql"];
    OPEN_ATTEMPTS = ["outbox/open_attempts.sql"];
    MAY_CLEAR = ["outbox/may_clear.sql"];
    MAY_SETTLE = ["outbox/may_settle.sql"];
    END_ATTEMPTS = ["outbox/end_attempts.sql"];
    COMPLETE_ATTEMPTS = ["outbox/complete_attempts.sql"];
    NOTE_ATTEMPTS = ["outbox/note_attempts.sql"];
    SET_STATE = ["outbox/set_state.sql"];
    LOCK_MESSAGE = ["outbox/lock_message.sql"];
    MAY_AMEND = ["outbox/may_amend.sql"];
    RESCHEDULE = ["outbox/reschedule.sql"];
    GIVE_WAY = ["outbox/give_way.sql"];
    MARK_ASIDE = ["outbox/mark_aside.sql"];
    PUT_ASIDE = ["outbox/put_aside.sql"];
    TAKE_UP = ["outbox/take_up.sql"];
    REDATE = ["outbox/redate.sql"];
    MAKE_DUE = ["outbox/make_due.sql"];
    REVISE = ["outbox/revise.sql"];
    BURY = ["outbox/bury.sql"];
    CLOSE_ATTEMPT = ["outbox/close_attempt.sql"];
    NOT_HELD = ["outbox/not_held.sql"];
    UNSETTLED = ["outbox/unsettled.sql"];
    SIBLINGS = ["outbox/siblings.sql"];
    OWED = ["outbox/owed.sql"];
    NEXT_DUE = ["outbox/next_due.sql"];
    BACKLOG = ["outbox/backlog.sql"];
    ENDING = ["outbox/ending.sql"];
    LAST_TAKEN = ["outbox/last_taken.sql"];
    ACCOUNT = ["outbox/account.sql"];
    LOCK_ACCOUNT = ["outbox/lock_account.sql"];
    ADD_ACCOUNT = ["outbox/add_account.sql"];
    SET_NEXT_SLOT = ["outbox/set_next_slot.sql"];
    SET_ACCOUNT = ["outbox/set_account.sql"];
    ADD_EVENT = ["account/add.sql"];
    ACCOUNT_EVENTS = ["account/events.sql"];
    CLAIM_EVENTS = ["account/claim.sql"];
    EVENTS_TOLD = ["account/told.sql"];

    WAKE_UP = ["outbox/wake_up.sql"];

    MESSAGE = ["log/by_id.sql", "log/messages.sql"];
    MESSAGES = ["log/by_ids.sql", "log/messages.sql"];
    OF_ANY_TYPE_NEWEST = ["log/ranges.sql", "log/of_any_type.sql", "log/of_any_status.sql", "log/between.sql", "log/newest.sql", "log/merged.sql", "log/newest.sql", "log/messages.sql"];
    OF_ANY_TYPE_OLDEST = ["log/ranges.sql", "log/of_any_type.sql", "log/of_any_status.sql", "log/between.sql", "log/oldest.sql", "log/merged.sql", "log/oldest.sql", "log/messages.sql"];
    OF_TYPE_NEWEST = ["log/ranges.sql", "log/of_type.sql", "log/of_any_status.sql", "log/between.sql", "log/newest.sql", "log/merged.sql", "log/newest.sql", "log/messages.sql"];
    OF_TYPE_OLDEST = ["log/ranges.sql", "log/of_type.sql", "log/of_any_status.sql", "log/between.sql", "log/oldest.sql", "log/merged.sql", "log/oldest.sql", "log/messages.sql"];
    UNSENT_NEWEST = ["log/ranges.sql", "log/of_any_type.sql", "log/of_unsent.sql", "log/between.sql", "log/newest.sql", "log/merged.sql", "log/newest.sql", "log/messages.sql"];
    UNSENT_OLDEST = ["log/ranges.sql", "log/of_any_type.sql", "log/of_unsent.sql", "log/between.sql", "log/oldest.sql", "log/merged.sql", "log/oldest.sql", "log/messages.sql"];
    UNSENT_OF_TYPE_NEWEST = ["log/ranges.sql", "log/of_type.sql", "log/of_unsent.sql", "log/between.sql", "log/newest.sql", "log/merged.sql", "log/newest.sql", "log/messages.sql"];
    UNSENT_OF_TYPE_OLDEST = ["log/ranges.sql", "log/of_type.sql", "log/of_unsent.sql", "log/between.sql", "log/oldest.sql", "log/merged.sql", "log/oldest.sql", "log/messages.sql"];
    COUNT_OF_ANY_TYPE = ["log/ranges.sql", "log/of_any_type.sql", "log/of_any_status.sql", "log/between.sql", "log/newest.sql", "log/merged.sql", "log/newest.sql", "log/count.sql"];
    COUNT_OF_TYPE = ["log/ranges.sql", "log/of_type.sql", "log/of_any_status.sql", "log/between.sql", "log/newest.sql", "log/merged.sql", "log/newest.sql", "log/count.sql"];
    COUNT_UNSENT = ["log/ranges.sql", "log/of_any_type.sql", "log/of_unsent.sql", "log/between.sql", "log/newest.sql", "log/merged.sql", "log/newest.sql", "log/count.sql"];
    COUNT_UNSENT_OF_TYPE = ["log/ranges.sql", "log/of_type.sql", "log/of_unsent.sql", "log/between.sql", "log/newest.sql", "log/merged.sql", "log/newest.sql", "log/count.sql"];
    WALK_ANY_TYPE_NEWEST = ["walk/each_trigger.sql", "walk/columns.sql", "walk/of_any_type.sql", "log/between.sql", "log/newest.sql", "walk/merged.sql", "log/newest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_ANY_TYPE_OLDEST = ["walk/each_trigger.sql", "walk/columns.sql", "walk/of_any_type.sql", "log/between.sql", "log/oldest.sql", "walk/merged.sql", "log/oldest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_TYPE_NEWEST = ["walk/each_trigger.sql", "walk/columns.sql", "walk/of_type.sql", "log/between.sql", "log/newest.sql", "walk/merged.sql", "log/newest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_TYPE_OLDEST = ["walk/each_trigger.sql", "walk/columns.sql", "walk/of_type.sql", "log/between.sql", "log/oldest.sql", "walk/merged.sql", "log/oldest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_UNSENT_NEWEST = ["walk/each_trigger.sql", "walk/columns.sql", "walk/of_unsent.sql", "log/between.sql", "log/newest.sql", "walk/merged.sql", "log/newest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_UNSENT_OLDEST = ["walk/each_trigger.sql", "walk/columns.sql", "walk/of_unsent.sql", "log/between.sql", "log/oldest.sql", "walk/merged.sql", "log/oldest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_UNSENT_OF_TYPE_NEWEST = ["walk/each_trigger.sql", "walk/columns.sql", "walk/of_unsent_type.sql", "log/between.sql", "log/newest.sql", "walk/merged.sql", "log/newest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_UNSENT_OF_TYPE_OLDEST = ["walk/each_trigger.sql", "walk/columns.sql", "walk/of_unsent_type.sql", "log/between.sql", "log/oldest.sql", "walk/merged.sql", "log/oldest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_OWED_NEWEST = ["walk/of_owed.sql", "log/between.sql", "log/newest.sql", "walk/merged.sql", "log/newest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_OWED_OLDEST = ["walk/of_owed.sql", "log/between.sql", "log/oldest.sql", "walk/merged.sql", "log/oldest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_REASONS_NEWEST = ["walk/each_reason.sql", "walk/columns.sql", "walk/of_reason.sql", "log/between.sql", "log/newest.sql", "walk/merged.sql", "log/newest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_REASONS_OLDEST = ["walk/each_reason.sql", "walk/columns.sql", "walk/of_reason.sql", "log/between.sql", "log/oldest.sql", "walk/merged.sql", "log/oldest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_CUSTOMERS_NEWEST = ["walk/each_customer.sql", "walk/columns.sql", "walk/of_customer.sql", "log/between.sql", "log/newest.sql", "walk/merged.sql", "log/newest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    WALK_CUSTOMERS_OLDEST = ["walk/each_customer.sql", "walk/columns.sql", "walk/of_customer.sql", "log/between.sql", "log/oldest.sql", "walk/merged.sql", "log/oldest.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    GATHER_ABOUT = ["walk/each_spelling.sql", "walk/columns.sql", "walk/of_spelling.sql", "walk/limit.sql", "walk/merged.sql", "walk/limit.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    GATHER_KEYS = ["walk/one.sql", "walk/columns.sql", "walk/of_key.sql", "walk/limit.sql", "walk/merged.sql", "walk/limit.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    GATHER_WATCHED = ["walk/of_watched.sql", "walk/limit.sql", "walk/merged.sql", "walk/limit.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    GATHER_RETRYING = ["walk/one.sql", "walk/columns.sql", "walk/of_retrying.sql", "walk/limit.sql", "walk/merged.sql", "walk/limit.sql", "walk/kept.sql", "log/outcome.sql", "walk/needed.sql", "log/replaced.sql", "walk/end.sql"];
    OUT_OF_ANY_TYPE = ["log/ranges.sql", "log/of_any_type.sql", "log/of_any_status.sql", "log/between.sql", "log/newest.sql", "log/merged.sql", "log/newest.sql", "log/asked.sql", "log/export.sql"];
    OUT_OF_TYPE = ["log/ranges.sql", "log/of_type.sql", "log/of_any_status.sql", "log/between.sql", "log/newest.sql", "log/merged.sql", "log/newest.sql", "log/asked.sql", "log/export.sql"];
    OUT_UNSENT = ["log/ranges.sql", "log/of_any_type.sql", "log/of_unsent.sql", "log/between.sql", "log/newest.sql", "log/merged.sql", "log/newest.sql", "log/asked.sql", "log/export.sql"];
    OUT_UNSENT_OF_TYPE = ["log/ranges.sql", "log/of_type.sql", "log/of_unsent.sql", "log/between.sql", "log/newest.sql", "log/merged.sql", "log/newest.sql", "log/asked.sql", "log/export.sql"];
    OUT = ["log/by_ids.sql", "log/texts.sql", "log/export.sql"];
    NAMES = ["log/by_ids.sql", "log/names.sql"];
    ATTEMPTS = ["log/attempts.sql"];
    COUNTS = ["log/counts.sql"];
    RESENT = ["log/resent.sql"];
    RESENDS_OF = ["log/resends_of.sql"];
    ASIDE = ["log/aside.sql"];
    NEWEST_TO = ["log/newest_to.sql"];
    TALLY = ["log/tally.sql", "log/outcome.sql", "log/tallied.sql"];

    LOCK_DAYS = ["daily/lock.sql"];
    FORGET_DAY = ["daily/forget.sql"];
    FILL_DAY = ["daily/fill.sql", "log/outcome.sql", "daily/filled.sql"];
    DAYS = ["daily/days.sql"];
    OPEN_DAYS = ["daily/open.sql"];
    CLEAR_DAYS = ["daily/clear.sql"];

    ADD_BULK = ["bulk/add.sql"];
    ADD_BULK_ITEMS = ["bulk/add_items.sql"];
    BULK = ["bulk/bulk.sql"];
    BULK_ITEMS = ["bulk/items.sql"];
    OPEN_BULK_ITEMS = ["bulk/open_items.sql"];
    CHANGE_BULK = ["bulk/change.sql"];
    CLAIM_BULK = ["bulk/claim.sql"];
    HOLD_BULK = ["bulk/hold.sql"];
    WRITE_BULK_ITEMS = ["bulk/write_items.sql"];
    RELEASE_BULK = ["bulk/release.sql"];
    ENTERED = ["bulk/entered.sql"];
    FORGET_BULK_ITEMS = ["bulk/forget_items.sql"];
    FORGET_BULK = ["bulk/forget.sql"];

    RECORD_FETCH = ["files/record_fetch.sql"];

    TEMPLATE = ["templates/select.sql", "templates/by_id.sql"];
    ACTIVE_TEMPLATE = ["templates/select.sql", "templates/active.sql"];
    TEMPLATES = ["templates/select.sql"];
    ADD_TEMPLATE = ["templates/add.sql"];
    CHANGE_TEMPLATE = ["templates/change.sql"];
    KEEP_VERSION = ["templates/keep.sql"];
    SET_VERSION = ["templates/set_version.sql"];
    NEWEST_VERSION = ["templates/newest.sql"];
    TEMPLATE_VERSIONS = ["templates/versions.sql"];
    LOCK_TEMPLATE = ["templates/lock.sql"];

    ADD_AUDIT = ["audit/add.sql"];
    AUDIT = ["audit/page.sql"];
    AUDIT_OF = ["audit/of_target.sql"];

    LOAD_SETTINGS = ["settings/load.sql"];
    SAVE_SETTINGS = ["settings/save.sql"];

    NOTICES_OWED = ["notices/owed.sql", "notices/mended.sql", "log/replaced.sql", "notices/mended_end.sql"];
    TAKE_BACK = ["notices/take_back.sql", "notices/mended.sql", "log/replaced.sql", "notices/mended_end.sql"];
    DIGESTS = ["notices/digests.sql"];
    CLAIM_UNSENT = ["notices/claim_unsent.sql"];
    LOCK_DIGESTS = ["notices/lock.sql"];
    START_DIGEST = ["notices/start.sql"];
    ASSIGN_NOTICES = ["notices/assign.sql"];
    NOTICES_OF_DIGEST =
        ["notices/of_digest.sql", "notices/mended.sql", "log/replaced.sql", "notices/mended_end.sql", "notices/in_order.sql"];
    MARK_SENT = ["notices/mark_sent.sql"];
    MARK_TOLD = ["notices/mark_told.sql"];

    PLANNER_RUNS = ["planner/runs.sql"];
    CLAIM_RUN = ["planner/claim_run.sql"];
    RENEW_RUN = ["planner/renew_run.sql"];
    LOCK_STEPS = ["planner/lock_steps.sql"];
    WRITE_STEPS = ["planner/write_steps.sql"];
    STEPS_OF = ["planner/step.sql", "planner/of_invoices.sql"];
    STEPS_OF_MESSAGE = ["planner/step.sql", "planner/of_message.sql"];
    PLANNED_OF = ["planner/step.sql", "planner/of_customers.sql"];
    QUEUED_OF = ["planner/step.sql", "planner/queued_of.sql"];
    OPEN_STEPS_OF = ["planner/step.sql", "planner/open_of.sql"];
    LEAVE = ["planner/leave.sql"];
    PLANNED_STEPS = ["planner/step.sql", "planner/planned.sql", "planner/due.sql"];
    COUNT_HELD_STEPS = ["planner/count_held.sql"];
    HELD_STEPS = ["planner/step.sql", "planner/held.sql", "planner/due.sql"];
    STEPS_BY = ["planner/step.sql", "planner/of_state.sql", "planner/due.sql"];
    STEPS_ENDED = ["planner/step.sql", "planner/ended.sql"];
    LAST_REMINDED = ["planner/last_reminded.sql"];
    REMINDERS_ON = ["planner/reminders_on.sql"];

    ADD_MUTE = ["mutes/add.sql"];
    SAME_MUTE = ["mutes/mute.sql", "mutes/same.sql"];
    END_MUTE = ["mutes/end.sql"];
    MUTES = ["mutes/mute.sql", "mutes/page.sql"];
    MUTED = ["mutes/muted.sql"];

    CAMPAIGN = ["campaigns/campaign.sql", "campaigns/by_id.sql"];
    CAMPAIGNS = ["campaigns/campaign.sql", "campaigns/page.sql"];
    OPEN_CAMPAIGNS = ["campaigns/campaign.sql", "campaigns/open.sql"];
    ENDING_CAMPAIGNS = ["campaigns/campaign.sql", "campaigns/ending.sql"];
    CAMPAIGNS_BY_IDS = ["campaigns/campaign.sql", "campaigns/by_ids.sql"];
    CAMPAIGN_STANDS = ["campaigns/stands.sql"];
    ADD_CAMPAIGN = ["campaigns/add.sql"];
    CHANGE_CAMPAIGN = ["campaigns/change.sql"];
    BEGIN_FREEZE = ["campaigns/begin_freeze.sql"];
    THAW = ["campaigns/thaw.sql"];
    FREEZE = ["campaigns/freeze.sql"];
    RECIPIENTS = ["campaigns/recipient.sql", "campaigns/of_campaign.sql"];
    RECIPIENTS_BY_STATE = ["campaigns/recipient.sql", "campaigns/of_state.sql"];
    RECIPIENT_COUNTS = ["campaigns/counts.sql"];
    RECIPIENTS_ENDED = ["campaigns/recipient.sql", "campaigns/ended.sql"];
    RECIPIENTS_STRANDED = ["campaigns/recipient.sql", "campaigns/stranded.sql"];
    RECIPIENTS_OF_MESSAGES = ["campaigns/recipient.sql", "campaigns/of_messages.sql"];
    RECIPIENTS_LEFT_OUT = ["campaigns/left_out.sql"];
    LOCK_RECIPIENTS = ["campaigns/lock_recipients.sql"];
    WRITE_RECIPIENTS = ["campaigns/write_recipients.sql"];
    FEEDER_SEEN = ["campaigns/feeder.sql"];
    NOTE_FEEDER = ["campaigns/note_feeder.sql"];
    SLOTS = ["campaigns/slots.sql"];
    SLOTS_TAKEN = ["campaigns/taken.sql"];
    GIVE_SLOTS = ["campaigns/give_slots.sql"];
}

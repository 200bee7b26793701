//! Names of the fields of spans and events.

/// The small number of the account, see [`AccountId`](crate::AccountId).
pub const ACCOUNT: &str = "account";
/// The number of an attempt within its message, 1 for the first.
pub const ATTEMPT: &str = "attempt";
/// The campaign's id.
pub const CAMPAIGN_ID: &str = "campaign.id";
/// The name of a chore of the runner.
pub const CHORE: &str = "chore";
/// Number of messages, or of whatever else the span or event is about.
pub const COUNT: &str = "count";
/// The customer's id, which the host has chosen.
pub const CUSTOMER_ID: &str = "customer.id";
/// The date of a planner's run.
pub const DAY: &str = "day";
/// The gateway's own words about a failure, without number, text and key.
pub const DETAIL: &str = "detail";
/// An error in one sentence, without any data.
pub const ERROR: &str = "error";
/// The kind of an account event, such as `stopped`.
pub const EVENT: &str = "event";
/// The HTTP status of the gateway's reply, if there was one.
pub const HTTP_STATUS: &str = "http.status";
/// The message's id: the value by which a message is followed.
pub const MESSAGE_ID: &str = "message.id";
/// The step that was owed to the message: `send`, `look` or `watch`.
pub const MESSAGE_STEP: &str = "message.step";
/// The name of the message's type.
pub const MESSAGE_TYPE: &str = "message.type";
/// The adapter or setting that is missing.
pub const MISSING: &str = "missing";
/// A note about a setting that has no effect.
pub const NOTE: &str = "note";
/// The kind of a mail: `digest` or `account`.
pub const NOTICE_KIND: &str = "notice.kind";
/// The result of the work of a span, in one word.
pub const OUTCOME: &str = "outcome";
/// The part of a message that an attempt sends: `whole`, `file` or `text`.
pub const PART: &str = "part";
/// The reason why the account is paused, in one word.
pub const REASON: &str = "reason";

/// All fields of the spans and events of this crate, by name.
///
/// An event also has a message. Adapters have further fields of their own.
pub const FIELDS: &[&str] = &[
    ACCOUNT,
    ATTEMPT,
    CAMPAIGN_ID,
    CHORE,
    COUNT,
    CUSTOMER_ID,
    DAY,
    DETAIL,
    ERROR,
    EVENT,
    HTTP_STATUS,
    MESSAGE_ID,
    MESSAGE_STEP,
    MESSAGE_TYPE,
    MISSING,
    NOTE,
    NOTICE_KIND,
    OUTCOME,
    PART,
    REASON,
];

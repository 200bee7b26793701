//! The vocabulary: words and their subjects, and the party at fault.
//!
//! Words are written in the form that [`fold`](super::fold) gives them: small, without articles and
//! forms of "be", and with every negation as `not`. They were collected from known answers of such
//! gateways.

use super::Hint;

/// A rule: any word of `what`, said of any of `whose`, or of no particular subject if that is
/// empty.
pub(super) struct Rule {
    pub(super) hint: Hint,
    pub(super) whose: &'static [&'static str],
    pub(super) what: &'static [&'static str],
    /// Words in the same clause that change its subject.
    pub(super) unless: &'static [&'static str],
}

#[rustfmt::skip]
pub(super) const RULES: &[Rule] = &[
    // The rate limit.
    Rule {
        hint: Hint::Rate,
        whose: &[],
        what: &[
            "too many requests", "too many messages", "rate limit", "rate limited", "ratelimit",
            "rate limiting", "rate overlimit", "overlimit", "throttled", "throttling", "slow down",
            "request limit", "requests per second", "requests per minute", "asked too often",
        ],
        unless: &[],
    },
    // The session of the linked phone.
    Rule {
        hint: Hint::Account,
        whose: &["session", "sessions", "instance", "device", "linked device", "whatsapp client", "whatsapp web"],
        what: &[
            "not connected", "disconnected", "not ready", "not open", "not opened", "logged out",
            "not logged", "logout", "not authenticated", "unauthenticated", "not authorized",
            "unauthorized", "not paired", "unpaired", "not linked", "unlinked", "not found",
            "not exist", "not exists", "nonexistent", "not started", "not running", "not active",
            "inactive", "expired", "stopped", "failed status", "status failed", "offline",
            "not online", "not working", "not as expected", "not initialized", "not initialised",
            "not available", "unavailable", "not alive", "terminated", "destroyed", "deleted",
            "removed", "invalid", "not valid", "conflict", "banned", "blocked", "suspended", "paused",
            "timed out", "missing", "required", "not created", "not established", "unreachable",
            "restart", "replaced", "not configured", "not launched", "unlaunched", "unknown",
        ],
        unless: &["recipient", "receiver"],
    },
    Rule {
        hint: Hint::Account,
        whose: &["phone", "whatsapp", "client", "connection", "socket", "engine", "account", "channel", "sender", "bot"],
        what: &[
            "not connected", "disconnected", "offline", "not online", "not ready", "logged out",
            "not logged", "not authenticated", "not paired", "unpaired", "not linked", "unlinked",
            "not open", "not initialized", "not running", "no internet",
        ],
        unless: &["recipient", "receiver", "destination", "customer", "addressee"],
    },
    Rule {
        hint: Hint::Account,
        whose: &["session", "instance", "device", "whatsapp client", "whatsapp web", "whatsapp", "client", "engine"],
        what: &[
            "loading", "starting", "initializing", "initialising", "connecting", "reconnecting",
            "restarting", "syncing", "synchronizing", "opening", "booting", "not loaded", "not synced",
        ],
        unless: &[
            "media", "file", "image", "document", "attachment", "url", "link", "chat", "recipient", "receiver",
        ],
    },
    Rule {
        hint: Hint::Account,
        whose: &[],
        what: &[
            "no session", "no active session", "no valid session", "no whatsapp session",
            "no valid whatsapp session", "no active instance", "no linked device", "no device",
            "no connected device", "link device", "link phone", "logged out", "not logged in",
            "log in again", "login again", "relogin", "relink", "re link", "reconnect", "re authenticate",
            "reauthenticate", "not authenticated", "unpaired", "unpaired idle", "not paired",
            "disconnected", "not connected", "pairing code", "scan qr", "yellow card", "tos block",
            "connect whatsapp",
        ],
        unless: &["recipient", "receiver", "destination", "customer", "number"],
    },
    Rule {
        hint: Hint::Account,
        whose: &["phone", "device"],
        what: &["must connected", "must online", "should connected", "should online"],
        unless: &["recipient", "receiver", "destination", "customer", "number"],
    },
    Rule {
        hint: Hint::Account,
        whose: &["qr", "qrcode", "qr code"],
        what: &["scan", "scanned", "scanning", "read", "generate", "required", "expired", "waiting", "ready", "needs", "need"],
        unless: &["image", "media", "url", "file", "document"],
    },
    // A failure, perhaps while the message was being sent.
    Rule {
        hint: Hint::Broken,
        whose: &["session", "connection", "socket", "stream", "browser", "target", "client", "page"],
        what: &["closed", "lost", "crashed", "interrupted", "dropped", "errored"],
        unless: &["recipient", "receiver"],
    },
    Rule {
        hint: Hint::Broken,
        whose: &["execution context", "browser", "browser context"],
        what: &["destroyed", "disconnected"],
        unless: &[],
    },
    // The key.
    Rule {
        hint: Hint::Account,
        whose: &[
            "api key", "apikey", "api token", "api secret", "access token", "auth token",
            "bearer token", "token", "bearer", "credentials", "credential", "authorization",
            "authorisation", "authentication", "access key", "secret key", "license key",
            "licence key", "app key", "appkey", "auth key", "authkey", "password", "username", "jwt",
        ],
        what: &[
            "invalid", "wrong", "incorrect", "bad", "missing", "required", "expired", "revoked",
            "not valid", "not found", "unknown", "failed", "failure", "denied", "not provided",
            "disabled", "inactive", "not active", "blocked", "mismatch", "malformed", "unauthorized",
            "not authorized", "rejected", "refused", "not recognized", "not recognised", "not exist",
            "deactivated", "empty", "not match", "not correct", "not set", "not specified", "suspended",
            "not permitted", "not accepted", "needed",
        ],
        unless: &[
            "template", "placeholder", "placeholders", "variable", "json", "character", "characters",
            "contains", "contain", "syntax", "position", "unexpected", "parse", "text", "pdf", "file",
            "document", "media", "image", "caption",
        ],
    },
    Rule {
        hint: Hint::Account,
        whose: &[],
        what: &[
            "unauthorized", "unauthorised", "unauthenticated", "authentication failed", "no api key",
            "no token", "no credentials", "no authorization", "no auth", "not auth",
        ],
        unless: &["recipient", "receiver", "destination", "number"],
    },
    // The machine that makes the request.
    Rule {
        hint: Hint::Account,
        whose: &["ip", "ip address", "ip addresses", "ips"],
        what: &[
            "not allowed", "not whitelisted", "not allowlisted", "not in whitelist", "not in allowlist",
            "not in allowed list", "not authorized", "not authorised", "unauthorized", "not permitted",
            "not registered", "not accepted", "blocked", "banned", "blacklisted", "denied", "restricted",
            "rejected", "forbidden",
        ],
        unless: &["media", "file", "image", "document", "attachment", "url", "link", "download"],
    },
    // Payment.
    Rule {
        hint: Hint::Account,
        whose: &["subscription", "plan", "trial", "package", "licence", "license", "membership", "tariff", "validity", "billing"],
        what: &[
            "expired", "expire", "expires", "ended", "over", "inactive", "not active", "cancelled",
            "canceled", "required", "suspended", "overdue", "unpaid", "lapsed", "not found", "missing",
            "terminated", "not valid", "finished", "invalid", "not exist", "no", "past due", "blocked",
            "elapsed", "limit", "exceeded", "upgrade", "renew", "not allow", "not include", "reached",
        ],
        unless: FILES,
    },
    // A plan for texts only refuses this message, and all like it.
    Rule {
        hint: Hint::Either,
        whose: FILES,
        what: &[
            "plan not allow", "plan not include", "plan not support", "plan not permit", "upgrade plan",
            "not allowed in plan", "not allowed on plan", "not included in plan", "not available in plan",
            "not available on plan", "not supported in plan", "not supported on plan", "not part of plan",
        ],
        unless: &[],
    },
    Rule {
        hint: Hint::Account,
        whose: &["credit", "credits", "balance", "funds", "quota", "quote", "wallet"],
        what: &[
            "insufficient", "not enough", "low", "zero", "out of", "exhausted", "exceeded", "exceed",
            "not sufficient", "finished", "depleted", "used up", "reached", "empty", "expired", "no",
            "negative", "over", "not available", "0", "run out", "ran out", "consumed", "limit",
        ],
        unless: &["recipient"],
    },
    Rule {
        hint: Hint::Account,
        whose: &[],
        what: &[
            "payment required", "payment overdue", "quota", "daily limit", "monthly limit",
            "weekly limit", "hourly limit", "day limit", "limit for today", "limit per day",
            "daily message limit", "daily sending limit", "monthly message limit", "trial limit",
            "messages per day", "daily messages limit", "recharge account", "recharge wallet",
            "non payment", "nonpayment", "no remaining messages", "no messages left",
            "no messages remaining",
        ],
        unless: &["character", "characters", "length", "size"],
    },
    // The standing of the account.
    Rule {
        hint: Hint::Account,
        whose: &["account", "sender", "sender number", "workspace", "organization", "organisation", "tenant", "company", "business"],
        what: &[
            "blocked", "banned", "suspended", "disabled", "deactivated", "restricted", "locked",
            "closed", "inactive", "not active", "terminated", "expired", "not verified",
            "unverified", "frozen", "on hold", "flagged", "limited", "paused",
            "not activated", "not approved", "overdue", "temporarily blocked", "invalid",
        ],
        unless: &["recipient", "receiver", "destination", "customer"],
    },
    Rule {
        hint: Hint::Account,
        whose: &["account", "sender", "sender number", "workspace", "organization", "organisation", "tenant", "company", "business"],
        what: &["not found", "not exist"],
        unless: &[
            "recipient", "receiver", "destination", "customer", "phonenumber", "phone number", "phone",
            "mobile", "msisdn", "jid", "wid", "chatid", "for number",
        ],
    },
    // The standing of the recipient.
    Rule {
        hint: Hint::Recipient,
        whose: &["contact", "contact account", "contacts account", "account of contact"],
        what: &[
            "blocked", "banned", "suspended", "disabled", "deactivated", "restricted", "closed", "inactive",
            "not active", "not found", "not exist", "deleted", "not available", "unavailable",
        ],
        unless: &["session", "instance", "sender"],
    },
    // The account or this message: nobody can tell.
    Rule {
        hint: Hint::Either,
        whose: &["user account", "users account"],
        what: &["blocked", "banned", "suspended", "disabled", "deactivated", "inactive", "not active", "not found", "not exist"],
        unless: &[],
    },
    Rule {
        hint: Hint::Either,
        whose: &["number", "numbers", "phone number"],
        what: &["not connected", "disconnected", "not linked", "offline", "banned", "blocked", "suspended", "restricted"],
        unless: &["recipient", "receiver"],
    },
    Rule {
        hint: Hint::Either,
        whose: &["user"],
        what: &["blocked", "banned", "suspended", "disabled", "inactive", "not active"],
        unless: &[],
    },
    Rule { hint: Hint::Either, whose: &["whatsapp account"], what: &["not found", "not exist"], unless: &[] },
    Rule {
        hint: Hint::Either,
        whose: &[],
        what: &[
            "not authorized", "not authorised", "limit reached", "limit exceeded", "limit hit",
            "exceeded limit", "reached limit", "message limit", "sending limit", "invalid key", "not permitted",
            "access denied", "permission denied",
        ],
        unless: &["character", "characters", "length", "size", "file", "media", "mb", "kb", "bytes", "text", "caption", "document", "attachment", "image"],
    },
    // The gateway is not able to do it: no message is at fault, but a lasting refusal may be due to
    // one message.
    Rule {
        hint: Hint::Either,
        whose: &[],
        what: &[
            "temporarily unavailable", "service unavailable", "server unavailable", "server busy",
            "server overloaded", "service overloaded", "under maintenance", "maintenance mode",
        ],
        unless: &["recipient", "receiver", "number"],
    },
    // The recipient's number.
    Rule {
        hint: Hint::Recipient,
        whose: &[
            "recipient", "recipients", "receiver", "addressee", "phonenumber", "phone number", "phone",
            "mobile number", "mobile", "msisdn", "jid", "wid", "lid", "chatid", "chat id",
            "whatsapp number", "whatsapp id", "destination number",
        ],
        what: &[
            "invalid", "not valid", "incorrect", "wrong", "bad", "not registered", "unregistered",
            "not exist", "not exists", "nonexistent", "not found", "unknown", "missing", "required",
            "must", "should", "malformed", "too short", "too long", "unreachable", "not reachable",
            "not supported", "unsupported", "opted out", "blacklisted", "not recognized",
            "not in allowed list", "not allowed", "empty", "landline", "not mobile", "no whatsapp",
            "format", "not possible",
        ],
        unless: &["session", "instance", "sender"],
    },
    Rule {
        hint: Hint::Recipient,
        whose: &["number", "numbers", "user", "contact", "customer", "chat", "destination"],
        what: &[
            "invalid", "not valid", "incorrect", "wrong", "not registered", "unregistered", "not exist",
            "not exists", "nonexistent", "not found", "unknown", "unreachable", "opted out",
            "blacklisted", "landline", "not mobile", "not whatsapp",
        ],
        unless: &["number of", "page number", "invoice number", "order number", "session", "instance", "sender", "username", "password"],
    },
    Rule {
        hint: Hint::Recipient,
        whose: &[],
        what: &[
            "not on whatsapp", "not in whatsapp", "not whatsapp user", "not whatsapp number",
            "no whatsapp account", "no whatsapp", "not using whatsapp", "not use whatsapp",
            "not registered on whatsapp", "not registered in whatsapp", "not registered with whatsapp",
            "not registered at whatsapp", "not registered whatsapp", "not exist on whatsapp",
            "not exists on whatsapp", "not exist in whatsapp", "not available on whatsapp",
            "not found on whatsapp", "not found in whatsapp", "not active on whatsapp",
            "not valid whatsapp number", "not valid whatsapp", "invalid whatsapp number",
            "invalid whatsapp", "not linked to whatsapp account", "not linked to whatsapp",
            "unregistered on whatsapp", "no account", "no lid for user",
        ],
        unless: &["session", "instance", "device", "sender"],
    },
    Rule {
        hint: Hint::Recipient,
        whose: &[],
        what: &["recipient"],
        unless: &["temporarily", "later", "again", "retry"],
    },
    // It is not even known whether the message was sent.
    Rule { hint: Hint::Doubt, whose: &[], what: &["timeout", "timed out", "time out"], unless: &[] },
    Rule {
        hint: Hint::Fault,
        whose: &[],
        what: &[
            "internal error", "internal server error", "internal failure", "server error",
            "unexpected error", "unknown error", "something went wrong", "unhandled exception",
        ],
        unless: &["template", "placeholder", "json", "syntax", "parse", "character", "characters"],
    },
];

/// Parts of a message beside its text.
const FILES: &[&str] = &[
    "document",
    "documents",
    "media",
    "file",
    "files",
    "image",
    "images",
    "attachment",
    "attachments",
    "video",
    "videos",
    "pdf",
    "pdfs",
];

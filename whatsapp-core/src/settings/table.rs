//! The table of settings: its rows, and what the database says of each.

/// A row of `invoice_configurations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingRow {
    /// `config_key`.
    pub key: String,
    /// `config_value`.
    pub value: String,
}

/// A setting as the database describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingDef {
    /// `config_key`.
    pub key: &'static str,
    /// The value when there is no row.
    pub default: &'static str,
    /// `config_type`: `boolean`, `number` or `string`.
    pub kind: &'static str,
    /// What it is for.
    pub description: &'static str,
}

const fn def(
    key: &'static str,
    default: &'static str,
    kind: &'static str,
    description: &'static str,
) -> SettingDef {
    SettingDef { key, default, kind, description }
}

/// All settings: the specification's eleven and those added beside them. Each message type of the
/// host's own has a switch as well: [`MessageType::switch_key`](crate::message::MessageType::switch_key).
pub const SETTINGS: &[SettingDef] = &[
    def("whatsapp_enabled", "true", "boolean", "Enable WhatsApp messaging"),
    def(
        "whatsapp_stock_delivered_enabled",
        "true",
        "boolean",
        "Enable stock delivered notifications",
    ),
    def("whatsapp_invoice_enabled", "true", "boolean", "Enable invoice messages"),
    def("whatsapp_payment_reminder_enabled", "true", "boolean", "Enable payment reminders"),
    def("whatsapp_festival_enabled", "true", "boolean", "Enable festival messages"),
    def("whatsapp_announcement_enabled", "false", "boolean", "Enable announcements"),
    def("whatsapp_api_key", "", "string", "360Messenger API Key"),
    def("whatsapp_api_url", "https://api.360messenger.com", "string", "360Messenger API Base URL"),
    def("whatsapp_retry_max", "3", "number", "Maximum retry attempts"),
    def("whatsapp_retry_interval_minutes", "30", "number", "Retry interval in minutes"),
    def("whatsapp_failure_notification_email", "", "string", "Email for failure notifications"),
    def(
        "whatsapp_payment_reminder_days",
        "3,7",
        "string",
        "Days after invoice for payment reminders (comma-separated)",
    ),
    def(
        "whatsapp_requests_per_second",
        "4",
        "number",
        "Most requests to the gateway in one second",
    ),
    def("whatsapp_on_unknown", "resend", "string", "After an unknown outcome: resend or hold"),
    def(
        "whatsapp_attachment_link_hours",
        "24",
        "number",
        "Hours for which the link to an attached file works after the message is sent",
    ),
    def(
        "whatsapp_attachment_pass_on_links",
        "false",
        "boolean",
        "Pass public links to files on as they are instead of keeping a copy",
    ),
    def(
        "whatsapp_undelivered_alert",
        "5",
        "number",
        "Messages in a row, accepted and not delivered within 30 minutes, that are told; 0 for never",
    ),
    def("whatsapp_time_zone", "Asia/Kolkata", "string", "Time zone of the business"),
    def("whatsapp_locale", "en-IN", "string", "How amounts and dates are written"),
];

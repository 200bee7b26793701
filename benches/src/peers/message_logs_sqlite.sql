-- The specification's log (4.1), without the references to tables that a benchmark does not have.
CREATE TABLE message_logs (
    id              TEXT PRIMARY KEY NOT NULL,
    customer_id     TEXT NOT NULL,
    customer_name   TEXT NOT NULL,
    whatsapp_number TEXT NOT NULL,
    message_type    TEXT NOT NULL,
    trigger_type    TEXT NOT NULL,
    status          TEXT NOT NULL,
    retry_count     INTEGER DEFAULT 0,
    max_retries     INTEGER DEFAULT 3,
    message_content TEXT,
    template_id     TEXT,
    attachment_url  TEXT,
    attachment_type TEXT,
    failure_reason  TEXT,
    api_response    TEXT,
    scheduled_for   INTEGER,
    sent_at         INTEGER,
    created_at      INTEGER,
    updated_at      INTEGER,
    created_by      TEXT
) STRICT;

CREATE INDEX idx_logs_customer ON message_logs (customer_id);
CREATE INDEX idx_logs_status ON message_logs (status);
CREATE INDEX idx_logs_type ON message_logs (message_type);
CREATE INDEX idx_logs_scheduled ON message_logs (scheduled_for) WHERE scheduled_for IS NOT NULL;

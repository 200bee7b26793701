-- The specification's log (4.1), without the references to tables that a benchmark does not have.
CREATE TABLE message_logs (
    id              UUID PRIMARY KEY,
    customer_id     UUID NOT NULL,
    customer_name   VARCHAR(255) NOT NULL,
    whatsapp_number VARCHAR(20) NOT NULL,
    message_type    VARCHAR(50) NOT NULL,
    trigger_type    VARCHAR(20) NOT NULL,
    status          VARCHAR(20) NOT NULL,
    retry_count     INTEGER DEFAULT 0,
    max_retries     INTEGER DEFAULT 3,
    message_content TEXT,
    template_id     UUID,
    attachment_url  TEXT,
    attachment_type VARCHAR(50),
    failure_reason  TEXT,
    api_response    JSONB,
    scheduled_for   TIMESTAMPTZ,
    sent_at         TIMESTAMPTZ,
    created_at      TIMESTAMPTZ DEFAULT now(),
    updated_at      TIMESTAMPTZ DEFAULT now(),
    created_by      UUID
);

CREATE INDEX idx_logs_customer ON message_logs (customer_id);
CREATE INDEX idx_logs_status ON message_logs (status);
CREATE INDEX idx_logs_type ON message_logs (message_type);
CREATE INDEX idx_logs_scheduled ON message_logs (scheduled_for) WHERE scheduled_for IS NOT NULL;

-- And the notices of those that failed for good before they could be sent.
), notified AS (
    INSERT INTO whatsapp_notices (
        message_id, created_at, failure_kind, failure_cause, failure_reason, retry_count
    )
    SELECT
        item.id, item.created_at, item.failure_kind, item.failure_cause, item.failure_reason,
        item.retry_count
    FROM item
    WHERE item.step IS NULL
        AND item.status = 'failed'
        AND (item.id IN (SELECT id FROM added)) IS TRUE

-- The account's shared state.
SELECT
    pause_reason, pause_detail, pause_since, pause_until, pause_scout, slot_base, slot_elapsed, doubt_cause,
    doubt_message, doubt_at, taken_message, taken_at, resumed_at, undelivered, undelivered_told,
    stale_told
FROM whatsapp_account
WHERE id = $1;

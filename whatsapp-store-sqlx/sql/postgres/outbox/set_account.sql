-- Changes the account's shared state.
UPDATE whatsapp_account
SET pause_reason = $1,
    pause_detail = $2,
    pause_since = $3,
    pause_until = $4,
    pause_scout = $5,
    doubt_cause = $6,
    doubt_message = $7,
    doubt_at = $8,
    taken_message = $9,
    taken_at = $10,
    resumed_at = $11,
    undelivered = $12,
    undelivered_told = $13,
    stale_told = $14,
    slot_base = $15,
    slot_elapsed = $16
WHERE id = $17;

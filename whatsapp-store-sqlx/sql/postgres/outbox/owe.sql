-- Writes what is owed now; whatever lease there was is over. The marks of open attempts follow, where
-- there are any.
INSERT INTO whatsapp_outbox (
    message_id, step, due_at, open_since, posts, free_posts, looks, looks_unavailable, class,
    account_id, created_at
)
SELECT item.*, $10::smallint AS account_id, l.created_at
FROM unnest(
    $1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::int[], $6::int[],
    $7::int[], $8::int[], $9::text[]
) AS item (message_id, step, due_at, open_since, posts, free_posts, looks, looks_unavailable, class)
INNER JOIN whatsapp_message_logs AS l ON l.id = item.message_id
ON CONFLICT (message_id) DO UPDATE SET
    step = excluded.step,
    class = excluded.class,
    due_at = excluded.due_at,
    lease_token = NULL,
    lease_until = NULL,
    lease_base = NULL,
    lease_ends = NULL,
    expired_leases = 0,
    open_since = excluded.open_since,
    open_base = NULL,
    open_elapsed = NULL,
    look_base = NULL,
    look_elapsed = NULL,
    posts = excluded.posts,
    free_posts = excluded.free_posts,
    looks = excluded.looks,
    looks_unavailable = excluded.looks_unavailable;

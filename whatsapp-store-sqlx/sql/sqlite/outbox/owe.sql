-- Writes what is owed now to messages of account ?2; whatever lease there was is over.
INSERT INTO whatsapp_outbox (
    account_id, message_id, step, class, due_at, open_since, open_base, open_elapsed,
    look_base, look_elapsed, posts, free_posts, looks, looks_unavailable
)
SELECT
    ?2, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
    value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
FROM jsonb_each(?1)
WHERE true -- Without it the parser takes ON CONFLICT for the condition of a join.
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
    open_base = excluded.open_base,
    open_elapsed = excluded.open_elapsed,
    look_base = excluded.look_base,
    look_elapsed = excluded.look_elapsed,
    posts = excluded.posts,
    free_posts = excluded.free_posts,
    looks = excluded.looks,
    looks_unavailable = excluded.looks_unavailable;

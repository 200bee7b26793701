-- Writes what is owed now; whatever lease there was is over.
INSERT INTO whatsapp_outbox (
    message_id, account_id, step, class, due_at, open_since, open_base, open_elapsed, look_base,
    look_elapsed, posts,
    free_posts, looks, looks_unavailable
)
SELECT
    item.value ->> 'message_id',
    item.value ->> 'account_id',
    item.value ->> 'step',
    item.value ->> 'class',
    item.value ->> 'due_at',
    item.value ->> 'open_since',
    item.value ->> 'open_base',
    item.value ->> 'open_elapsed',
    item.value ->> 'look_base',
    item.value ->> 'look_elapsed',
    item.value ->> 'posts',
    item.value ->> 'free_posts',
    item.value ->> 'looks',
    item.value ->> 'looks_unavailable'
FROM jsonb_each(?1) AS item
WHERE true -- Without it the parser takes ON CONFLICT for the condition of a join.
ON CONFLICT (message_id) DO UPDATE SET
    step = excluded.step,
    class = excluded.class,
    due_at = excluded.due_at,
    lease_token = NULL,
    lease_until = NULL,
    lease_base = NULL,
    lease_ends = NULL,
    reaps = 0,
    open_since = excluded.open_since,
    open_base = excluded.open_base,
    open_elapsed = excluded.open_elapsed,
    look_base = excluded.look_base,
    look_elapsed = excluded.look_elapsed,
    posts = excluded.posts,
    free_posts = excluded.free_posts,
    looks = excluded.looks,
    looks_unavailable = excluded.looks_unavailable;

-- Act ?1, with its messages in numbers.
SELECT
    b.id, b.act, b.actor, b.user_id, b.at, b.state, b.more, b.arrived, b.hours, b.changed_at,
    counted.total, counted.open, counted.open_arrived, counted.open_hours, counted.done,
    counted.left_out, counted.failed
FROM whatsapp_bulk AS b
CROSS JOIN (
    SELECT
        count(*) AS total,
        count(*) FILTER (WHERE outcome IS NULL) AS open,
        count(*) FILTER (WHERE outcome IS NULL AND arrived) AS open_arrived,
        count(*) FILTER (WHERE outcome IS NULL AND hours) AS open_hours,
        count(*) FILTER (WHERE outcome = 'done') AS done,
        count(*) FILTER (WHERE outcome = 'left_out') AS left_out,
        count(*) FILTER (WHERE outcome = 'failed') AS failed
    FROM whatsapp_bulk_items
    WHERE bulk_id = ?1
) AS counted
WHERE b.id = ?1;

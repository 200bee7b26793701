-- The one of the category $3 about ($1, $2) that holds.
WHERE m.target = $1 AND m.target_id = $2 AND m.category = $3 AND m.ended_at IS NULL;

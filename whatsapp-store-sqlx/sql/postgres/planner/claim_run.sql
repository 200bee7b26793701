-- Takes the run of day $1 at $4, until $3, by token $2; a new one begins with $5. One that is held is left
-- alone, unless its claim ends after $6: it was made under a clock that was set back since.
INSERT INTO whatsapp_planner_runs (day, lease_token, lease_until, started_at, progress)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (day) DO UPDATE SET lease_token = excluded.lease_token, lease_until = excluded.lease_until
WHERE whatsapp_planner_runs.lease_until IS NULL
    OR whatsapp_planner_runs.lease_until <= $4
    OR whatsapp_planner_runs.lease_until > $6
RETURNING day, progress, lease_until, started_at, finished_at;

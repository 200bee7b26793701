-- The newest runs.
SELECT day, progress, lease_until, started_at, finished_at
FROM whatsapp_planner_runs
ORDER BY day DESC
LIMIT $1;

-- The newest runs of days up to ?1.
SELECT day, progress, lease_until, started_at, finished_at
FROM whatsapp_planner_runs
WHERE day <= ?1
ORDER BY day DESC
LIMIT +?2;

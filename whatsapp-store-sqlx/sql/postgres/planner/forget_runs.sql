-- Removes the runs of days after $1, but for that of day $2.
DELETE FROM whatsapp_planner_runs WHERE day > $1 AND day <> $2;

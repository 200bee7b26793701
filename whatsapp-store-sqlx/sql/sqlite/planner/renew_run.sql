-- Writes how far the run of day ?1 is, if token ?2 has it; without a new end (?3) it is given back.
UPDATE whatsapp_planner_runs
SET lease_token = CASE WHEN ?3 IS NOT NULL THEN lease_token END,
    lease_until = ?3,
    progress = ?4,
    finished_at = ?5
WHERE day = ?1 AND lease_token = ?2;

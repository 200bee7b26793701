-- The newest before the point (?1, ?2), about what is asked for; those that ended where ?5 says so.
WHERE (m.at, m.id) < (?1, ?2)
    AND (?3 IS NULL OR m.target = ?3)
    AND (?4 IS NULL OR m.target_id = ?4)
    AND (?5 OR m.ended_at IS NULL)
ORDER BY m.at DESC, m.id DESC
LIMIT +?6;

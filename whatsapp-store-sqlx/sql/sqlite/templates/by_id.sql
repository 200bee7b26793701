-- The one with the id ?1.
WHERE t.id = ?1;

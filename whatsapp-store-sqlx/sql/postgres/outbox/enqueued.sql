-- Tells which ones were added.
)
SELECT id FROM added;

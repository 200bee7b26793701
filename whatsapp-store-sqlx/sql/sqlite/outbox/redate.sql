-- Says anew when looks are due, now being ?1 by a wall clock that was set, and ?3 by elapsed time of base ?2.
-- A look of that base is due when its time will have elapsed, within a day; no other is due later than
-- ?4. What was begun was due.
UPDATE whatsapp_outbox
SET due_at = CASE
    WHEN step = 'look' AND look_base = ?2
        THEN ?1 + min(max(look_elapsed - ?3, -86400000000), 86400000000)
    ELSE ?1
END
WHERE (step = 'look' AND look_base = ?2)
    OR (step = 'look' AND due_at > ?4)
    OR (step = 'send' AND open_since IS NOT NULL AND due_at > ?1);

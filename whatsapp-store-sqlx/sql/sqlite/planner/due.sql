    AND s.day <= ?1
    AND (s.own_day, s.invoice_id, s.step) > (?2, ?3, ?4)
ORDER BY s.own_day, s.invoice_id, s.step
LIMIT +?5;

    AND s.day <= $1
    AND (s.own_day, s.invoice_id, s.step) > ($2::date, $3::text, $4::text)
ORDER BY s.own_day, s.invoice_id, s.step
LIMIT $5;

UPDATE invoices SET paid_on = COALESCE(paid_on, $2) WHERE number = $1;

-- Of several at once only one finds the order undelivered.
UPDATE orders SET delivered_on = $2 WHERE number = $1 AND delivered_on IS NULL;

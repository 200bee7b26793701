-- Of several processes that would put a digest together at once, the others wait for the first and
-- then see what it did.
LOCK TABLE whatsapp_digests IN SHARE ROW EXCLUSIVE MODE;

-- Of several processes that would put a digest together at once, the others wait for the first and
-- then see what it did. The number is this library's own, "digest" in ASCII.
SELECT pg_advisory_xact_lock(110386840822644);

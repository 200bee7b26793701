-- Of several processes that would count a day at once, the others wait for the first. The number is this
-- library's own, "daily" in ASCII.
SELECT pg_advisory_xact_lock(431131028601);

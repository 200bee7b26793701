-- Everything that can be asked for by name outside PostgreSQL's own schemas, and what kind it is.
SELECT pg_class.oid::REGCLASS::TEXT AS name,
    CASE WHEN relkind IN ('r', 'p') THEN 'table' WHEN relkind IN ('v', 'm') THEN 'view'
        WHEN relkind = 'S' THEN 'sequence' ELSE 'foreign table' END AS kind
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND nspname <> 'information_schema' AND nspname !~ '^pg_'
UNION ALL
SELECT pg_proc.oid::REGPROCEDURE::TEXT, 'function'
FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
ORDER BY 1

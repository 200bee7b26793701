-- Sending a message changes no index of the log but the specification's one on `status`, and none
-- at all where the set `without_status_index` drops that. So no other index of the log may have a
-- column that a send changes: what the log viewer needs of a status is kept elsewhere.

-- The log is written anew here, however long that takes. Workers lock the outbox first and the log
-- after it, and so does this.
SET LOCAL statement_timeout = 0;
LOCK TABLE whatsapp_outbox, whatsapp_message_attempts, whatsapp_message_logs IN ACCESS EXCLUSIVE MODE;

DROP INDEX IF EXISTS idx_whatsapp_logs_status;
DROP INDEX IF EXISTS idx_whatsapp_logs_type;
DROP INDEX IF EXISTS idx_whatsapp_logs_trigger;
DROP INDEX IF EXISTS idx_whatsapp_logs_created;

-- The order of pages of what failed or was cancelled. The column is NULL before a message is sent
-- and after, so that sending it changes nothing here.
ALTER TABLE whatsapp_message_logs
    ADD COLUMN unsent TEXT GENERATED ALWAYS AS (
        CASE WHEN status IN ('failed', 'cancelled') THEN status END
    ) STORED;
CREATE INDEX idx_whatsapp_logs_unsent
    ON whatsapp_message_logs (unsent, message_type, trigger_type, created_at, id)
    WHERE unsent IS NOT NULL;

-- As the specification has it, for the host's own reports.
CREATE INDEX idx_whatsapp_logs_status ON whatsapp_message_logs (status);

-- The order of pages by type and trigger: a page of all messages is merged from these ranges.
CREATE INDEX idx_whatsapp_logs_type
    ON whatsapp_message_logs (message_type, trigger_type, created_at, id);

-- The order of pages of what is pending.
ALTER TABLE whatsapp_outbox ADD COLUMN created_at TIMESTAMPTZ;
UPDATE whatsapp_outbox AS o
SET created_at = l.created_at
FROM whatsapp_message_logs AS l
WHERE l.id = o.message_id;
ALTER TABLE whatsapp_outbox ALTER COLUMN created_at SET NOT NULL;
CREATE INDEX idx_whatsapp_outbox_created ON whatsapp_outbox (created_at, message_id)
    WHERE lane = 'owed';

-- Attempts are looked for by day and number: a day's entries stand side by side, however many
-- numbers and days there are.
DROP INDEX IF EXISTS idx_whatsapp_attempts_number;
CREATE INDEX idx_whatsapp_attempts_day ON whatsapp_message_attempts (
    ((started_at AT TIME ZONE 'UTC')::DATE), whatsapp_number, started_at
);

-- Whoever deletes messages deletes what belongs to them. A trigger sees to that once a statement; a
-- reference would look each new row's message up again and lock it, on the way of every enqueue and
-- every send.
ALTER TABLE whatsapp_outbox DROP CONSTRAINT IF EXISTS whatsapp_outbox_message_id_fkey;
ALTER TABLE whatsapp_message_attempts
    DROP CONSTRAINT IF EXISTS whatsapp_message_attempts_message_id_fkey;

-- Two functions for triggers. Nothing that a caller sets decides which tables they use: every name is
-- spelled out.
DO $$
DECLARE
    home   TEXT;
    caller NAME;
BEGIN
    SELECT nspname INTO home
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE pg_class.oid = 'whatsapp_message_logs'::REGCLASS;

    -- It works with its owner's rights, as a reference would: who may delete messages needs no other
    -- right. So it serves this one table.
    EXECUTE format(
        $function$
            CREATE FUNCTION whatsapp_forget_messages() RETURNS TRIGGER
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
            AS $body$
                BEGIN
                    IF TG_RELID <> '%1$I.whatsapp_message_logs'::REGCLASS THEN
                        RAISE EXCEPTION 'this trigger belongs to %1$I.whatsapp_message_logs alone';
                    ELSIF TG_OP = 'TRUNCATE' THEN
                        -- Not TRUNCATE: whoever names these tables too is truncating them just now.
                        DELETE FROM %1$I.whatsapp_outbox;
                        DELETE FROM %1$I.whatsapp_message_attempts;
                    ELSE
                        DELETE FROM %1$I.whatsapp_outbox
                        WHERE message_id IN (SELECT id FROM gone);
                        DELETE FROM %1$I.whatsapp_message_attempts
                        WHERE message_id IN (SELECT id FROM gone);
                    END IF;
                    RETURN NULL;
                END
            $body$
        $function$,
        home
    );

    -- A worker of the version before does not tell when the message was made.
    EXECUTE format(
        $function$
            CREATE FUNCTION whatsapp_date_owed() RETURNS TRIGGER
            LANGUAGE plpgsql SET search_path = ''
            AS $body$
                BEGIN
                    SELECT l.created_at INTO NEW.created_at
                    FROM %1$I.whatsapp_message_logs AS l
                    WHERE l.id = NEW.message_id;
                    RETURN NEW;
                END
            $body$
        $function$,
        home
    );

    -- They are for triggers alone; Supabase grants every new function to these.
    REVOKE ALL ON FUNCTION whatsapp_forget_messages(), whatsapp_date_owed() FROM PUBLIC;
    FOR caller IN
        SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role')
    LOOP
        EXECUTE format(
            'REVOKE ALL ON FUNCTION whatsapp_forget_messages(), whatsapp_date_owed() FROM %I', caller
        );
    END LOOP;
END
$$;

CREATE TRIGGER whatsapp_logs_deleted AFTER DELETE ON whatsapp_message_logs
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION whatsapp_forget_messages();
CREATE TRIGGER whatsapp_logs_truncated AFTER TRUNCATE ON whatsapp_message_logs
    FOR EACH STATEMENT EXECUTE FUNCTION whatsapp_forget_messages();
CREATE TRIGGER whatsapp_outbox_dated BEFORE INSERT ON whatsapp_outbox
    FOR EACH ROW WHEN (NEW.created_at IS NULL) EXECUTE FUNCTION whatsapp_date_owed();

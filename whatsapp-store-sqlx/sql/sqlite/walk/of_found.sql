    FROM found
    CROSS JOIN whatsapp_message_logs AS log ON log.rowid = found.row
)

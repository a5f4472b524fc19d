-- No jobs are run until somebody says so (Run Jobs Here in Job Queue, This Database, or
-- odoo queue_job adopt). A database that was not upgraded yet has no such table.
DO $$
BEGIN
    IF to_regclass('queue_job_database') IS NOT NULL THEN
        INSERT INTO queue_job_database (id, is_neutralized)
        VALUES (1, true)
            ON CONFLICT (id) DO UPDATE SET is_neutralized = true;
    END IF;
END
$$;

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Edges of job graphs: from texts on both ends to rows of their own."""


def migrate(cr, version):
    if not version:
        return
    # Its rows said who was alive; leases do now.
    cr.execute("DROP TABLE IF EXISTS queue_job_lock")
    cr.execute(
        """
        SELECT 1 FROM information_schema.columns
         WHERE table_name = 'queue_job' AND column_name = 'dependencies'
           AND table_schema = current_schema()
        """
    )
    if not cr.fetchone():
        return
    # Either end may have been deleted; the graphs of jobs that are over are kept too,
    # as the form shows them.
    cr.execute(
        """
        INSERT INTO queue_job_dependency (parent_id, child_id, policy)
        SELECT DISTINCT parent.id, child.id, 'wait'
          FROM queue_job child,
               jsonb_array_elements_text(
                   CASE WHEN child.dependencies LIKE '{%%'
                        THEN COALESCE(child.dependencies::jsonb -> 'depends_on', '[]') END
               ) AS edge(uuid)
          JOIN queue_job parent ON parent.uuid = edge.uuid
         WHERE parent.id != child.id
            ON CONFLICT DO NOTHING
        """,
        [],
    )

/**
 * All that each program may do in the database, as `table: privileges`, in the schema `public`
 * unless named. A privilege may be of one column: `select (column)`. The API only appends to the
 * audit log and its seals, and never reads a job's secrets. A worker reads no users, tokens,
 * sessions or audit lines.
 */
export const GRANTS = {
  renderdeck_api: {
    jobs: 'select, insert, update',
    job_definitions: 'select, insert, update (secrets_deleted_at)',
    job_secrets: 'insert, delete, select (job_id)',
    job_changes: 'select, insert, delete',
    job_changes_forgotten: 'select, insert, update',
    submissions: 'select, insert, delete',
    attempts: 'select, update',
    attempt_log: 'select',
    render_hosts: 'select, update',
    database_incarnations: 'select, insert',
    users: 'select, insert, update',
    sessions: 'select, insert, update',
    api_tokens: 'select, insert, update',
    login_attempts: 'select, insert, update, delete',
    refusal_counts: 'select, insert, update, delete',
    audit_log: 'select, insert',
    audit_seals: 'select, insert',
    'sequence job_queue_seq': 'usage',
    'drizzle.__drizzle_migrations': 'select',
  },
  renderdeck_worker: {
    jobs: 'select, update',
    job_definitions: 'select',
    job_secrets: 'select',
    job_changes: 'insert',
    attempts: 'select, insert, update',
    attempt_log: 'select, insert',
    render_hosts: 'select, insert, update',
    host_logins: 'select',
    database_incarnations: 'select',
    'drizzle.__drizzle_migrations': 'select',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

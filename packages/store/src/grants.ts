/**
 * The functions that the triggers of a table call with the rights of the program that writes the
 * table.
 */
const GUARDS = {
  'function is_final(text)': 'execute',
  'function is_guarded()': 'execute',
  'function is_host_login()': 'execute',
} as const;

/**
 * All rights of each program in the database, as `table: privileges`, in the schema `public` unless
 * another one is named. A function that is not named may be called only by the owner. A trigger
 * function needs no privilege, because it runs for everyone who writes its table. A host's own
 * login has the rights of a worker (restrict_host_logins) and its row-level policies. A privilege
 * may be for one column: `select (column)`. The API only appends to the audit log and its seals,
 * and never reads a job's secrets. A worker reads no users, tokens, sessions, audit lines,
 * webhooks or callbacks.
 */
export const GRANTS = {
  renderdeck_api: {
    jobs: 'select, insert, update',
    job_definitions: 'select, insert, update (secrets_deleted_at)',
    job_secrets: 'insert, delete, select (job_id)',
    job_callbacks: 'select, insert',
    job_submitters: 'select, insert',
    receipts: 'select',
    receipt_series: 'select',
    job_changes: 'select, insert, delete',
    job_changes_forgotten: 'select, insert, update',
    queue_counts: 'select, insert, update, delete',
    queue_folds: 'select, insert, update',
    submissions: 'select, insert, delete',
    attempts: 'select, update',
    unproven: 'select',
    stops: 'select',
    attempt_log: 'select',
    job_outputs: 'select',
    job_pictures: 'select',
    measures: 'select, insert, update',
    render_paces: 'select, insert, update, delete',
    queue_forecasts: 'select, insert, update, delete',
    forecast_samples: 'select, insert, delete',
    forecast_errors: 'select, insert, update',
    queue_samples: 'select, insert, delete',
    render_hosts: 'select, update',
    host_logins: 'select',
    host_invitations: 'select, insert, delete, update (withdrawn_at)',
    database_incarnations: 'select, insert',
    users: 'select, insert, update',
    sessions: 'select, insert, update',
    api_tokens: 'select, insert, update',
    login_attempts: 'select, insert, update, delete',
    known_addresses: 'select, insert, update, delete',
    refusal_counts: 'select, insert, update, delete',
    audit_log: 'select, insert',
    audit_seals: 'select, insert',
    api_runs: 'select, insert, update',
    webhooks: 'select, insert, update, delete',
    webhook_secrets: 'select, insert, update',
    webhook_deliveries: 'select, insert, update, delete',
    webhook_tries: 'select, insert',
    unproven_stops: 'select, insert, update, delete',
    host_silences: 'select, insert, delete',
    queue_stalls: 'select, insert, update, delete',
    work_locks: 'select, update',
    'sequence job_queue_seq': 'usage',
    'drizzle.__drizzle_migrations': 'select',
    applied_functions: 'select',
    ...GUARDS,
    'function copy_order(uuid, uuid)': 'execute',
    'function copy_secrets(uuid, uuid, jsonb)': 'execute',
    'function delete_old_jobs(interval, integer)': 'execute',
    'function delete_old_logs(interval, integer)': 'execute',
    'function take_work_lock(text)': 'execute',
    'function try_work_lock(text)': 'execute',
    'function hidden_open_attempts(text, uuid)': 'execute',
    'function host_failures(uuid, uuid)': 'execute',
    'function hosts_with_free_slots()': 'execute',
    'function other_attempts(uuid)': 'execute',
    'function unseen_changes(pg_snapshot, bigint, integer)': 'execute',
    'function wire_time(timestamp with time zone)': 'execute',
    // For searches of the API, and for its list of failures.
    'function failure_reason(text)': 'execute',
    'function find_trigrams(text)': 'execute',
    'function job_trigrams(text, uuid)': 'execute',
    'function text_trigrams(text)': 'execute',
    // For webhooks of the API.
    'function tell_webhooks(text, text, text, jsonb, jobs, text)': 'execute',
    'function message_facts(jobs)': 'execute',
    'function stop_outcome(jobs)': 'execute',
    'function may_run_on(jobs)': 'execute',
    // For estimates.
    'function between_edges(integer[], integer, double precision)': 'execute',
    'function forecast_at(text, bigint)': 'execute',
    'function pace_facts(bigint, text, integer)': 'execute',
    'function pace_key(text, text)': 'execute',
    'function pace_number(text)': 'execute',
    // For the counts of the queue.
    'function queue_edge(bigint)': 'execute',
    'function queue_faults()': 'execute',
    'function queue_fold()': 'execute',
    'function queue_length()': 'execute',
    'function queue_position(bigint)': 'execute',
    'function queue_positions(bigint[])': 'execute',
    'function queue_recount()': 'execute',
    'function unfolded_changes(queue_folds)': 'execute',
    'function this_transaction()': 'execute',
    'function is_this_transaction(text)': 'execute',
    // For the logins of hosts that join.
    'function host_login_state(text)': 'execute',
    'function make_host_login(text, text, jsonb)': 'execute',
    'function revoke_host_login(text)': 'execute',
    'function end_left_sessions(interval)': 'execute',
  },
  renderdeck_worker: {
    jobs: 'select, update',
    job_definitions: 'select',
    job_secrets: 'select',
    job_changes: 'insert',
    attempts: 'select, insert, update',
    attempt_log: 'select, insert',
    job_outputs: 'select, insert, update',
    job_pictures: 'select, insert, update, delete',
    render_hosts: 'select, insert, update',
    host_logins: 'select',
    database_incarnations: 'select',
    'drizzle.__drizzle_migrations': 'select',
    applied_functions: 'select',
    ...GUARDS,
    'function claimable_tags(text[])': 'execute',
    'function hidden_open_attempts(text, uuid)': 'execute',
    'function host_failures(uuid, uuid)': 'execute',
    'function hosts_with_free_slots()': 'execute',
    'function job_is_known(uuid)': 'execute',
    'function other_attempts(uuid)': 'execute',
    'function wire_time(timestamp with time zone)': 'execute',
    // For indexes, and for a generated column.
    'function failure_reason(text)': 'execute',
    'function job_trigrams(text, uuid)': 'execute',
    'function log_bytes(jsonb)': 'execute',
    // For a host that leaves.
    'function leave_farm(text)': 'execute',
    // For the policies and rules of hosts' own logins.
    'function awaits_me(jsonb)': 'execute',
    'function changed_columns(jsonb, jsonb)': 'execute',
    'function had_attempt_of(uuid)': 'execute',
    'function holds_attempt(uuid)': 'execute',
    'function has_shape(jsonb, jsonb)': 'execute',
    'function host_may_move(text, text, text)': 'execute',
    'function host_shapes()': 'execute',
    'function holds_job(uuid)': 'execute',
    'function may_see_job(uuid)': 'execute',
    'function owns_attempt(uuid)': 'execute',
    'function owns_host_name(text)': 'execute',
    'function refuse_host_login(text)': 'execute',
    'function refuse_malformed(jsonb, text[])': 'execute',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * What makes large objects. PostgreSQL lets every login call these. A large object takes space, and
 * one of another login stops each `pg_dump` of the owner of the tables.
 */
export const LARGE_OBJECT_MAKERS = [
  'pg_catalog.lo_creat(integer)',
  'pg_catalog.lo_create(oid)',
  'pg_catalog.lo_from_bytea(oid, bytea)',
];

/** Only a superuser may do this, in each database. */
export const FORBID_LARGE_OBJECTS = LARGE_OBJECT_MAKERS.map(
  (name) => `REVOKE EXECUTE ON FUNCTION ${name} FROM PUBLIC;`,
).join('\n');

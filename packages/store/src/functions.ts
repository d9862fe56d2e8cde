/*
 * The functions, triggers and views of the database, by topic: packages/store/functions, and the
 * functions that are made from the domain (domainFunctions).
 *
 * 1. Tables need the functions in `before-tables`; the other files work on the tables. Each file
 *    may be applied again.
 * 2. `migrate` applies all files in one transaction, if they differ from those that it applied last
 *    (`applied_functions`) or if a function is missing. So a user who owns no function can still
 *    run `migrate` when nothing changed.
 * 3. To replace a function locks no table. A trigger, a policy or a view does, so only those that
 *    differ are made anew (`functions/rules.sql`).
 * 4. What is in no file any more is dropped.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostMoves, isFinal, JOB_STATUSES, VERSION, wordsOf } from '@renderdeck/domain';
import type { Step } from './brief-step.ts';
import { HOST_SHAPES } from './host-shapes.ts';
import { PINNED } from './pinned-settings.ts';
import { readRules } from './read-rules.ts';
import { WORK_LOCKS } from './schema/index.ts';

/** The folder of the functions, which is part of the package. */
const FOLDER = fileURLToPath(new URL('../functions', import.meta.url));

/** The functions that the tables need. */
export const beforeTables = (): string => textOf(join(FOLDER, 'before-tables'));

/** The database functions that are made from the domain's rules, as SQL. */
export function domainFunctions(): string {
  return [
    '-- What a host may write into its JSON: a shape for each column.',
    'CREATE OR REPLACE FUNCTION host_shapes() RETURNS jsonb',
    'LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$',
    `  SELECT ${literal(wordsOf(HOST_SHAPES))}::jsonb`,
    '$$;',
    '',
    '-- Whether a host that stands so to a job may move it from one status to another.',
    'CREATE OR REPLACE FUNCTION host_may_move(standing text, status_from text, status_to text)',
    'RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$',
    `  SELECT ${literal(hostMoves())}::jsonb -> $1 ? ($2 || '>' || $3)`,
    '$$;',
    '',
    '-- Whether a job of this status has ended. The body is parsed now, so it needs no search',
    '-- path, and PostgreSQL can put the condition in place of the call and use an index for it.',
    'CREATE OR REPLACE FUNCTION is_final(status text) RETURNS boolean LANGUAGE sql IMMUTABLE',
    `  RETURN status IN (${FINAL_STATUSES});`,
    '',
    '-- The locks of work_locks.',
    'INSERT INTO work_locks (name)',
    `  SELECT jsonb_array_elements_text(${literal(WORK_LOCKS)}) ON CONFLICT DO NOTHING;`,
    '',
  ].join('\n');
}

const FINAL_STATUSES = JOB_STATUSES.filter(isFinal)
  .map((status) => `'${status}'`)
  .join(', ');

function literal(value: unknown): string {
  return `'${JSON.stringify(value).replaceAll("'", "''")}'`;
}

const allFunctions = (): string => [beforeTables(), domainFunctions(), textOf(FOLDER)].join('\n');

let known: string | null = null;
/**
 * SHA-256, in hex, of all functions of this version. It is computed once, because readiness checks
 * ask for it often.
 */
export function functionsHash(): string {
  known ??= createHash('sha256').update(allFunctions()).digest('hex');
  return known;
}

/** Applies all functions and makeRules, and drops the functions that this version does not have. */
export async function applyFunctions(step: Step): Promise<void> {
  const { run } = step;
  // The files are applied in the order of their names, so a function may call one that comes later.
  await run('set local check_function_bodies = off');
  await run(readRules(allFunctions()).rest);
  await makeRules(step);
  // With an empty search path, names come with their schema.
  await run("set local search_path = ''");
  const known = await run(
    'select jsonb_array_elements_text(functions) as name from public.applied_functions',
  );
  const [made] = await run(`
    select jsonb_agg(oid::regprocedure::text order by oid::regprocedure::text) as names
    from pg_proc where pronamespace = 'public'::regnamespace
      and xmin = pg_current_xact_id()::xid`);
  const names: readonly unknown[] = made?.names ?? [];
  for (const { name } of known)
    if (!names.includes(name)) await run(`drop routine if exists ${name}`);
  await run(`
    insert into public.applied_functions as known (hash, version, functions)
    values ('${functionsHash()}', '${VERSION}', ${literal(names)}::jsonb)
    on conflict (only_row) do update set hash = excluded.hash, version = excluded.version,
      functions = excluded.functions, applied_at = clock_timestamp()`);
  await run(`select set_config('search_path', '${PINNED.search_path}', true)`);
}

/**
 * Makes the triggers, policies and views that are not right, and drops those of an earlier version
 * that this version does not have. Locks only the tables of these, all before the first change.
 * Does nothing for a user who does not own the functions.
 */
export async function makeRules({ run, lock }: Step): Promise<void> {
  const [row] = await run(
    "select has_function_privilege('public.rules_to_change(jsonb)', 'execute') as allowed",
  );
  if (row?.allowed !== true) return;
  const { rules } = readRules(allFunctions());
  const changes = await run(`select kind, on_table as table, format(
      'select public.make_rule(%L, %L, %L, %L)', kind, name, on_table, statement) as make
    from public.rules_to_change(${literal(rules)}::jsonb)`);
  await lock(changes.filter(({ kind }) => kind !== 'VIEW').map(({ table }) => String(table)));
  for (const { make } of changes) await run(String(make));
}

/** The text is the same on every machine, although git may write other line ends on Windows. */
function textOf(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
    .replaceAll('\r\n', '\n');
}

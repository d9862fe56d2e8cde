/*
 * The functions, triggers and views of the database, by topic: packages/store/functions, and the
 * functions that are made from the domain (domainFunctions).
 *
 * 1. Tables need the functions in `before-tables`; the other files work on the tables. Each file
 *    may be applied again.
 * 2. `migrate` applies all files, if they differ from those that it applied last
 *    (`applied_functions`) or if a function is missing. So a user who owns no function can still
 *    run `migrate` when nothing changed.
 * 3. To replace a function locks no table. A trigger, a policy or a view does, so only those that
 *    differ are made anew (`functions/rules.sql`), those of each table in a step of their own: a
 *    statement of the farm may hold one table and wait for another one, so a step that needs both
 *    would have to give way again and again.
 * 4. What is in no file any more is dropped last, and then the files are recorded as applied.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  FILE_ASSET_TYPES,
  FREE_TEMPLATE_FIELDS,
  hostMoves,
  isFinal,
  JOB_STATUSES,
  MOST_OF_FAILURE,
  MOST_OF_REASON,
  REASON_RULES,
  VERSION,
  wordsOf,
} from '@renderdeck/domain';
import type { Step } from './brief-step.ts';
import { HOST_SHAPES } from './host-shapes.ts';
import { PINNED } from './pinned-settings.ts';
import { readRules } from './read-rules.ts';
import { WORK_LOCKS } from './schema/index.ts';
import { LEAST_LEVEL, SCHEMA_LEVEL } from './schema-level.ts';

/** The folder of the functions, which is part of the package. */
const FOLDER = fileURLToPath(new URL('../functions', import.meta.url));

/** The functions that the tables need. */
export const beforeTables = (): string =>
  [textOf(join(FOLDER, 'before-tables')), reasonFunction()].join('\n');

/**
 * The reason of a failure, as failureReason of the domain, for an index. It is in plpgsql for the
 * reason that search.sql gives for job_trigrams.
 */
export function reasonFunction(): string {
  return [
    '-- The reason of a failure, from the rules of the domain.',
    'CREATE OR REPLACE FUNCTION failure_reason(failure text) RETURNS text',
    'LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000',
    'SET search_path = pg_catalog, pg_temp AS $$',
    'DECLARE',
    `  reason text := left(failure, ${MOST_OF_FAILURE});`,
    'BEGIN',
    ...REASON_RULES.map(
      (rule) =>
        `  reason := regexp_replace(reason, ${quoted(rule.pattern)}, ${quoted(rule.with)}, 'g');`,
    ),
    `  RETURN btrim(left(reason, ${MOST_OF_REASON}), ' ');`,
    'END $$;',
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

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
    '-- A part of a job as it is compared: see keep-secrets.ts of the domain.',
    'CREATE OR REPLACE FUNCTION secret_part(job jsonb, place text[]) RETURNS jsonb',
    'LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$',
    `  SELECT CASE WHEN place = '{template}' AND jsonb_typeof(job->'template') = 'object'`,
    `    THEN (job->'template') - array(SELECT jsonb_array_elements_text(`,
    `      ${literal(FREE_TEMPLATE_FIELDS)})) ELSE job #> place END`,
    '$$;',
    '',
    '-- Whether an asset is a file, and puts neither values nor code into the project.',
    'CREATE OR REPLACE FUNCTION is_file_asset(asset jsonb) RETURNS boolean',
    'LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$',
    `  SELECT coalesce(${literal(FILE_ASSET_TYPES)}::jsonb @> (asset->'type'), false)`,
    '$$;',
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
  return quoted(JSON.stringify(value));
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

/**
 * Applies all functions and makes the views that are missing, because rights are granted on them.
 * Gives the names for recordFunctions. Locks no table.
 */
export async function applyFunctions({ run }: Step): Promise<readonly string[]> {
  // The files are applied in the order of their names, so a function may call one that comes later.
  await run('set local check_function_bodies = off');
  await run(readRules(allFunctions()).rest);
  for (const { isNew, isView, texts } of await findRuleChanges(run))
    if (isNew && isView) for (const text of texts) await run(text);
  // With an empty search path, names come with their schema.
  await run("set local search_path = ''");
  const [made] = await run<{ names: string[] | null }>(`
    select jsonb_agg(oid::regprocedure::text order by oid::regprocedure::text) as names
    from pg_proc where pronamespace = 'public'::regnamespace
      and xmin = pg_current_xact_id()::xid`);
  await run(`set local search_path = ${PINNED.search_path}`);
  return made?.names ?? [];
}

/** The statements that make or drop the rules of one table, or of one view. */
export type RuleChange = {
  readonly table: string;
  readonly isView: boolean;
  /** Whether the view is missing. */
  readonly isNew: boolean;
  readonly texts: string[];
};

/**
 * The triggers, policies and views that are not right, and those that an earlier version made and
 * this version does not have. None for a user who does not own the functions.
 */
export async function findRuleChanges(run: Step['run']): Promise<readonly RuleChange[]> {
  const [row] = await run<{ allowed: boolean }>(
    "select has_function_privilege('public.rules_to_change(jsonb)', 'execute') as allowed",
  );
  if (row?.allowed !== true) return [];
  const { rules } = readRules(allFunctions());
  const changes = await run<Omit<RuleChange, 'texts'> & { text: string }>(`
    select on_table as table, kind = 'VIEW' as "isView", to_regclass(on_table) is null as "isNew",
      format('select public.make_rule(%L, %L, %L, %L)', kind, name, on_table, statement) as text
    from public.rules_to_change(${literal(rules)}::jsonb)`);
  const byTable = new Map<string, RuleChange>();
  for (const { text, ...of } of changes) {
    const change = byTable.get(of.table) ?? { ...of, texts: [] };
    byTable.set(of.table, change);
    change.texts.push(text);
  }
  return [...byTable.values()];
}

/** Makes or drops the rules of one table. Only this table is locked. */
export async function changeRules({ run, lock }: Step, change: RuleChange): Promise<void> {
  if (!change.isView) await lock([change.table]);
  for (const text of change.texts) await run(text);
}

/**
 * Drops the functions of an earlier version that are not among `names`, and records that the
 * functions and rules of this version are applied.
 */
export async function recordFunctions({ run }: Step, names: readonly string[]): Promise<void> {
  await run("set local search_path = ''");
  const known = await run(
    'select jsonb_array_elements_text(functions) as name from public.applied_functions',
  );
  for (const { name } of known)
    if (!names.includes(String(name))) await run(`drop routine if exists ${name}`);
  await run(`
    insert into public.applied_functions as known (hash, version, functions, level, least_level)
    values ('${functionsHash()}', '${VERSION}', ${literal(names)}::jsonb, ${SCHEMA_LEVEL},
      ${LEAST_LEVEL})
    on conflict (only_row) do update set hash = excluded.hash, version = excluded.version,
      functions = excluded.functions, applied_at = clock_timestamp(), level = excluded.level,
      least_level = excluded.least_level`);
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

/*
 * `worker prepare` finds what a render host lacks before its first job. A person with the rights of
 * an administrator runs it once, and again after each change of After Effects or its folders.
 *
 * 1. It examines the host and prints each finding at once. When an examination fails, the others
 *    still run.
 * 2. It does the steps that it can do: nexrender's startup script, the scratch root, no crash
 *    dialogs for this user. For the other steps it tells a person exactly what to do.
 * 3. It keeps and saves the result (host-reports.ts). A dry run changes and keeps nothing.
 */
import {
  describeReport,
  type FindingState,
  type HostFinding,
  listTodo,
  listUnknown,
} from '@renderdeck/domain';
import { readClock } from '@renderdeck/operations';
import { explainNoProof, findRenderUser, openSystem } from '@renderdeck/render-host';
import type { Store } from '@renderdeck/store/connect';
import type { HostConfig, WorkerConfig } from '../../config.ts';
import { errorMessage } from '../../error-message.ts';
import { keepHostReport } from '../../host/host-reports.ts';
import { openStore } from '../../open-store.ts';
import { checkRenders } from './check-renders.ts';
import { findRenderOnlyFile, findScriptRights } from './find-adobe-settings.ts';
import { findAntivirus } from './find-antivirus.ts';
import { findClock } from './find-clock.ts';
import { findLogins } from './find-logins.ts';
import { findEncoder, findPlaces } from './find-places.ts';
import { AFTER_EFFECTS, findRenderer } from './find-renderer.ts';
import { findSession } from './find-session.ts';
import { ok, type Preparing, todo, unknown } from './preparing.ts';

type Step = {
  /** The name of the finding when this step fails. */
  readonly name: string;
  find(): Promise<readonly HostFinding[]>;
};

const WORDS = {
  ok: 'ok',
  done: 'done',
  todo: 'TO DO',
  unknown: 'not known',
} as const satisfies Record<FindingState, string>;

/**
 * Returns a sentence with the steps that are left for a person, null when none is left. `database`:
 * the same settings with a database, or a sentence that says why there is none.
 */
export async function prepare(
  config: HostConfig,
  database: WorkerConfig | string,
  { isDryRun, isRenderOnly }: Pick<Preparing, 'isDryRun' | 'isRenderOnly'>,
  print: (line: string) => void,
): Promise<string | null> {
  const user = config.renderUser === null ? null : await findRenderUser(config.renderUser);
  if (user !== null && 'problem' in user) return user.problem;
  const host: Preparing = {
    config,
    system: openSystem(),
    renderUser: user,
    isDryRun,
    isRenderOnly,
  };
  const opened = typeof database === 'string' ? { problem: database } : await openStore(database);
  const store = 'problem' in opened ? null : opened.store;
  try {
    const answers =
      'problem' in opened
        ? unknown('database', `${opened.problem} The worker needs it; DATABASE_URL names it.`)
        : ok('database', 'It answers.');
    const findings = await findAll(host, store, answers, print);
    const report = { at: new Date().toISOString(), findings };
    if (!isDryRun) print(await keepHostReport(config, store, 'preparation', report));
    for (const line of summarize(findings)) print(line);
    return listTodo(report).length === 0 ? null : `${describeReport(report)}.`;
  } finally {
    await store?.close();
  }
}

async function findAll(
  host: Preparing,
  store: Store | null,
  database: HostFinding,
  print: (line: string) => void,
): Promise<readonly HostFinding[]> {
  const findings: HostFinding[] = [];
  const hasRenderer = () =>
    !findings.some(({ name, state }) => name === AFTER_EFFECTS && state === 'todo');
  for (const { name, find } of listSteps(host, store, database, hasRenderer))
    for (const finding of await find().catch((error) => [todo(name, errorMessage(error))])) {
      findings.push(finding);
      print(`${WORDS[finding.state].padEnd(9)} ${finding.name}: ${finding.sentence}`);
    }
  return findings;
}

function listSteps(
  host: Preparing,
  store: Store | null,
  database: HostFinding,
  hasRenderer: () => boolean,
): readonly Step[] {
  return [
    { name: AFTER_EFFECTS, find: () => findRenderer(host) },
    { name: 'folders', find: () => findPlaces(host) },
    { name: 'processes', find: () => findProof(host) },
    { name: 'session', find: () => findSession(host) },
    { name: 'scripts may write files', find: () => findScriptRights(host) },
    { name: 'antivirus', find: () => findAntivirus(host) },
    { name: 'ffmpeg', find: async () => [await findEncoder(host)] },
    { name: 'logins', find: () => findLogins(host) },
    { name: 'database', find: async () => [database] },
    { name: 'clock', find: async () => [await findClock(host, await askClock(store))] },
    { name: 'render', find: async () => (hasRenderer() ? await findLicenceAndRender(host) : []) },
  ];
}

/** A render-only file shows the licence. Without a check project, no render could show it. */
async function findLicenceAndRender(host: Preparing): Promise<readonly HostFinding[]> {
  const file = await findRenderOnlyFile(host);
  const checked = await checkRenders(host);
  const isShown = checked.some(({ name, state }) => name === 'licence' && state !== 'unknown');
  if (file === null || (isShown && file.state === 'ok')) return checked;
  return [...checked.filter(({ name }) => name !== 'licence'), file];
}

async function askClock(store: Store | null) {
  if (store === null) return null;
  const beforeMs = Date.now();
  const at = await readClock(store.db);
  return { at, askedAt: new Date((beforeMs + Date.now()) / 2) };
}

function summarize(findings: readonly HostFinding[]): readonly string[] {
  const [todos, unknowns] = [listTodo({ findings }), listUnknown({ findings })];
  const list = (head: string, of: readonly HostFinding[]) =>
    of.length === 0
      ? []
      : ['', head, ...of.map(({ name, sentence }, at) => `  ${at + 1}. ${name}: ${sentence}`)];
  return [
    ...list('A person must do this, then run "worker prepare" again:', todos),
    ...list('This host does not tell. A person must look:', unknowns),
    ...(todos.length + unknowns.length === 0 ? ['', 'This host is prepared.'] : []),
  ];
}

/** Whether the end of a render could be proven on this host. */
async function findProof({ system }: Preparing): Promise<readonly HostFinding[]> {
  // Only on Linux can a setting hide processes.
  if (system.platform !== 'linux') return [];
  const name = 'processes';
  const why = await explainNoProof();
  return [why === null ? ok(name, 'The end of a render can be proven here.') : todo(name, why)];
}

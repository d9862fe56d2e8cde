/*
 * `worker acceptance` answers questions that only a real host can answer. A person runs it once on
 * a host of each kind while no worker runs there, for about five minutes, and sends in the report.
 *
 * 1. Each probe says what is expected, what was seen, and whether the two differ. The other probes
 *    run even if one fails or does not end.
 * 2. It works in a folder of its own on the disk of the scratch root. It ends only programs that it
 *    has started. Each of them is in a Job Object of its own, which ends with this command.
 * 3. The last two probes render the project of the host's check, and cancel such a render.
 * 4. The report is written as JSON and as text. Apart from paths in the scratch root it contains no
 *    name and no setting.
 */
import { writeFile } from 'node:fs/promises';
import { arch, cpus, release, totalmem, version } from 'node:os';
import { join } from 'node:path';
import {
  describeInstallation,
  describeRenderer,
  findOwner,
  findRenderUser,
  lockHost,
  makeAcceptanceFolder,
  openSystem,
  readHostIdentity,
  removeAcceptanceFolder,
} from '@renderdeck/render-host';
import {
  ACCEPTANCE_PROBES,
  type Probe,
  type ProbeResult,
  runProbes,
} from '@renderdeck/render-host/extras';
import type { WorkerConfig } from '../../config.ts';
import { CheckTrees } from '../../host/check-tree.ts';
import { renderProbes } from './render-probes.ts';

const RENDER_WITHIN_MS = 15 * 60_000;
const WORDS = {
  asExpected: 'as expected',
  differs: 'DIFFERS',
  open: 'not known',
  notHere: 'not here',
  failed: 'FAILS',
} as const satisfies Record<ProbeResult['verdict'], string>;

/** Returns a sentence when an answer differs or is missing, null otherwise. */
export async function acceptance(
  config: WorkerConfig,
  into: string,
  print: (line: string) => void,
): Promise<string | null> {
  const user = config.renderUser === null ? null : await findRenderUser(config.renderUser);
  if (user !== null && 'problem' in user) return user.problem;
  const owner = await findOwner(config.scratchRoot);
  if (process.getuid?.() === 0 && owner !== null && owner !== 0)
    return (
      `${config.scratchRoot} belongs to user ${owner}, who may exchange what root makes there. ` +
      'Run this as that user.'
    );
  const lock = await lockHost(config.scratchRoot);
  if ('heldBy' in lock)
    return `A worker runs here (process ${lock.heldBy ?? 'unknown'}). Stop it first.`;
  try {
    const { scratchRoot, endStrays } = config;
    const identity = await readHostIdentity(lock);
    const trees = new CheckTrees({ scratchRoot, identity, renderUser: user, endStrays });
    await trees.endEarlier();
    const renders = await renderProbes({ config, renderUser: user, trees });
    const results = await runAll(scratchRoot, renders, print);
    const files = await writeReport(await describeHost(config), results, into);
    for (const file of files) print(`Written: ${file}`);
    const differ = results.filter(({ verdict }) => verdict === 'differs' || verdict === 'failed');
    if (differ.length === 0) return null;
    const names = differ.map(({ name }) => name).join(', ');
    return `${differ.length} of ${results.length} differ: ${names}. Send the report in.`;
  } finally {
    await lock.release();
  }
}

async function runAll(
  scratchRoot: string,
  renders: readonly Probe[],
  print: (line: string) => void,
): Promise<readonly ProbeResult[]> {
  const folder = await makeAcceptanceFolder(scratchRoot);
  const tell = (result: ProbeResult) => {
    for (const line of describe(result)) print(line);
  };
  try {
    return [
      ...(await runProbes(ACCEPTANCE_PROBES, join(folder, 'system'), tell)),
      ...(await runProbes(renders, join(folder, 'renders'), tell, RENDER_WITHIN_MS)),
    ];
  } finally {
    const left = await removeAcceptanceFolder(folder);
    if (left !== null) print(left);
  }
}

function describe({ name, expected, seen, verdict, ms }: ProbeResult): readonly string[] {
  if (verdict === 'notHere') return [`${WORDS[verdict].padEnd(11)} ${name}`];
  return [
    `${WORDS[verdict].padEnd(11)} ${name} (${ms} ms)`,
    `            expected: ${expected}`,
    `            seen:     ${seen}`,
  ];
}

async function describeHost(config: WorkerConfig) {
  const renderer = await describeRenderer(config.aerender);
  const system = openSystem();
  const found = renderer.path === null ? null : await describeInstallation(system, renderer.path);
  return {
    system: `${process.platform} ${arch()} ${release()} (${version()})`,
    node: process.version,
    cpus: cpus().length,
    memoryBytes: totalmem(),
    isAdministrator: system.windows?.isAdministrator() ?? null,
    isStandIn: renderer.standIn,
    afterEffects: found?.version ?? null,
  };
}

async function writeReport(
  host: Awaited<ReturnType<typeof describeHost>>,
  results: readonly ProbeResult[],
  into: string,
): Promise<readonly string[]> {
  const at = new Date().toISOString();
  const report = { at, host, results };
  const text = [
    `Renderdeck acceptance report of ${at}`,
    ...Object.entries(host).map(([name, value]) => `${name}: ${String(value)}`),
    '',
    ...results.flatMap(describe),
  ];
  const path = join(into, `renderdeck-acceptance-${at.replaceAll(/[:.]/g, '-')}`);
  await writeFile(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(`${path}.txt`, `${text.join('\n')}\n`);
  return [`${path}.json`, `${path}.txt`];
}

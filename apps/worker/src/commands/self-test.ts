import type { HostFinding } from '@renderdeck/domain';
import { findRenderUser } from '@renderdeck/render-host';
import { type SelfTest, selfTestKill } from '@renderdeck/render-host/extras';
import { renderUserName, workerConfig } from '../config.ts';
import { keepHostReport } from '../host/host-reports.ts';
import { openStore } from '../open-store.ts';

/**
 * Ends hostile programs on this host, run as the render user, and prints each result. It keeps and
 * saves the result (host-reports.ts). Returns a sentence when a program was not ended, null when
 * every program was ended.
 */
export async function selfTest(print: (line: string) => void): Promise<string | null> {
  const read = renderUserName();
  if (!read.ok) return read.sentences.join(' ');
  const { name } = read;
  const user = name === null ? null : await findRenderUser(name);
  if (user !== null && 'problem' in user) return user.problem;
  const at = new Date().toISOString();
  const { container, ok, cases } = await selfTestKill(user);
  const runAs = user === null ? '' : ` The programs run as ${user.name}.`;
  print(`Container: ${container.kind} — ${container.detail}${runAs}`);
  const findings = cases.map(describeCase);
  for (const { name: program, state, sentence } of findings)
    print(`${state === 'ok' ? '✓' : '✗'} ${program}: ${sentence}`);
  const held = `${container.kind}: ${container.detail}${runAs}`;
  await keep(
    { at, findings: [{ name: 'container', state: 'ok', sentence: held }, ...findings] },
    print,
  );
  print(
    ok
      ? 'Every program was ended, with proof.'
      : 'This host cannot be trusted to stop a render: see above.',
  );
  return ok ? null : 'The self-test did not hold.';
}

function describeCase({ name, ok, report, problem }: SelfTest['cases'][number]): HostFinding {
  const proof =
    report === null
      ? ''
      : `proof ${report.proof ?? 'none'}, ${Math.round(report.timeToDeadMs ?? 0)} ms`;
  const found = ok ? 'ended' : (problem ?? 'not ended');
  const sentence = [found, proof].filter((part) => part !== '').join(', ');
  return { name, state: ok ? 'ok' : 'todo', sentence };
}

/** Without the settings of a worker, the result is only printed. */
async function keep(
  report: Parameters<typeof keepHostReport>[3],
  print: (line: string) => void,
): Promise<void> {
  const read = workerConfig();
  if (!read.ok) return print(`This result is kept nowhere: ${read.sentences.join(' ')}`);
  const opened = await openStore(read.config);
  const store = 'problem' in opened ? null : opened.store;
  try {
    print(await keepHostReport(read.config, store, 'killTest', report));
  } finally {
    await store?.close();
  }
}

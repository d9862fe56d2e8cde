import { findRenderUser, selfTestKill } from '@renderdeck/render-host';
import { renderUserName } from './config.ts';

/**
 * Ends hostile programs on this host, run as the render user, and prints each result. Gives a
 * sentence when one was not ended, null when every one was.
 */
export async function selfTest(print: (line: string) => void): Promise<string | null> {
  const read = renderUserName();
  if (!read.ok) return read.sentences.join(' ');
  const { name } = read;
  const user = name === null ? null : await findRenderUser(name);
  if (user !== null && 'problem' in user) return user.problem;
  const { container, ok, cases } = await selfTestKill(user);
  const runAs = user === null ? '' : ` The programs run as ${user.name}.`;
  print(`Container: ${container.kind} — ${container.detail}${runAs}`);
  for (const { name, ok: held, report, problem } of cases) {
    const proof =
      report === null
        ? ''
        : `, proof ${report.proof ?? 'none'}, ${Math.round(report.timeToDeadMs ?? 0)} ms`;
    print(`${held ? '✓' : '✗'} ${name}${proof}${problem === null ? '' : `: ${problem}`}`);
  }
  print(
    ok
      ? 'Every program was ended, with proof.'
      : 'This host cannot be trusted to stop a render: see above.',
  );
  return ok ? null : 'The self-test did not hold.';
}

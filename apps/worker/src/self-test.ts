import { selfTestKill } from '@renderdeck/render-host';

/** Ends hostile programs on this host and prints each result. True when every one was ended. */
export async function selfTest(print: (line: string) => void): Promise<boolean> {
  const { container, ok, cases } = await selfTestKill();
  print(`Container: ${container.kind} — ${container.detail}`);
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
  return ok;
}

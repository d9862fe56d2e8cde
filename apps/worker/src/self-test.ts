import { selfTestKill } from '@renderdeck/render-host';

/** Ends hostile programs on this host and says what held. True where all of it held. */
export async function selfTest(say: (line: string) => void): Promise<boolean> {
  const { container, ok, cases } = await selfTestKill();
  say(`Container: ${container.kind} — ${container.detail}`);
  for (const { name, ok: held, report, problem } of cases) {
    const proof =
      report === null
        ? ''
        : `, proof ${report.proof ?? 'none'}, ${Math.round(report.timeToDeadMs ?? 0)} ms`;
    say(`${held ? '✓' : '✗'} ${name}${proof}${problem === null ? '' : `: ${problem}`}`);
  }
  say(
    ok
      ? 'Every program was ended, with proof.'
      : 'This host cannot be trusted to stop a render: see above.',
  );
  return ok;
}

/*
 * Programs that a service of Windows starts when a member asks for it. They are in no job of ours,
 * so a stop does not reach them. Documents say so; these probes show whether this host behaves in
 * that way. Each such program writes its pid and ends by itself after at most 20 seconds.
 */
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runProgram } from '../process/run-program.ts';
import { sendSignal } from '../process/send-signal.ts';
import { withMember } from './member.ts';
import type { Probe, Seen } from './probe.ts';

const systems: Probe['systems'] = ['win32'];
const expected = 'It runs outside of the job: a job holds no program that a service starts.';
const STARTED_WITHIN_MS = 5000;
const PROGRAM_WITHIN_MS = 20_000;

export const ESCAPE_PROBES: readonly Probe[] = [
  { name: 'escape by a scheduled task', systems, expected, run: ({ folder }) => seeTask(folder) },
  {
    name: 'escape by WMI',
    systems,
    expected,
    async run({ folder }) {
      const { command, pidFile } = await writeEscaped(folder);
      const create =
        'Invoke-CimMethod -ClassName Win32_Process -MethodName Create -Arguments ' +
        `@{CommandLine='${command}'}`;
      const args = ['-NoProfile', '-NonInteractive', '-Command', create];
      return await seeEscape([['powershell.exe', args]], pidFile);
    },
  },
];

async function seeTask(folder: string): Promise<Seen> {
  const { command, pidFile } = await writeEscaped(folder);
  const name = `renderdeck-acceptance-${randomUUID()}`;
  const make = ['/create', '/tn', name, '/tr', command, '/sc', 'once', '/st', '23:59', '/f'];
  try {
    return await seeEscape(
      [
        ['schtasks.exe', make],
        ['schtasks.exe', ['/run', '/tn', name]],
      ],
      pidFile,
    );
  } finally {
    await runProgram('schtasks.exe', ['/delete', '/tn', name, '/f'], PROGRAM_WITHIN_MS);
  }
}

async function writeEscaped(folder: string) {
  const [script, pidFile] = [join(folder, 'escaped.cjs'), join(folder, 'pid.txt')];
  await writeFile(
    script,
    `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid) + '\\n');` +
      'setTimeout(() => {}, 20000);',
  );
  return { command: `"${process.execPath}" "${script}"`, pidFile };
}

/** A member runs the commands. The commands start the program that writes the pid file. */
async function seeEscape(
  commands: readonly (readonly [string, readonly string[]])[],
  pidFile: string,
): Promise<Seen> {
  const program = `
    const { execFileSync } = require('node:child_process');
    const errors = [];
    for (const [program, args] of ${JSON.stringify(commands)})
      try { execFileSync(program, args, { timeout: ${PROGRAM_WITHIN_MS}, stdio: 'ignore' }); }
      catch (error) { errors.push(program + ': ' + (error.code ?? 'exit code ' + error.status)); }
    process.send({ errors }); setInterval(() => {}, 1000);`;
  return await withMember(program, async ({ job, receive }) => {
    const { errors } = await receive(PROGRAM_WITHIN_MS * 2);
    const isRefused = Array.isArray(errors) && errors.length > 0;
    const pid = await readPid(pidFile, isRefused ? 0 : STARTED_WITHIN_MS);
    const said = isRefused ? ` (${errors.join('; ')})` : '';
    if (pid === null) return { seen: `Nothing was started${said}.`, asExpected: false };
    const isOutside = job.isOutside(pid);
    sendSignal(pid, 'SIGKILL');
    return {
      seen: `It ran ${isOutside ? 'outside' : 'inside'} of the job.`,
      asExpected: isOutside,
    };
  });
}

/** The file is complete once it holds a whole line. */
async function readPid(pidFile: string, withinMs: number): Promise<number | null> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    const [, pid] = /^(\d+)\n/.exec(await readFile(pidFile, 'utf8').catch(() => '')) ?? [];
    if (pid !== undefined) return Number(pid);
    await delay(50);
  }
  return null;
}

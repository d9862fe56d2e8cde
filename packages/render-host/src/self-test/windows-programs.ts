import { createRequire } from 'node:module';
import type { HostileProgram } from './hostile-programs.ts';

const KOFFI = createRequire(import.meta.url).resolve('koffi');
const CREATE_SUSPENDED = 0x4;
const CREATE_BREAKAWAY_FROM_JOB = 0x0100_0000;
const DETACHED = '{ detached: true }';

const LIVE = 'setInterval(Object, 1000);';
const READY = `console.log('ready'); ${LIVE}`;
/** The first lines of each program. `child` runs code in another node.exe. */
const START = `const { spawn } = require('node:child_process');
  const child = (code, options) => spawn(process.execPath, ['-e', code],
    { stdio: 'inherit', windowsHide: true, ...options });`;

const child = (code: string, options = '{}') =>
  `child(${JSON.stringify(`${START} ${code}`)}, ${options});`;

const program = (name: string, code: string): HostileProgram => ({
  name,
  command: process.execPath,
  args: ['-e', `${START} ${code}`],
});

/** Starts a program that stays alive, with flags that node.exe has no option for. */
const startWithFlags = (flags: number) => `
  const kernel32 = require(${JSON.stringify(KOFFI)}).load('kernel32.dll');
  const startup = Buffer.alloc(104);
  startup.writeUInt32LE(104, 0);
  const start = () => kernel32.func('int CreateProcessW(void *program, void *line, ' +
    'void *process, void *thread, int inherit, uint32_t flags, void *environment, void *folder, ' +
    'void *startup, ' +
    'void *made)')(null, Buffer.from('"' + process.execPath + '" -e ${LIVE}\\0', 'utf16le'),
    null, null, 0, ${flags}, null, null, startup, Buffer.alloc(24));`;

/** Enters a new job that lets its members leave. */
const ENTER_OWN_JOB = `
  const job = kernel32.func('intptr_t CreateJobObjectW(void *security, void *name)')(null, null);
  const limits = Buffer.alloc(144);
  limits.writeUInt32LE(0x800, 16);
  kernel32.func('int SetInformationJobObject(intptr_t job, int what, void *data, uint32_t bytes)')(
    job, 9, limits, 144);
  kernel32.func('int AssignProcessToJobObject(intptr_t job, intptr_t process)')(job, -1);`;

/** `next()` runs the program again in a new process. `n` is the number of the process. */
const AGAIN = `const n = Number(process.env.HOP ?? 0);
  const code = process.env.HOP_CODE;
  const next = () => spawn(process.execPath, ['-e', code], { detached: true, stdio: 'inherit',
    windowsHide: true, env: { ...process.env, HOP: n + 1 } }).unref();`;

const again = (name: string, code: string) =>
  program(
    name,
    `process.env.HOP_CODE = ${JSON.stringify(`${START} ${AGAIN} ${code}`)}; ` +
      'eval(process.env.HOP_CODE);',
  );

/**
 * Programs that make themselves hard to end on Windows, and then print `ready`. They need only
 * node.exe and koffi. A program that needs the rights of an administrator, such as a service, is
 * not in this list: the kernel lets it escape, and find-strays.ts looks for it.
 */
export const WINDOWS_PROGRAMS: readonly HostileProgram[] = [
  program('a program that does nothing to prevent its end', READY),
  program(
    'a program that ignores every signal',
    `for (const signal of ['SIGINT', 'SIGBREAK', 'SIGHUP', 'SIGTERM']) process.on(signal, Object);
     process.on('uncaughtException', Object); ${READY}`,
  ),
  program('grandchildren', child(`${child(READY)} ${child(LIVE)} ${LIVE}`) + LIVE),
  program('a detached child in its own group', child(READY, DETACHED) + LIVE),
  program(
    'a parent that dies before its child',
    child(
      `${child(`setTimeout(() => { ${READY} }, 300);`, DETACHED)} setTimeout(process.exit, 100);`,
    ) + LIVE,
  ),
  // Prints `ready` once `cmd` has ended: from then on only the job holds the started program.
  program(
    'a program that `cmd start /b` starts',
    `spawn('cmd.exe', ['/d', '/c', 'start "" /b "' + process.execPath +
       '" -e "setInterval(Object,1000)"'],
       { stdio: 'inherit', windowsHide: true, windowsVerbatimArguments: true })
       .once('exit', () => console.log('ready')); ${LIVE}`,
  ),
  program(
    'a child that asks to leave the job',
    `${startWithFlags(CREATE_BREAKAWAY_FROM_JOB)} start(); ${READY}`,
  ),
  program(
    'a job of its own, which a child asks to leave',
    `${startWithFlags(CREATE_BREAKAWAY_FROM_JOB)} ${ENTER_OWN_JOB} start(); ${READY}`,
  ),
  program(
    'a child that was never resumed',
    `${startWithFlags(CREATE_SUSPENDED)} start(); ${READY}`,
  ),
  program(
    'a program that starts children without end',
    `let n = 0;
     const more = () => { child(${JSON.stringify(LIVE)}); if (++n === 4) console.log('ready'); };
     setInterval(more, 50);`,
  ),
  again('ten generations', `if (n < 10) next(); else console.log('ready'); ${LIVE}`),
  again(
    'a chain in which each program starts the next and ends',
    `next(); if (n === 3) console.log('ready');`,
  ),
];

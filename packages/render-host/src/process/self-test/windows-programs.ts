/*
 * Programs that make themselves hard to end on Windows, and then print `ready`. A host has no shell
 * of Unix there, so each one is Node's. What needs rights of an administrator, such as a service,
 * is not among them.
 */
import type { HostileProgram } from './hostile-programs.ts';

const LIVE = 'setInterval(() => {}, 1000);';
const READY = "console.log('ready');";
/** A program that begins with it can start another one. */
const START =
  "const { spawn } = require('node:child_process');" +
  'const start = (program, more) => spawn(process.execPath, ["-e", program, program], ' +
  "{ stdio: 'inherit', windowsHide: true, ...more });";
const DETACHED = '{ detached: true }';

const start = (program: string, more = '{}') => `start(${JSON.stringify(program)}, ${more})`;

const node = (name: string, program: string): HostileProgram => ({
  name,
  command: process.execPath,
  args: ['-e', program, program],
});

export const WINDOWS_PROGRAMS: readonly HostileProgram[] = [
  node(
    'a program that ignores Ctrl-C and Ctrl-Break',
    "for (const signal of ['SIGINT', 'SIGBREAK', 'SIGHUP']) process.on(signal, () => {});" +
      LIVE +
      READY,
  ),
  node('grandchildren', `${START}${start(`${START}${start(LIVE + READY)};`)};${LIVE}`),
  node(
    'a detached child, in a process group of its own',
    `${START}${start(LIVE + READY, DETACHED)};${LIVE}`,
  ),
  node(
    'a parent that dies before its child',
    `${START}${start(LIVE + READY, DETACHED)}.once('spawn', () => process.exit());`,
  ),
  node(
    'what `cmd start /b` starts',
    `${START}const program = "${LIVE}console.log(/ready/.source)";` +
      `spawn('start /b "" "' + process.execPath + '" -e "' + program + '"', ` +
      `{ shell: true, stdio: 'inherit', windowsHide: true });${LIVE}`,
  ),
  node(
    'ten children',
    `${START}for (let count = 1; count < 10; count += 1) ${start(LIVE)};` +
      `${start(LIVE + READY)};${LIVE}`,
  ),
  node(
    'a chain in which each process starts the next and ends',
    `${START}${READY}start(process.argv[1], ${DETACHED}).once('spawn', () => process.exit());`,
  ),
];

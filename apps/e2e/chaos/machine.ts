/*
 * A render host of its own on this computer: with its own process ids, network, scratch disk, boot
 * and wall clock. It needs Linux, the right to make namespaces, and libfaketime.
 *
 * 1. The first process holds what stays over a reboot: the mount namespace with the disk (a tmpfs)
 *    and the network namespace. A pair of virtual interfaces leads from there to the database.
 * 2. A second process is the boot: PID 1 of a PID namespace, with its own boot id. In its time
 *    namespace the machine has just been switched on. A reboot kills it, and with it every process
 *    of the machine, and starts the next.
 * 3. `within` is the command that runs a program on the machine.
 * 4. libfaketime adds the seconds in a file to the wall clock of the programs.
 *
 * Both processes end with this process, because they read its end of a pipe.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pause } from './pause.ts';
import { clockEnvironment, setClock } from './wall-clock.ts';

const run = promisify(execFile);
/** A machine needs time to start, so it is up for less time than it was not heard. */
const UPTIME_SECONDS = 1;
const POWER_OFF_MS = 2500;

export type Machine = Awaited<ReturnType<typeof startMachine>>;

export type MachineOptions = {
  /** Different for each machine of this process, from 0. */
  readonly number: number;
  /** The mount point of the disk. */
  readonly scratchRoot: string;
  readonly diskMb: number;
  /** A folder for the files of the machine that are not on its disk. */
  readonly folder: string;
};

/** Switches a machine on. */
export async function startMachine({ number, scratchRoot, diskMb, folder }: MachineOptions) {
  await mkdir(scratchRoot, { recursive: true });
  const holder = spawn(
    'unshare',
    [
      ...['--mount', '--net', 'sh', '-c'],
      `mount -t tmpfs -o size=${diskMb}m tmpfs ${scratchRoot} && echo ready && exec cat`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  await firstOutput(holder);
  const line = await connectLine(number, holder.pid ?? 0);
  const clock = join(folder, `clock-${number}`);
  await setClock(clock, 0);
  let boot = await switchOn(holder.pid ?? 0, folder);
  const onDisk = (script: string) =>
    run('nsenter', ['--mount', '--target', String(holder.pid), 'sh', '-c', script, scratchRoot]);
  return {
    /** The address of this side of the line, at which a program of the machine finds us. */
    address: line.address,
    environment: clockEnvironment(clock),
    within: () => boot.within,
    /** Identifies the process ids of the machine until its next reboot. */
    pidNamespace: () => boot.pidNamespace,
    /** While the line is cut, every packet is lost and no connection ends. */
    cutLine: () => line.set('down'),
    mendLine: () => line.set('up'),
    setClock: (seconds: number) => setClock(clock, seconds),
    /** Takes all space of the disk that is left. */
    fillDisk: () => onDisk('cat /dev/zero 2>/dev/null >"$0"/of-another-program || true'),
    freeDisk: () => onDisk('rm -f "$0"/of-another-program'),
    /** The names of all files on the disk. */
    files: () => readdir(`/proc/${holder.pid}/root${scratchRoot}`, { recursive: true }),
    /** Ends every process at once, as if the power went away, and switches the machine on again. */
    async reboot() {
      await boot.end();
      await pause(POWER_OFF_MS);
      boot = await switchOn(holder.pid ?? 0, folder);
    },
    async end() {
      await boot.end();
      await endOf(holder);
    },
  };
}

/** Resolves with the first output of a program. */
async function firstOutput(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('the program has no output');
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the machine ended with code ${code}`);
  });
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => {});
}

async function endOf(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** The network of a machine: one line, from an address of ours to an address of the machine. */
async function connectLine(number: number, holder: number) {
  const name = `rd${process.pid.toString(36)}${number}`;
  const net = `10.${201 + (process.pid % 50)}.${process.pid % 251}`;
  const [near, far] = [`${net}.${4 * number + 1}`, `${net}.${4 * number + 2}`];
  await run('ip', [
    ...['link', 'add', `${name}a`, 'type', 'veth'],
    ...['peer', 'name', `${name}b`, 'netns', String(holder)],
  ]);
  await run('ip', ['addr', 'add', `${near}/30`, 'dev', `${name}a`]);
  await run('ip', ['link', 'set', `${name}a`, 'up']);
  const steps = ['link set lo up', `addr add ${far}/30 dev ${name}b`, `link set ${name}b up`];
  const inside = steps.map((step) => `ip ${step}`).join(' && ');
  await run('nsenter', ['--net', '--target', String(holder), 'sh', '-c', inside]);
  return {
    address: near,
    /** Down: the line has no carrier, and what either side sends is lost. */
    set: (state: 'up' | 'down') => run('ip', ['link', 'set', `${name}a`, state]),
  };
}

/** Starts PID 1 of the machine. It reaps every process that has lost its parent. */
async function switchOn(holder: number, folder: string) {
  const bootId = randomUUID();
  const file = join(folder, `boot-${bootId}`);
  writeFileSync(file, `${bootId}\n`);
  const [realUptime = '0'] = readFileSync('/proc/uptime', 'utf8').split('.');
  const sinceBoot = String(UPTIME_SECONDS - Number(realUptime));
  const place = '/proc/sys/kernel/random/boot_id';
  const boot = spawn(
    'nsenter',
    [
      ...['--mount', '--net', '--target', String(holder), '--', 'unshare', '--mount', '--pid'],
      ...['--fork', '--kill-child', '--mount-proc', '--time'],
      ...['--boottime', sinceBoot, '--monotonic', sinceBoot, 'sh', '-c'],
      `mount --bind ${file} ${place} && echo ready && exec 3<&0 && { cat <&3 & wait; }`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  await firstOutput(boot);
  const children = `/proc/${boot.pid}/task/${boot.pid}/children`;
  const init = readFileSync(children, 'utf8').trim();
  return {
    within: ['nsenter', '--mount', '--net', '--pid', '--time', '--target', init, '--'],
    pidNamespace: readlinkSync(`/proc/${init}/ns/pid`),
    end: () => endOf(boot),
  };
}

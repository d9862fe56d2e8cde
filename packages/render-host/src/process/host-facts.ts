/*
 * Facts of the machine that do not change with its name. A fact that cannot be read is null.
 */
import { readFile, readlink } from 'node:fs/promises';
import { availableParallelism, totalmem, uptime } from 'node:os';
import type { HostIdentity } from '@renderdeck/domain';
import { chooseListing } from './snapshot/choose-listing.ts';
import { readUptimeMs } from './windows/read-boot-id.ts';
import { readHardwareId, readMachineId, readSession } from './windows/read-machine.ts';

export type HostFacts = Omit<HostIdentity, 'hostId'>;

const MACHINE_IDS = ['/etc/machine-id', '/var/lib/dbus/machine-id'];
/**
 * The first is for PCs and most virtual machines, where only root may read it. The second is for
 * ARM boards.
 */
const HARDWARE_IDS = [
  '/sys/class/dmi/id/product_uuid',
  '/sys/firmware/devicetree/base/serial-number',
];

/**
 * Reads the facts of this machine and this boot. Throws a sentence when /proc shows another PID
 * namespace, because every pid in it would then name a wrong process.
 */
export async function readHostFacts(): Promise<HostFacts> {
  const bootId = await chooseListing().readBootId();
  if (process.platform === 'win32')
    return {
      machineId: readMachineId(),
      hardwareId: readHardwareId(),
      bootId,
      pidNamespace: null,
    };
  if (process.platform !== 'linux')
    return { machineId: null, hardwareId: null, bootId, pidNamespace: null };
  await checkProc();
  return {
    machineId: await readFirst(MACHINE_IDS, /^[0-9a-f]{32}$/),
    hardwareId: await readFirst(HARDWARE_IDS, /^[\x21-\x7e]{1,100}$/),
    bootId,
    pidNamespace: await readPidNamespace(),
  };
}

/** How long this machine has been up, by its own clock. Time asleep counts. */
export function readUptime(): number {
  return process.platform === 'win32' ? readUptimeMs() : uptime() * 1000;
}

/** How many cores and how much memory the programs of this host may use. */
export function readMachineSize(): { readonly cpuCores: number; readonly memoryBytes: number } {
  // The limit of a container: 0 or more than the machine has if there is none.
  const limit = process.constrainedMemory();
  const memoryBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { cpuCores: availableParallelism(), memoryBytes };
}

/** The Windows session of this process; 0 is the session of services; null on other systems. */
export function readWindowsSession(): number | null {
  return process.platform === 'win32' ? readSession() : null;
}

async function checkProc(): Promise<void> {
  const self = await readlink('/proc/self').catch(() => null);
  if (self === String(process.pid)) return;
  throw new Error(
    `/proc shows the processes of another PID namespace (this process is ${process.pid}, there ` +
      `${self ?? 'none'}). Mount the proc file system of the worker's own namespace on /proc.`,
  );
}

async function readPidNamespace(): Promise<string | null> {
  const link = await readlink('/proc/self/ns/pid').catch(() => '');
  return /^pid:\[(\d+)\]$/.exec(link)?.[1] ?? null;
}

/** The text of the first file whose text matches the pattern, in lower case. */
async function readFirst(paths: readonly string[], form: RegExp): Promise<string | null> {
  for (const path of paths) {
    const text = (await readFile(path, 'latin1').catch(() => '')).replaceAll('\0', '').trim();
    if (form.test(text)) return text.toLowerCase();
  }
  return null;
}

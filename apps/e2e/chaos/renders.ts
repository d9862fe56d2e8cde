import { readlinkSync } from 'node:fs';
import type { FarmProcess } from '@renderdeck/testing/farm-processes';
import type { Host } from './host.ts';
import type { World } from './world.ts';

/** Lists the living processes of the renders on one host. */
export async function rendersOn({ farm }: World, { machine }: Host): Promise<FarmProcess[]> {
  const own = machine.pidNamespace();
  return (await farm.processes()).filter(({ pid }) => namespaceOf(pid) === own);
}

function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}

/** Sends a signal, unless the process has ended already. Returns whether it was sent. */
export function signalTo(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    return false;
  }
}

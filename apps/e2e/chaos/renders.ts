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

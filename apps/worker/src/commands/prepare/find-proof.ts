/* Whether the end of a render could be proven here. */
import type { HostFinding } from '@renderdeck/domain';
import { explainNoProof } from '@renderdeck/render-host';
import { ok, type Preparing, todo } from './preparing.ts';

export async function findProof({ system }: Preparing): Promise<readonly HostFinding[]> {
  // Only Linux hides processes by a setting.
  if (system.platform !== 'linux') return [];
  const name = 'processes';
  const why = await explainNoProof();
  return [why === null ? ok(name, 'The end of a render can be proven here.') : todo(name, why)];
}

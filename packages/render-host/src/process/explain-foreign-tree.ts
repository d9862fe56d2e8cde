import type { TreeRecord } from '@renderdeck/domain';
import type { HostFacts } from './host-facts.ts';

/**
 * Why nothing here can prove the end of a recorded tree, as a sentence; null where a scan or a
 * reboot can. A fact that is unknown on either side contradicts nothing.
 */
export function explainForeignTree(
  record: TreeRecord,
  here: HostFacts,
  hostRebooted: boolean,
): string | null {
  const differs = (fact: 'machineId' | 'hardwareId' | 'pidNamespace') =>
    record[fact] !== null && here[fact] !== null && record[fact] !== here[fact];
  const foreign = (what: string) =>
    `Nothing here proves that the tree of attempt ${record.attemptId} has ended: ${what}.`;
  if (differs('machineId') || differs('hardwareId')) return foreign('it ran on another machine');
  if (record.bootId !== here.bootId)
    return hostRebooted ? null : foreign(`it ran in another boot, ${record.bootId}`);
  return differs('pidNamespace')
    ? foreign(`it ran in PID namespace ${record.pidNamespace}, this one is ${here.pidNamespace}`)
    : null;
}

import type { WireCancelReceipt } from '@renderdeck/contract';
import { formatShortDuration } from '../time/format-time.ts';

export type Process = WireCancelReceipt['processes'][number];

/** How a process of the tree ended, if that is known. */
export function describeEnd(
  { pid, endedBy, endedAt }: Process,
  { firstSignalAt, survivors }: WireCancelReceipt,
): string {
  if (survivors.some((survivor) => survivor.pid === pid)) return 'still running';
  switch (endedBy) {
    case 'itself':
      return 'was already gone';
    case 'SIGTERM':
      return 'left when asked';
    case 'SIGKILL': {
      const afterMs =
        endedAt === null || firstSignalAt === null
          ? null
          : Date.parse(endedAt) - Date.parse(firstSignalAt);
      return afterMs === null ? 'killed' : `killed after ${formatShortDuration(afterMs)}`;
    }
    case null:
      return endedAt === null ? 'still running' : 'not visible';
  }
}

import { listTodo, listUnknown } from '@renderdeck/domain';
import type { WireHost } from '../procedures/hosts/list-hosts.ts';

/** What is still to do after `worker prepare`, in a few words. */
export function describePreparation({ preparation }: Pick<WireHost, 'preparation'>): string {
  if (preparation === null) return 'never run';
  return describe('prepared', 'to do', preparation);
}

/** The result of `worker selftest-kill` (whether each hostile program was ended) in a few words. */
export function describeKillTest({ killTest }: Pick<WireHost, 'killTest'>): string {
  if (killTest === null) return 'never run';
  return describe('held', 'failed', killTest);
}

function describe(fine: string, bad: string, report: NonNullable<WireHost['killTest']>): string {
  const [todo, unknown] = [listTodo(report).length, listUnknown(report).length];
  const parts = [
    ...(todo === 0 ? [] : [`${todo} ${bad}`]),
    ...(unknown === 0 ? [] : [`${unknown} not known`]),
  ];
  return parts.length === 0 ? fine : parts.join(', ');
}

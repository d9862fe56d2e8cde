import { membersOf } from '../json-members.ts';
import type { WireJobChange } from '../procedures/jobs/on-job-change.ts';

const members = new WeakMap<WireJobChange, string>();
const lists = new WeakMap<readonly WireJobChange[], string>();

/**
 * The JSON of the members of a change, without braces. It is made once, because the same change
 * goes to every client.
 */
export function membersOfChange(change: WireJobChange): string {
  const text = members.get(change) ?? membersOf(change);
  members.set(change, text);
  return text;
}

/** The JSON of a change. */
export function textOfChange(change: WireJobChange): string {
  return `{${membersOfChange(change)}}`;
}

/** The JSON of the changes of one frame. It is made once, too. */
export function textOfChanges(changes: readonly WireJobChange[]): string {
  const text = lists.get(changes) ?? `[${changes.map(textOfChange).join()}]`;
  lists.set(changes, text);
  return text;
}

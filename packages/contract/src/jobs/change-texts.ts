import type { WireJobChange } from '../procedures/jobs/on-job-change.ts';

const texts = new WeakMap<WireJobChange, string>();
const listTexts = new WeakMap<readonly WireJobChange[], string>();

/** The JSON of a change. It is made once, because the same change goes to every client. */
export function textOfChange(change: WireJobChange): string {
  const text = texts.get(change) ?? JSON.stringify(change);
  texts.set(change, text);
  return text;
}

/** The JSON of the changes of one frame. It is made once, too. */
export function textOfChanges(changes: readonly WireJobChange[]): string {
  const text = listTexts.get(changes) ?? `[${changes.map(textOfChange).join()}]`;
  listTexts.set(changes, text);
  return text;
}

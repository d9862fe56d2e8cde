import { listOf, nullable, type Of, object, TEXT, YES_OR_NO } from './shape.ts';

const CHECK_ITEM = object({
  name: TEXT,
  /** Null if the host could not check this item; the sentence says why. */
  ok: nullable(YES_OR_NO),
  /** What was found, as a sentence for people. */
  sentence: TEXT,
});
/** What one item of the check showed that a host makes of itself. */
export type CheckItem = Of<typeof CHECK_ITEM>;
export const CHECK_ITEMS = listOf(CHECK_ITEM);

/** True if no item of the check failed. An item that could not be checked did not fail. */
export function didHold(items: readonly CheckItem[]): boolean {
  return items.every(({ ok }) => ok !== false);
}

import { PRIORITY } from '@renderdeck/contract';

/** The lowest priority that reaches position 1; the highest there is where none does. Asks at most seven times. */
export async function findRunNext(
  positionAt: (priority: number) => Promise<number>,
): Promise<number> {
  let low: number = PRIORITY.min;
  let high: number = PRIORITY.max;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await positionAt(middle)) === 1) high = middle;
    else low = middle + 1;
  }
  return low;
}

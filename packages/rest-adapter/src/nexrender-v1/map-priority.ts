import { PRIORITY } from '@renderdeck/contract';

/**
 * Converts nexrender's priority (any number, default 0, larger first) to Renderdeck's: 50 plus that
 * number, limited to 0 and 100. A value that is not a number becomes NaN, which the procedure
 * refuses.
 */
export function toPriority(given: unknown): number {
  if (given === undefined || given === null) return PRIORITY.default;
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof number !== 'number') return Number.NaN;
  return Math.min(PRIORITY.max, Math.max(PRIORITY.min, PRIORITY.default + Math.round(number)));
}

/** Converts Renderdeck's priority to nexrender's: from -50 to 50, default 0. */
export function fromPriority(priority: number): number {
  return priority - PRIORITY.default;
}

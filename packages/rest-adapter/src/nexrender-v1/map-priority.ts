import { PRIORITY } from '@renderdeck/contract';

/**
 * nexrender's priority (any number, default 0, larger first) as ours: 50 plus that number, within 0
 * and 100. A value that is not a number becomes NaN, which the procedure refuses.
 */
export function toPriority(given: unknown): number {
  if (given === undefined || given === null) return PRIORITY.default;
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof number !== 'number') return Number.NaN;
  return Math.min(PRIORITY.max, Math.max(PRIORITY.min, PRIORITY.default + Math.round(number)));
}

/** Our priority as nexrender counts: from -50 to 50, 0 is the default. */
export function fromPriority(priority: number): number {
  return priority - PRIORITY.default;
}

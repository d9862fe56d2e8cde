import { PRIORITY } from '@renderdeck/contract';

/**
 * nexrender's priority (any number, 0 where none is given, larger first) as ours: 50 and so much more or less, within 0 and 100. What is no number
 * becomes none, and the procedure refuses it.
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

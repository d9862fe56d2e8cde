import { PRIORITY } from './priority.ts';

/**
 * The priority for nexrender's priority (any number, default 0, larger first): 50 plus that number,
 * limited to 0 and 100. A value that is no number becomes NaN, which no submission accepts.
 */
export function priorityOfNexrender(given: unknown): number {
  if (given === undefined || given === null) return PRIORITY.default;
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof number !== 'number') return Number.NaN;
  return Math.min(PRIORITY.max, Math.max(PRIORITY.min, PRIORITY.default + Math.round(number)));
}

/** The priority that nexrender shows for a priority of Renderdeck: from -50 to 50, default 0. */
export function nexrenderPriority(priority: number): number {
  return priority - PRIORITY.default;
}

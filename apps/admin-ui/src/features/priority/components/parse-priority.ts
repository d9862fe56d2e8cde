import { PRIORITY } from '@renderdeck/contract';

/** The priority that was typed; null unless it is a whole number from 0 to 100. */
export function parsePriority(text: string): number | null {
  const value = /^\d{1,3}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= PRIORITY.min && value <= PRIORITY.max ? value : null;
}

/** The nearest priority within the range. */
export function clampPriority(value: number): number {
  return Math.min(PRIORITY.max, Math.max(PRIORITY.min, value));
}

// @ts-check
import { setPriority } from 'node:os';

/**
 * A little below a render. With the lowest priorities a program gets no time at all while every
 * core renders. Windows takes it for the usual one.
 */
const PRIORITY = 4;

/** Lowers the priority of a process, of this one without a number. */
export function lowerPriority(/** @type {number | undefined} */ pid = 0) {
  try {
    setPriority(pid, PRIORITY);
  } catch {
    // It has ended already.
  }
}

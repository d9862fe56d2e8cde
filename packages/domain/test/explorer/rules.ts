/*
 * The decisions that the moves of the explorer call, and what a host finds on its disk. A test
 * replaces one to see what it prevents.
 */
import * as domain from '../../src/index.ts';
import { lookedAt, mayClaim } from './facts.ts';

export const RULES = { ...domain, lookedAt, mayClaim };
export type Rules = typeof RULES;

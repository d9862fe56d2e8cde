/*
 * Zod asks once whether it may compile code from text. The content security policy forbids that
 * and would report the question. Zod asks when it makes its first schema, so this runs before it.
 */
import { config } from 'zod/v4/core';

config({ jitless: true });

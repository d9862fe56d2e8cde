/*
 * Zod asks once whether it may compile code from text. The content security policy forbids that
 * and would report the question. Zod reads this setting before it makes its first schema.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

/*
 * Which versions may share a database, so that a farm can be upgraded one program after the other.
 *
 * 1. Each release that changes a table or a function has a level that is one higher.
 * 2. `migrate` records its level and LEAST_LEVEL in the database (`applied_functions`).
 * 3. A program may use a database of its own level or a higher one, if the LEAST_LEVEL there is not
 *    higher than its own level. It refuses a database of a lower level: `migrate` comes first.
 * 4. The programs of the previous release work with the schema of this one. A release that takes
 *    away or changes what they use sets LEAST_LEVEL to its own level. `migrate` records LEAST_LEVEL
 *    before it changes anything, so from then on programs below it are not ready.
 */
export const SCHEMA_LEVEL = 3;

/**
 * That of the previous release, whose programs are tested with this schema, or SCHEMA_LEVEL if they
 * cannot use it. Older ones are not tested, so they are refused.
 */
export const LEAST_LEVEL = 2;

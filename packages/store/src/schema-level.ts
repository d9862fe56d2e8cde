/*
 * Which versions may share a database, so that a farm can be upgraded one program after the other.
 *
 * 1. Each release that changes a table or a function has a level that is one higher.
 * 2. `migrate` records its level and LEAST_LEVEL in the database (`applied_functions`).
 * 3. A program may use a database of its own level or a higher one, if the LEAST_LEVEL there is not
 *    higher than its own level. It refuses a database of a lower level: `migrate` comes first.
 * 4. A release that takes away or changes what the programs of a level use sets LEAST_LEVEL above
 *    that level. Its `migrate` records that before it changes anything, so from then on the older
 *    programs are not ready.
 */
export const SCHEMA_LEVEL = 2;

/** The release before levels, 1, cannot share a database: it compares the schema exactly. */
export const LEAST_LEVEL = 2;

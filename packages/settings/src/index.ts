/*
 * Every environment variable in one table: name, type, default, meaning, and the programs that
 * read it. A program's config.ts reads its part and gives the values on under names of its own;
 * nothing else reads the environment. README's table is compared with this one.
 *
 * Imports domain and zod. Read first: settings.ts (the table), then programs.ts (who reads what).
 */
export { INTERNAL_VARIABLES } from './internal.ts';
export {
  apiSettings,
  ctlSettings,
  jobRuleSettings,
  migrateSettings,
  standaloneSettings,
  workerSettings,
} from './programs.ts';
export { type Environment, readSettings, withoutEmpty } from './read-settings.ts';
export { readmeTable } from './readme-table.ts';
export { settings } from './settings.ts';

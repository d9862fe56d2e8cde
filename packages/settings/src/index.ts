/*
 * Every environment variable in one table: name, type, default, meaning, and the programs that read
 * it. The config.ts of a program reads its part and gives the values other names. No other code
 * reads the environment. A test compares docs/settings.md with the table. called.ts says how people
 * call the commands, and settings-file.ts reads and writes files of settings.
 *
 * Imports domain and zod. Read first: settings.ts (the table), then programs.ts (which program
 * reads which settings).
 */
export { answerCall, callOf, isCheckout, isPackage, VERSION_TEXT } from './called.ts';
export {
  apiSettings,
  ctlAdminSettings,
  ctlSettings,
  INTERNAL_VARIABLES,
  jobRuleSettings,
  migrateSettings,
  standaloneSettings,
  workerSettings,
} from './programs.ts';
export { readJobRules, readWebhookRules } from './read-job-rules.ts';
export { type Environment, readSettings, withoutEmpty } from './read-settings.ts';
export { REPLACED_LIMITS, replacedLimits } from './render-limits.ts';
export { settings } from './settings.ts';
export {
  apiFile,
  isWritable,
  MACHINE_FOLDER,
  NOT_WRITABLE,
  ownerFile,
  readSettingsFile,
  settingsFolder,
  withOwner,
  writePrivate,
  writeSettings,
} from './settings-file.ts';
export { settingsTables } from './settings-tables.ts';

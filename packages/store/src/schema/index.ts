export * from './access.ts';
export * from './attempt-log.ts';
export * from './attempts.ts';
export * from './audit-log.ts';
export * from './job-changes.ts';
export * from './job-definitions.ts';
export * from './jobs.ts';
export * from './render-hosts.ts';

/**
 * From least to most rights. A viewer reads. A submitter also submits. An admin also cancels, sets
 * priorities, reads the audit lines of others and grants access.
 */
export const ROLES = ['viewer', 'submitter', 'admin'] as const;
export type Role = (typeof ROLES)[number];

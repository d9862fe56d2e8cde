import { ROLES, type Role } from '@renderdeck/contract';

export const ROLE_LABELS: Readonly<Record<Role, string>> = {
  viewer: 'Viewer',
  submitter: 'Submitter',
  admin: 'Admin',
};

/** What each role may do that the one before it may not. */
const GAINS: Readonly<Record<Role, readonly string[]>> = {
  viewer: ['see jobs, logs and hosts'],
  submitter: ['submit jobs', 'run own jobs again'],
  admin: [
    'stop renders',
    'set priorities',
    'check hosts and declare them gone',
    'read what everybody did',
    'change who may sign in',
  ],
};

/** What a change of role gives and what it takes, one sentence each; null if it is nothing. */
export function describeRoleChange(from: Role, to: Role) {
  const rights = (role: Role) =>
    ROLES.slice(0, ROLES.indexOf(role) + 1).flatMap((one) => GAINS[one]);
  const [before, after] = [rights(from), rights(to)];
  const gained = after.filter((right) => !before.includes(right));
  const lost = before.filter((right) => !after.includes(right));
  return {
    gain: gained.length === 0 ? null : `Gains: may ${listOf(gained)}.`,
    loss: lost.length === 0 ? null : `Loses: may no longer ${listOf(lost)}.`,
  };
}

/** All that a role may do, as one sentence. */
export function describeRole(role: Role): string {
  const rights = ROLES.slice(0, ROLES.indexOf(role) + 1).flatMap((one) => GAINS[one]);
  return `May ${listOf(rights)}.`;
}

function listOf(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

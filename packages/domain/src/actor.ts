import { ACTIONS, type Action, ROLES, type Role } from './actions.ts';

/** Who caused an entry: a person, a program with a token, a worker, or Renderdeck itself. */
export type Actor =
  | {
      readonly kind: 'user' | 'token';
      readonly id: string;
      readonly name: string;
      readonly role: Role;
    }
  | { readonly kind: 'worker' | 'system'; readonly name: string }
  | { readonly kind: typeof ANONYMOUS; readonly name: string };

/** One user or one token, whatever its name. */
export type Account = { readonly kind: 'user' | 'token'; readonly id: string };

/** The account of an actor that signed in; null for a worker, the system and anonymous. */
export function accountOf(actor: Actor): Account | null {
  return 'id' in actor ? { kind: actor.kind, id: actor.id } : null;
}

/** An actor as people read it: a token says that it is one. */
export function nameActor({
  kind,
  name,
}: {
  readonly kind: string;
  readonly name: string;
}): string {
  return kind === 'token' ? `token ${name}` : name;
}

/**
 * The actor kind of a request without a valid session or token, as audit lines and clients have it.
 */
export const ANONYMOUS = 'anonymous';

/**
 * True when the role of the actor is enough for the action. Workers and the system never call the
 * API.
 */
export function isAllowed(actor: Actor, action: Action): boolean {
  const needed = ACTIONS[action].role;
  if (needed === 'anyone') return true;
  return 'role' in actor && ROLES.indexOf(actor.role) >= ROLES.indexOf(needed);
}

/** True when the actor reads every audit line. Others read those of their own actions. */
export function mayReadWholeAudit(actor: Actor): boolean {
  return 'role' in actor && actor.role === 'admin';
}

/** A user or token name: 1 to 64 characters, a letter or digit first, no space last. */
export const ACCOUNT_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}._@ -]{0,62}[\p{L}\p{N}._@-])?$/u;

/** Characters of a new password. */
export const PASSWORD_LENGTH = { min: 12, max: 256 } as const;

/** Who asks, over which channel and from where: every audit line says so. */
export type RequestContext<Channel extends string = string> = {
  readonly actor: Actor;
  readonly channel: Channel;
  readonly address: string | null;
  readonly requestId: string | null;
  /** True where the request comes from the machine of the server itself, through no proxy. */
  readonly fromThisMachine?: boolean;
};

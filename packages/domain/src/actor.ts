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

/** One user or one token, identified by its id and not by its name. */
export type Account = { readonly kind: 'user' | 'token'; readonly id: string };

/** The account of an actor that signed in; null for a worker, the system and anonymous. */
export function accountOf(actor: Actor): Account | null {
  return 'id' in actor ? { kind: actor.kind, id: actor.id } : null;
}

/** The name of an actor for people. The name of a token gets the word "token". */
export function nameActor({
  kind,
  name,
}: {
  readonly kind: string;
  readonly name: string;
}): string {
  return kind === 'token' ? `token ${name}` : name;
}

/** The actor kind of a request without a valid session or token, in audit lines and in answers. */
export const ANONYMOUS = 'anonymous';

/**
 * True if the actor's role is high enough for the action. Workers and the system never call the
 * API.
 */
export function isAllowed(actor: Actor, action: Action): boolean {
  const needed = ACTIONS[action].role;
  if (needed === 'anyone') return true;
  return 'role' in actor && ROLES.indexOf(actor.role) >= ROLES.indexOf(needed);
}

/**
 * True if the actor may read every audit line. Other actors read the lines of their own actions.
 */
export function mayReadWholeAudit(actor: Actor): boolean {
  return 'role' in actor && actor.role === 'admin';
}

/**
 * The form of a user or token name: 1 to 64 characters. The first is a letter or digit, the last no
 * space.
 */
export const ACCOUNT_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}._@ -]{0,62}[\p{L}\p{N}._@-])?$/u;

/** How many characters a new password has. */
export const PASSWORD_LENGTH = { min: 12, max: 256 } as const;

/**
 * Who sends a request, over which channel and from which address. Every audit line has these facts.
 */
export type RequestContext<Channel extends string = string> = {
  readonly actor: Actor;
  readonly channel: Channel;
  readonly address: string | null;
  readonly requestId: string | null;
  /** True if the request comes from the machine of the server itself, through no proxy. */
  readonly fromThisMachine?: boolean;
  /** The span of the request, as W3C's traceparent, if requests are traced. */
  readonly traceparent?: string;
  /** The traceparent that the client sent, unchecked. */
  readonly clientTraceparent?: string;
};

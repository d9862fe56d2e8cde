import { boolean, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * Invitations for hosts to join. Only the SHA-256 of a token is stored, as for api_tokens. Only
 * make_host_login writes how an invitation was used.
 */
export const hostInvitations = pgTable('host_invitations', {
  id: uuid('id').primaryKey(),
  host: text('host').notNull(),
  tokenHash: text('token_hash').notNull().unique('host_invitations_token'),
  /** A login that the host has already gets a new password. */
  replaces: boolean('replaces').notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: instant('created_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  /** When an admin withdrew it, or a newer invitation for this host took its place. */
  withdrawnAt: instant('withdrawn_at'),
  joinedAt: instant('joined_at'),
  /** The login that the host got. */
  login: text('login'),
  /** SHA-256, in hex, of the verifier that the host sent: it recognises the same host again. */
  verifierHash: text('verifier_hash'),
});

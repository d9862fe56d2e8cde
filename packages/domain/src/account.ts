/** A user or token name: 1 to 64 characters, a letter or digit first, no space last. */
export const ACCOUNT_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}._@ -]{0,62}[\p{L}\p{N}._@-])?$/u;

/** Characters of a new password. */
export const PASSWORD_LENGTH = { min: 12, max: 256 } as const;

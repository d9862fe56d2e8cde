// @ts-check
import { NotRegular } from './open-regular.mjs';

/**
 * The system's code of an error (`EBUSY`), or the error's text if it has no code.
 *
 * @param {unknown} cause
 * @returns {string}
 */
export function codeOf(cause) {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}

/**
 * For `catch`: null when the path is missing or no regular file; throws any other error again.
 *
 * @param {unknown} cause
 * @returns {null}
 */
export function noFileIsNull(cause) {
  return cause instanceof NotRegular ? null : missingIsNull(cause);
}

/**
 * For `catch`: null when the path does not exist; throws any other error again.
 *
 * @param {unknown} cause
 * @returns {null}
 */
export function missingIsNull(cause) {
  if (codeOf(cause) === 'ENOENT') return null;
  throw cause;
}

/**
 * Whether the disk, or this user's part of it, has no space left.
 *
 * @param {unknown} cause
 */
export function isDiskFull(cause) {
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(cause));
}

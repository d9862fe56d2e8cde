// @ts-check

/** A try to download a file failed. The message has no full stop and names no address. */
export class DownloadFailed extends Error {
  /**
   * @param {string} message
   * @param {{ isPassing?: boolean, waitMs?: number | null }} [how] whether another try may help,
   * and how long the server asks to wait before it
   */
  constructor(message, { isPassing = false, waitMs = null } = {}) {
    super(message);
    this.isPassing = isPassing;
    this.waitMs = waitMs;
  }
}

/** Errors of a connection that may be gone in a moment. */
const PASSING = [
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN'],
  ...['UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'],
];

/**
 * Makes a failed try of an error of a request or of its body.
 *
 * @param {unknown} cause
 * @param {string} cut what happened if the connection was cut
 */
export function asFailed(cause, cut) {
  if (cause instanceof DownloadFailed) return cause;
  const { code = '', message = String(cause), errors = [] } = /** @type {Fields} */ (cause ?? {});
  const isPassing = PASSING.includes(code);
  const isCut = /^(UND_ERR_(SOCKET|RES_)|ECONNRESET$|EPIPE$)/.test(code);
  if (isCut) return new DownloadFailed(cut, { isPassing });
  // Each address of the host has an error of its own.
  const why = message || errors.map((error) => error.message).join(', ') || code;
  return new DownloadFailed(why.replace(/\.$/, ''), { isPassing });
}

/** @typedef {{ code?: string, message?: string, errors?: Error[] }} Fields */

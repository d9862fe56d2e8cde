// @ts-check

/** A try to transfer a file failed. The message has no full stop and names no address. */
export class TransferFailed extends Error {
  /**
   * @param {string} message
   * @param {{ isPassing?: boolean, waitMs?: number | null, isMaybe?: boolean }} [how] whether
   * another try may help, how long the server asks to wait before it, and whether the server may
   * have done what it was asked for
   */
  constructor(message, { isPassing = false, waitMs = null, isMaybe = false } = {}) {
    super(message);
    this.isPassing = isPassing;
    this.waitMs = waitMs;
    this.isMaybe = isMaybe;
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
  if (cause instanceof TransferFailed) return cause;
  const { code = '', message = String(cause), errors = [] } = /** @type {Fields} */ (cause ?? {});
  const isPassing = PASSING.includes(code);
  const isCut = /^(UND_ERR_(SOCKET|RES_)|ECONNRESET$|EPIPE$)/.test(code);
  if (isCut) return new TransferFailed(cut, { isPassing });
  // Each address of the host has an error of its own.
  const why = message || errors.map((error) => error.message).join(', ') || code;
  return new TransferFailed(why.replace(/\.$/, ''), { isPassing });
}

/** @typedef {{ code?: string, message?: string, errors?: Error[] }} Fields */

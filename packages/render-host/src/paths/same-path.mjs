// @ts-check
/**
 * True if both full paths name the same place. Windows and macOS give a path back in another case
 * or form. @param {string} one @param {string} other
 */
export function isSamePath(one, other) {
  return fold(one) === fold(other);
}

/** @param {string} path */
function fold(path) {
  return process.platform === 'linux' ? path : path.normalize('NFC').toLowerCase();
}

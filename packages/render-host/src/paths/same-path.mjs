// @ts-check
/**
 * Whether both absolute paths name one place. Windows and macOS may return a path in another case
 * or Unicode form. @param {string} one @param {string} other
 */
export function isSamePath(one, other) {
  return fold(one) === fold(other);
}

/** @param {string} path */
function fold(path) {
  return process.platform === 'linux' ? path : path.normalize('NFC').toLowerCase();
}

// @ts-check
/** Replaces a job's secrets by `•••` in every line and reason that leaves the render. */

const SECRET_KEY = new RegExp(
  'pass(word|phrase|wd)?$|secret|token|credential|authorization|cookie' +
    '|(api|access|private|secret)[-_]?key',
  'i',
);
const USER_IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@?#]+@/gi;
const SECRET_IN_QUERY =
  /([?&](?:[\w-]*(?:token|secret|password|signature|credential|key)|sig)=)[^&\s"']+/gi;

/**
 * @param {unknown} job
 * @returns {(text: string) => string}
 */
export function createRedactor(job) {
  /** @type {Set<string>} */
  const secrets = new Set();
  collect(job, false, secrets);
  const longestFirst = [...secrets].sort((one, other) => other.length - one.length);
  return (text) => {
    let shown = text.replace(USER_IN_URL, '$1•••@').replace(SECRET_IN_QUERY, '$1•••');
    for (const secret of longestFirst) shown = shown.replaceAll(secret, '•••');
    return shown;
  };
}

/** @param {unknown} value @param {boolean} isSecret @param {Set<string>} secrets */
function collect(value, isSecret, secrets) {
  if (typeof value === 'string') {
    if (isSecret && value.length >= 4) secrets.add(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value))
      collect(part, isSecret || SECRET_KEY.test(key), secrets);
  }
}

// @ts-check
/**
 * The checksums that a whole file must have: that of the job (`params.integrity`, as in HTML and
 * npm), and those of the server.
 *
 * @typedef {object} Checksum
 * @property {import('node:crypto').Hash} hash
 * @property {string[]} wanted in base64; one of them must fit
 * @property {string} whose
 */
import { createHash } from 'node:crypto';

/** The strongest one of `integrity` counts. */
const ALGORITHMS = ['sha512', 'sha384', 'sha256', 'sha1', 'md5'];

/**
 * @param {Record<string, string | string[] | undefined>} headers
 * @param {string | undefined | null} integrity
 * @returns {Checksum[]}
 */
export function readChecksums(headers, integrity) {
  /** @type {(name: string, pattern: RegExp) => string[]} */
  const read = (name, pattern) =>
    [...`${headers[name] ?? ''}`.matchAll(pattern)].flatMap(findFirst);
  // Google tells the checksum of the stored file, which may be a compressed one.
  const isStored = /^(identity|undefined)$/.test(`${headers['x-goog-stored-content-encoding']}`);
  return [
    readIntegrity(`${integrity ?? ''}`),
    make('md5', read('content-md5', /^([\w+/]{22}==)$/g), 'Content-MD5'),
    make('md5', isStored ? read('x-goog-hash', /\bmd5=([\w+/]{22}==)/g) : [], 'x-goog-hash'),
    make('sha256', read('repr-digest', /\bsha-256=:([\w+/]{43}=):/gi), 'Repr-Digest'),
    make('sha256', read('digest', /\bsha-256=([\w+/]{43}=)/gi), 'Digest'),
  ].flat();
}

/** @param {RegExpMatchArray} match */
function findFirst([, found]) {
  return found === undefined ? [] : [found];
}

/** @param {string} text */
export function readIntegrity(text) {
  const all = [...text.matchAll(/(\w+)-([\w+/]+=*)/g)];
  const algorithm = ALGORITHMS.find((name) => all.some(([, one]) => one === name)) ?? 'md5';
  const wanted = all.flatMap(([, one, value = '']) => (one === algorithm ? [value] : []));
  return make(algorithm, wanted, 'params.integrity');
}

/**
 * @param {string} algorithm @param {string[]} wanted @param {string} whose
 * @returns {Checksum[]}
 */
function make(algorithm, wanted, whose) {
  return wanted.length === 0 ? [] : [{ hash: createHash(algorithm), wanted, whose }];
}

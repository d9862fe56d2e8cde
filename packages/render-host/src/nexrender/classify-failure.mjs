// @ts-check
/**
 * Finds the kind of a failed render (failure-cause.ts of domain) from the texts of nexrender, Node
 * and aerender. aerender has one exit code for all errors, so its lines are the only evidence.
 * These patterns match English and German lines; an error in another language matches none of them.
 *
 * @typedef {import('@renderdeck/domain').FailureKind} FailureKind
 */
import { dirname, sep } from 'node:path';
import { isFromOutside } from './killed-program.mjs';

/** Lines of After Effects that mean a failure of the host, even without `aerender ERROR`. */
const SIGNS = /** @type {const} */ ([
  [
    'licence',
    new RegExp(
      [
        'unable to obtain a licen[sc]e',
        'licen[sc]e (?:has |is )?(?:expired|invalid|missing|not found)',
        'not licen[sc]ed',
        'licensing for this product has',
        'invalid serial number',
        '(?:trial|subscription) (?:has |is )?(?:expired|ended|over)',
        'renew your subscription',
        'only be activated on \\d+ devices',
      ].join('|'),
      'i',
    ),
  ],
  [
    'startup',
    new RegExp(
      [
        'unexpected failure during application startup',
        'failed to send apple event',
        'AEGetParamPt failed',
        'can ?not render for aerender',
        'After Effects could not be (?:started|launched)',
      ].join('|'),
      'i',
    ),
  ],
]);
/** An error that matches one of these patterns is the same on every host. */
const PROJECT_ERROR = new RegExp(
  [
    'No comp was found',
    'No (?:render settings|output module) template was found',
    'nexrender:',
    'project (?:could not be opened|is damaged|file)',
    'could not be opened',
    'is damaged',
    'newer version',
    'missing (?:footage|effect|plug-?in|font)',
    'footage',
    'error executing script',
    'expression',
    'No output file',
  ].join('|'),
  'i',
);
const FULL_DISK = /ENOSPC|EDQUOT|no space left|disk (?:is )?full|not enough disk space/i;

/** Whether a line of aerender shows a failure of the host; else null. @param {string} line */
export function readSign(line) {
  // These lines repeat names from the project, so they are no evidence.
  if (/^\s*(?:PROGRESS|INFO|WARNING):/.test(line)) return null;
  return SIGNS.find(([, pattern]) => pattern.test(line))?.[0] ?? null;
}

/** @param {string | null} code @param {...(string | null)} texts */
export function isFullDisk(code, ...texts) {
  return code === 'ENOSPC' || code === 'EDQUOT' || FULL_DISK.test(texts.join(' '));
}

/**
 * Whether nexrender could not write the files that it needs beside aerender. @param {unknown} cause
 * @param {string} aerender
 */
export function isUnpreparedHost(cause, aerender) {
  if (!(cause instanceof Error) || !('code' in cause) || !('path' in cause)) return false;
  return typeof cause.path === 'string' && cause.path.startsWith(dirname(aerender) + sep);
}

/**
 * The kind of a failure while After Effects starts or runs.
 *
 * @param {string} message
 * @param {import('./explain-failure.mjs').Failure} seen
 * @returns {FailureKind}
 */
export function classifyRender(message, { aerenderError, aerenderExit, sign }) {
  if (/Error starting aerender/.test(message))
    return /EACCES|EPERM/.test(message) ? 'rights' : 'missingProgram';
  if (sign !== null) return sign;
  if (aerenderError !== null) {
    if (PROJECT_ERROR.test(aerenderError)) return 'project';
    return /internal verification failure|forcibly closed/i.test(aerenderError)
      ? 'crash'
      : 'unknownError';
  }
  if (aerenderExit === null) return 'noReason';
  const { code, signal } = aerenderExit;
  if (signal !== null) return isFromOutside(signal) ? 'killed' : 'crash';
  return code !== null && isCrashCode(code) ? 'crash' : 'noReason';
}

/**
 * Windows has no signals. The exit code of a program that crashed is the error, for example
 * 0xC0000005 for a wrong access to memory. @param {number} exitCode
 */
export function isCrashCode(exitCode) {
  return exitCode >>> 28 === 0xc;
}

/** @param {number} exitCode */
export function writeCode(exitCode) {
  return `0x${(exitCode >>> 0).toString(16).toUpperCase()}`;
}

// @ts-check
/**
 * Says whose failure a failed render is, and gives one sentence that helps a person to fix it. Both
 * come from an error of nexrender, Node or aerender.
 *
 * @typedef {object} Failure
 * @property {unknown} cause
 * @property {string} phase
 * @property {{ field: string, src: string, path: string | null }[]} sources template and assets
 * @property {string | null} aerenderError the first error that aerender printed
 * @property {import('./render-order.ts').ProgramExit | null} aerenderExit
 * @property {'licence' | 'startup' | null} sign the failure of the host that aerender's lines show
 * @property {string} aerender the path of aerender
 * @property {string} workPath the folder in which nexrender works
 * @property {import('./killed-program.mjs').MemoryKills} memoryKills as before aerender started
 *
 * @typedef {{ reason: string, failure: import('@renderdeck/domain').FailureKind }} Explained
 */
import { statSync } from 'node:fs';
import { sep } from 'node:path';
import {
  classifyRender,
  isCrashCode,
  isFullDisk,
  isUnpreparedHost,
  writeCode,
} from './classify-failure.mjs';
import { explainKill, isFromOutside, wasMemoryShort } from './killed-program.mjs';
import { KnownFailure } from './known-failure.mjs';

/** @type {Record<string, string>} */
const REASONS = {
  ENOENT: 'there is no such file',
  EACCES: 'the user of the render may not read it',
  EPERM: 'the user of the render may not read it',
  EBUSY: 'another program has it open for itself',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENAMETOOLONG: 'its name is too long',
};

/**
 * @param {Failure} failure
 * @returns {Explained}
 */
export function explainFailure(failure) {
  const { cause, phase, sources, aerenderError, aerender, workPath } = failure;
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = codeOf(cause);
  if (cause instanceof KnownFailure) return { reason: message, failure: cause.failure };
  if (isFullDisk(code, message, aerenderError)) {
    const when =
      phase === 'publishing' ? 'The disk of the output folder' : 'The disk of the scratch folder';
    return {
      reason: `${when} is full: ${firstLine(aerenderError ?? message)}. Free some space.`,
      failure: 'disk',
    };
  }
  if (isUnpreparedHost(cause, aerender))
    return { reason: notPrepared(message), failure: 'notPrepared' };
  if (/^The action /.test(message)) return { reason: `${firstLine(message)}.`, failure: 'action' };
  if (isWithin(cause, workPath) && (code === 'EACCES' || code === 'EPERM' || code === 'EROFS'))
    return { reason: `${firstLine(message)}.`, failure: 'rights' };
  if (phase === 'downloading')
    return { reason: explainDownload(message, code, cause, sources), failure: 'source' };
  if (phase === 'launching' || phase === 'rendering') return explainUnclear(message, failure);
  const failed = /^Error veryifing job/.test(message) ? 'refused' : 'unknownError';
  return { reason: `${firstLine(message)}.`, failure: failed };
}

/** @param {string} detail */
export function notPrepared(detail) {
  const also = detail === '' ? '' : ` (${firstLine(detail)})`;
  return (
    'This host is not prepared: nexrender may not write commandLineRenderer.jsx ' +
    `beside aerender${also}. ` +
    'Let an administrator run a render once.'
  );
}

/** @type {import('@renderdeck/domain').FailureKind[]} */
const UNCLEAR = ['noReason', 'unknownError', 'crash'];

/**
 * An end of a program by the kernel counts more than aerender's lines: the kernel may have ended
 * After Effects, which is a child of aerender.
 *
 * @param {string} message @param {Failure} failure @returns {Explained}
 */
function explainUnclear(message, failure) {
  const reason = explainRender(message, failure);
  const kind = classifyRender(message, failure);
  if (!UNCLEAR.includes(kind) || !wasMemoryShort(failure.memoryKills))
    return { reason, failure: kind };
  return {
    reason: `A program of the render was ended by the system, most likely out of memory. ${reason}`,
    failure: 'killed',
  };
}

/** @param {string} message @param {Failure} failure */
function explainRender(message, { aerender, aerenderError, aerenderExit, sign, memoryKills }) {
  if (/Error starting aerender/.test(message))
    return `aerender at ${aerender} could not be started: ${firstLine(message)}.`;
  if (aerenderError !== null) return `After Effects reported an error: ${aerenderError}`;
  if (sign === 'licence') return 'After Effects has no licence here; its lines are in the log.';
  if (sign === 'startup') return 'After Effects cannot start here; its lines are in the log.';
  if (/Couldn't find a result file/.test(message)) {
    return (
      'aerender ended without an error but wrote no output file. ' +
      'Check outputModule and outputExt of the template.'
    );
  }
  const { code: exitCode, signal } = aerenderExit ?? { code: null, signal: null };
  if (signal && isFromOutside(signal)) return explainKill('aerender', signal, memoryKills);
  if (signal) return `aerender crashed (${signal}); its last lines are in the log.`;
  if (exitCode !== null && isCrashCode(exitCode))
    return `aerender crashed with the code ${writeCode(exitCode)}; its last lines are in the log.`;
  if (exitCode)
    return (
      `aerender ended with exit code ${exitCode} and named no error; ` +
      'its last lines are in the log.'
    );
  return `${firstLine(message)}.`;
}

/** @param {unknown} cause @param {string} folder */
function isWithin(cause, folder) {
  if (!(cause instanceof Error) || !('path' in cause)) return false;
  return typeof cause.path === 'string' && `${cause.path}${sep}`.startsWith(folder + sep);
}

/**
 * @param {string} message
 * @param {string | null} code
 * @param {unknown} cause
 * @param {Failure['sources']} sources
 */
function explainDownload(message, code, cause, sources) {
  const path = cause instanceof Error && 'path' in cause ? cause.path : null;
  // The error of an open names the path. The error of a read does not.
  const source =
    sources.find(
      (one) =>
        one.path !== null &&
        (path === null ? code === 'EISDIR' && isFolder(one.path) : one.path === path),
    ) ?? sources.find((one) => message.includes(one.src));
  const name =
    source === undefined ? 'A source of the job' : `${source.field} (${source.path ?? source.src})`;
  if (source?.path !== undefined && source.path !== null)
    return `${name} could not be read: ${REASONS[code ?? ''] ?? firstLine(message)}.`;
  return `${name} could not be downloaded: ${firstLine(message)}.`;
}

/** @param {string} path */
function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** @param {string} text */
function firstLine(text) {
  const line =
    text
      .replace(/^Error: /, '')
      .split('\n', 1)[0]
      ?.trim() ?? '';
  return (line.length > 500 ? `${line.slice(0, 500)}…` : line).replace(/\.$/, '');
}

/** @param {unknown} cause @returns {string | null} */
function codeOf(cause) {
  if (!(cause instanceof Error)) return null;
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return cause.cause === undefined ? null : codeOf(cause.cause);
}

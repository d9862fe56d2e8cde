import type {
  CopiedOutput,
  FailureKind,
  LogStream,
  MeasuredOutput,
  MovedKind,
  TransferCount,
} from '@renderdeck/domain';
import { readCopied, readMeasured } from '../outputs/output-message.ts';
import { isRecord } from '../system/is-record.ts';
import { type CacheQuestion, parseCacheQuestion } from '../transfers/cache/cache-question.ts';
import { makeStorable } from './make-storable.ts';
import type { FileIdentity, Move } from './moves.mjs';
import { parseTransfer } from './transfer-message.ts';

/**
 * How a render ended, as its child reports it. `reason` is a sentence that helps to fix the
 * problem. `failure` says what kind of failure it was.
 */
export type RenderEnd =
  | { kind: 'completed' }
  | { kind: 'gateClosed' }
  | { kind: 'failed'; reason: string; failure: FailureKind };

/**
 * The daemon's answer to a question of the child. `again` means: not yet, ask again. `isOut`: an
 * earlier attempt has put this output out.
 */
export type Answer = 'yes' | 'no' | 'again' | 'isOut';

/** What the second gate is asked for. */
export type PublishQuestion = {
  warning: string | null;
  /** The final path of an output, or the name of a module. */
  what: string;
  isModule: boolean;
  /** Nothing that leaves the host comes after it. */
  isLast: boolean;
  /** Null for a module. */
  move: Move | null;
};

/** A message of the render child; render-child.mjs describes the protocol. */
export type RenderMessage =
  | { type: 'phase'; phase: string }
  | { type: 'lines'; stream: LogStream; lines: string[] }
  | { type: 'moved'; kind: MovedKind; amount: number; text: string }
  | { type: 'transfer'; transfer: TransferCount | null }
  | { type: 'gate'; id: number }
  | { type: 'part'; id: number; path: string }
  | ({ type: 'publish'; id: number } & PublishQuestion)
  | { type: 'published'; path: string; part: string | null; output: CopiedOutput }
  | { type: 'measured'; path: string; measured: MeasuredOutput }
  | { type: 'cache'; id: number | null; question: CacheQuestion }
  | { type: 'ended'; end: RenderEnd };

/**
 * Reads a message of the render child. Null for any other message, because action modules use the
 * same channel. Texts are changed so that a database can store them.
 */
export function parseRenderMessage(message: unknown): RenderMessage | null {
  if (!isRecord(message)) return null;
  const { type, phase, stream, lines, end } = message;
  if (type === 'phase' && typeof phase === 'string') return { type, phase: makeStorable(phase) };
  if (
    type === 'lines' &&
    (stream === 'nexrender' || stream === 'aerender') &&
    Array.isArray(lines)
  ) {
    return { type, stream, lines: lines.filter((line) => typeof line === 'string') };
  }
  if (type === 'ended' && isRecord(end)) {
    if (end.kind === 'completed' || end.kind === 'gateClosed')
      return { type, end: { kind: end.kind } };
    if (end.kind === 'failed' && typeof end.reason === 'string')
      return {
        type,
        end: {
          kind: 'failed',
          reason: makeStorable(end.reason),
          failure: isFailureKind(end.failure) ? end.failure : 'unknownError',
        },
      };
  }
  return (
    parseMoved(message) ??
    parseTransfer(message) ??
    parsePublishing(message) ??
    parseCacheQuestion(message)
  );
}

function parseMoved({ type, kind, amount, text }: Record<string, unknown>) {
  if (type !== 'moved' || typeof amount !== 'number' || typeof text !== 'string') return null;
  if (kind !== 'copy' && kind !== 'encoding' && kind !== 'network') return null;
  return { type, kind, amount, text: makeStorable(text) } as const;
}

function parsePublishing(message: Record<string, unknown>) {
  const { type, id, path, part } = message;
  if (type === 'published' && typeof path === 'string')
    return {
      type,
      path: makeStorable(path),
      part: typeof part === 'string' ? part : null,
      output: readCopied(message.output),
    } as const;
  if (type === 'measured' && typeof path === 'string')
    return { type, path: makeStorable(path), measured: readMeasured(message.measured) } as const;
  if (typeof id !== 'number') return null;
  if (type === 'gate') return { type, id } as const;
  // The path of a part is used again later, so it is not changed.
  if (type === 'part' && typeof path === 'string' && makeStorable(path) === path)
    return { type, id, path } as const;
  return type === 'publish' ? ({ type, id, ...parseQuestion(message) } as const) : null;
}

function parseQuestion(message: Record<string, unknown>): PublishQuestion {
  const { warning, what, isModule, isLast, move } = message;
  return {
    warning: typeof warning === 'string' ? makeStorable(warning) : null,
    what: makeStorable(String(what)),
    isModule: isModule === true,
    isLast: isLast === true,
    move: isRecord(move) ? parseMove(move) : null,
  };
}

/** Null for a value that is no move, or a move that could not be recognised later. */
export function parseMove(move: Record<string, unknown>): Move | null {
  const { kind, part, path, identity, sha256, file, count } = move;
  if (typeof part !== 'string' || typeof path !== 'string') return null;
  if (kind === 'files' && typeof count === 'number') return { kind, part, path, count };
  if (!isIdentity(identity)) return null;
  if (kind === 'file' && typeof sha256 === 'string') return { kind, part, path, identity, sha256 };
  return kind === 'folder' && typeof file === 'string'
    ? { kind, part, path, identity, file }
    : null;
}

function isIdentity(value: unknown): value is FileIdentity {
  if (!isRecord(value)) return false;
  const { inode, size, modifiedNs } = value;
  return typeof inode === 'string' && typeof size === 'number' && typeof modifiedNs === 'string';
}

/** The kinds of failure as values, because this package imports only types from domain. */
const KINDS: Readonly<Record<FailureKind, true>> = {
  refused: true,
  source: true,
  project: true,
  action: true,
  limit: true,
  notPrepared: true,
  licence: true,
  missingProgram: true,
  missingModule: true,
  otherSystem: true,
  notHere: true,
  silent: true,
  disk: true,
  killed: true,
  rights: true,
  startup: true,
  noReason: true,
  crash: true,
  unknownError: true,
  noStart: true,
};

function isFailureKind(value: unknown): value is FailureKind {
  return typeof value === 'string' && Object.hasOwn(KINDS, value);
}

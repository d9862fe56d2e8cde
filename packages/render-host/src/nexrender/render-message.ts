import type { LogStream } from '@renderdeck/domain';
import { isRecord } from './is-record.ts';

/** How a render ended by its own account; `reason` is a sentence a person can act on. */
export type RenderEnd =
  | { kind: 'completed' }
  | { kind: 'gateClosed' }
  | { kind: 'failed'; reason: string };

/** What the render child says; the protocol is told in render-child.mjs. */
export type RenderMessage =
  | { type: 'phase'; phase: string }
  | { type: 'lines'; stream: LogStream; lines: string[] }
  | { type: 'gate' }
  | { type: 'ended'; end: RenderEnd };

/** Null for anything else, which is passed over: action modules share the child's channel. Texts come in a form that every store can keep. */
export function parseRenderMessage(message: unknown): RenderMessage | null {
  if (!isRecord(message)) return null;
  const { type, phase, stream, lines, end } = message;
  if (type === 'gate') return { type };
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
      return { type, end: { kind: 'failed', reason: makeStorable(end.reason) } };
  }
  return null;
}

/** Without null characters and halves of characters: a database takes neither, however often it is asked. */
export function makeStorable(text: string): string {
  return text.replaceAll('\0', ' ').replace(/\p{Surrogate}/gu, '\uFFFD');
}

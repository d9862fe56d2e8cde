import { open } from 'node:fs/promises';
import { findAerender } from './find-aerender.mjs';

/** What renders on this host, as text for people. */
export type Renderer = {
  readonly name: string;
  readonly standIn: boolean;
  /** Its path; null where there is none. */
  readonly path: string | null;
  readonly problem: string | null;
};

const STAND_IN = 'Renderdeck stand-in';
/** More than a compiled stand-in has. */
const HEAD_BYTES = 1_000_000;

/**
 * Describes the aerender of this host. A stand-in says in its file that it is one. Without
 * an aerender, `problem` is a sentence for the operator.
 */
export async function describeRenderer(given: string | null): Promise<Renderer> {
  try {
    const path = findAerender(given);
    const file = await open(path);
    const { buffer, bytesRead } = await file
      .read({ buffer: Buffer.alloc(HEAD_BYTES) })
      .finally(() => file.close());
    const standIn = buffer.subarray(0, bytesRead).includes(STAND_IN);
    return {
      name: standIn ? 'Stand-in renderer, not After Effects' : `aerender at ${path}`,
      standIn,
      path,
      problem: null,
    };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { name: 'none', standIn: false, path: null, problem };
  }
}

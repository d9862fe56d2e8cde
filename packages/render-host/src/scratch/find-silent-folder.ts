import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** The folder that was asked and has not answered yet. */
let asked: { readonly path: string; readonly answered: Promise<void> } | null = null;

/**
 * The first of these folders that does not answer in time, as one on a share whose server is gone;
 * null where all do. A missing folder answers. A question without an answer holds one of the few
 * threads of this process, so while there is one, no other folder is asked.
 */
export async function findSilentFolder(
  paths: readonly string[],
  withinMs: number,
): Promise<string | null> {
  for (const path of asked === null ? paths : [asked.path, ...paths]) {
    asked ??= { path, answered: stat(path).then(ignore, ignore) };
    const { answered } = asked;
    const late = Symbol('late');
    if ((await Promise.race([answered, delay(withinMs, late, { ref: false })])) === late)
      return asked.path;
    asked = null;
  }
  return null;
}

function ignore(): void {
  // Whatever it answered, it did.
}

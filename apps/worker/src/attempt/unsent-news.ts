import { isDeepStrictEqual } from 'node:util';
import type { TreeRecord } from '@renderdeck/domain';
import type { AttemptNews } from '@renderdeck/operations';

/** The parts of a report besides the lines. */
const PARTS = ['progress', 'usage', 'history', 'tree'] as const;
type Part = (typeof PARTS)[number];

/** Which parts of a running attempt have changed since the last report. A new one reports once. */
export class UnsentNews {
  #parts: ReadonlySet<Part> = new Set<Part>(['progress']);
  #tree: TreeRecord | null = null;

  changed(...parts: readonly Part[]): void {
    this.#parts = new Set([...this.#parts, ...parts]);
  }

  /** The tree as it is to be recorded: it has changed only if its members have. */
  setTree(tree: TreeRecord): void {
    if (isDeepStrictEqual(this.#tree?.members, tree.members)) return;
    this.#tree = tree;
    this.changed('tree');
  }

  get tree(): TreeRecord | null {
    return this.#tree;
  }

  /** The parts that have changed since the last call. */
  take(): ReadonlySet<Part> {
    const parts = this.#parts;
    this.#parts = new Set();
    return parts;
  }

  /** These news were not saved: the next report has the same parts, or newer ones. */
  sendAgain(news: AttemptNews): void {
    this.changed(...PARTS.filter((part) => news[part] !== undefined));
  }
}

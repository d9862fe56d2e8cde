import type { CopiedOutput } from '@renderdeck/domain';

/** An output that is out. */
export type KnownOutput = {
  readonly path: string;
  readonly copied: CopiedOutput;
  /** When it came out, by the host's steady clock. */
  readonly outAt: number;
  isMeasured: boolean;
};

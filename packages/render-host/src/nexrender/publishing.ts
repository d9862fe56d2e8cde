import type { CopiedOutput, MeasuredOutput } from '@renderdeck/domain';
import type { Answer, PublishQuestion } from './render-message.ts';

/** The questions of the render before it publishes. A question that fails counts as `no`. */
export type Publishing = {
  /** Asked once: after the render and before a postrender action. */
  passGate(): Promise<'yes' | 'no'>;
  /** Asked before a part of an output exists. `yes`: the path of the part is on record. */
  recordPart(path: string): Promise<'yes' | 'no'>;
  /**
   * Asked before an output gets its final name, and before a module that leaves the host runs.
   * `again`: the render asks again at once.
   */
  mayPublish(asked: PublishQuestion): Promise<Answer>;
  /** An output is on the disk under its final name. Its part is gone, if there is one. */
  onPublished(path: string, part: string | null, output: CopiedOutput): void;
  /** ffprobe has looked at an output that is out. */
  onMeasured(path: string, measured: MeasuredOutput): void;
};

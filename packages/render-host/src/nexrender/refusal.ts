/**
 * Why a job is refused: the job is wrong, the job was written for hosts of another system, or a
 * path of the job does not answer on this host.
 */
type RefusalKind = 'refused' | 'otherSystem' | 'silent';

/** Ends the check of a job at once. check-nexrender-job.ts catches it. */
export class Refusal extends Error {
  readonly field: string;
  readonly kind: RefusalKind;

  constructor(field: string, sentence: string, kind: RefusalKind = 'refused') {
    super(`${field} ${sentence}`);
    this.field = field;
    this.kind = kind;
  }
}

export function refuse(field: string, sentence: string): never {
  throw new Refusal(field, sentence);
}

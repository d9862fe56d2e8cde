/**
 * Why a job is refused: the job is wrong, the lists or roots of this host do not allow it, it was
 * written for hosts of another system, or a path of it does not answer on this host.
 */
type RefusalKind = 'refused' | 'notHere' | 'otherSystem' | 'silent';

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

/** Refuses what another host may allow. */
export function refuseHere(field: string, sentence: string): never {
  throw new Refusal(field, sentence, 'notHere');
}

/** Collects the refusals of the parts of a job, so that its submitter learns of all at once. */
export class Refusals {
  readonly all: Refusal[] = [];

  /** What the check of a part returns; `otherwise` if the part is refused. */
  collect<Part>(check: () => Part, otherwise: Part): Part {
    try {
      return check();
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.all.push(cause);
      return otherwise;
    }
  }
}

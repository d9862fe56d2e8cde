/** Leaves the check of a job at once; it never leaves check-nexrender-job.ts. */
export class Refusal extends Error {
  readonly field: string;

  constructor(field: string, sentence: string) {
    super(`${field} ${sentence}`);
    this.field = field;
  }
}

export function refuse(field: string, sentence: string): never {
  throw new Refusal(field, sentence);
}

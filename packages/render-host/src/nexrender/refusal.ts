/** Ends the check of a job at once. check-nexrender-job.ts catches it. */
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

// @ts-check

/** @typedef {import('@renderdeck/domain').FailureKind} FailureKind */

/** An error that Renderdeck itself throws. Its message is a sentence for people. */
export class KnownFailure extends Error {
  /** @param {FailureKind} failure @param {string} sentence */
  constructor(failure, sentence) {
    super(sentence);
    this.failure = failure;
  }
}

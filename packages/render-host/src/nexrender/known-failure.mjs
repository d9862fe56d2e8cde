// @ts-check

/** @typedef {import('@renderdeck/domain').FailureKind} FailureKind */

/** An error of Renderdeck's own: its message is a sentence for people, and its kind is known. */
export class KnownFailure extends Error {
  /** @param {FailureKind} failure @param {string} sentence */
  constructor(failure, sentence) {
    super(sentence);
    this.failure = failure;
  }
}

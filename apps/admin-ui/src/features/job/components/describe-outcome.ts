/** How an attempt came out, by the API's word: the same words as on the page of measures. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['completed', 'finished'],
  ['failed', 'failed'],
  ['stopped', 'stopped'],
  ['lost', 'lost: its host was not heard any more'],
  ['released', 'given back at no cost'],
  ['hostFailed', 'given back: its host could not render it'],
]);

export function describeOutcome(outcome: string): string {
  return WORDS.get(outcome) ?? outcome;
}

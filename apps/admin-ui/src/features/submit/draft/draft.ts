import { type Json, PRIORITY, resolveSecretPaths, splitSecrets } from '@renderdeck/contract';
import { writeJobText } from './job-value.ts';

/** A submission while a person writes it. The text is the job: the form is a view of it. */
export type Draft = {
  /** Sent with the submission: the same draft queues one job, however often it is sent. */
  readonly key: string;
  readonly name: string;
  /** As typed. */
  readonly priority: string;
  /** The nexrender job as JSON. */
  readonly text: string;
  /** Paths of values to hide, one on each line. */
  readonly secrets: string;
  /** The fields that were hidden when the text was filled in: `assets.0.src`. */
  readonly hidden: readonly string[];
  /** The fields in which secrets were typed that a reload of the page removed. */
  readonly typed: readonly string[];
  /** It was sent, and no answer said whether it is queued. */
  readonly sent: boolean;
};

const EMPTY_JOB: Json = { template: {} };

export function newDraft(filled: Partial<Omit<Draft, 'key' | 'sent'>> = {}): Draft {
  return {
    key: newKey(),
    name: '',
    priority: String(PRIORITY.default),
    text: writeJobText(EMPTY_JOB),
    secrets: '',
    hidden: [],
    typed: [],
    ...filled,
    sent: false,
  };
}

/** The paths that the user typed, on separate lines or separated by commas. */
export function readSecretPaths(text: string): readonly string[] {
  return text
    .split(/[\n,]/)
    .map((path) => path.trim())
    .filter((path) => path !== '');
}

/** `crypto.randomUUID` is missing if the page has no HTTPS. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What others will see of a draft. Paths that lead nowhere yet hide nothing. */
export function hideDraft(job: Json, secrets: string): ReturnType<typeof splitSecrets> {
  const named = readSecretPaths(secrets).flatMap((path) => {
    const resolved = resolveSecretPaths(job, [path]);
    return resolved.ok ? resolved.paths : [];
  });
  return splitSecrets(job, named);
}

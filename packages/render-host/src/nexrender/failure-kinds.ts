import type { FailureKind } from '@renderdeck/domain';

/** Domain's kinds as values: this package takes only its types. */
const KINDS: Readonly<Record<FailureKind, true>> = {
  refused: true,
  source: true,
  project: true,
  action: true,
  limit: true,
  notPrepared: true,
  licence: true,
  missingProgram: true,
  missingModule: true,
  otherSystem: true,
  silent: true,
  disk: true,
  killed: true,
  rights: true,
  startup: true,
  noReason: true,
  crash: true,
  unknownError: true,
  noStart: true,
};

export function isFailureKind(value: unknown): value is FailureKind {
  return typeof value === 'string' && Object.hasOwn(KINDS, value);
}

import { type Json, resolveSecretPaths, splitSecrets } from '@renderdeck/contract';
import { readSecretPaths } from './draft.ts';

/** What others will see of a draft. Paths that lead nowhere yet hide nothing. */
export function hideDraft(job: Json, secrets: string): ReturnType<typeof splitSecrets> {
  const named = readSecretPaths(secrets).flatMap((path) => {
    const resolved = resolveSecretPaths(job, [path]);
    return resolved.ok ? resolved.paths : [];
  });
  return splitSecrets(job, named);
}

/* Removes a temporary upload of an attempt, in a program of its own (removal-program.mjs). */
import type { AddressRules } from '@renderdeck/domain';
import type { RenderUser } from '../process/render-user.ts';
import { runModuleWith } from '../process/run-module-as.ts';
import { type Credential, chooseAccess } from './credentials.mjs';
import { readRemotePart } from './remote-part.mjs';

const PROGRAM = new URL('./removal-program.mjs', import.meta.url);
const SHORTEST_MS = 5000;
/** What the libraries of the stores read from the environment. */
const FOR_STORES = /^(AWS_|GOOGLE_|(HTTPS?|NO|ALL)_PROXY$|NODE_EXTRA_CA_CERTS$)/i;

export type UploadRemoval = {
  readonly credentials: readonly Credential[];
  readonly addresses: AddressRules;
  readonly user: RenderUser | null;
};

/**
 * Removes the upload of this part. Returns why it was left; null when it is gone. Only logins of
 * this host count: those of a job are gone with its render.
 */
export async function removeUpload(
  part: string,
  { credentials, addresses, user }: UploadRemoval,
  withinMs: number,
): Promise<string | null> {
  const remote = readRemotePart(part);
  if (remote === null) return 'its record cannot be read';
  const chosen = chooseAccess({ place: remote.place, access: {}, login: null }, credentials);
  if ('missing' in chosen) return `there is no login ${chosen.missing}`;
  const { place, access } = chosen;
  const order = { place, access, addresses, temporary: remote.temporary };
  const ended = await runModuleWith(user, PROGRAM, order, {
    withinMs: Math.max(SHORTEST_MS, withinMs),
    variables: FOR_STORES,
  });
  if ('problem' in ended) return ended.problem;
  const error: unknown = JSON.parse(ended.printed);
  if (typeof error !== 'string') return null;
  return chosen.entry === null
    ? `${error}. RENDERDECK_CREDENTIALS_FILE has no login for it: remove it by hand`
    : error;
}

import { explainReach } from '../src/process/explain-reach.ts';
import { findRenderUser, type RenderUser } from '../src/process/render-user.ts';

/** The user `nobody`, or, for a test's title, why no tree can run as this user here. */
export async function findOtherUser(): Promise<{
  readonly user: RenderUser | null;
  readonly leftOut: string;
}> {
  const found = await findRenderUser('nobody');
  if ('problem' in found) return { user: null, leftOut: ` (left out: ${found.problem})` };
  const folders = { scratchRoot: '/', loaderCache: null, assetRoots: [], outputRoots: [] };
  const places = { aerender: null, ...folders };
  const [why] = await explainReach(found, places);
  return why === undefined
    ? { user: found, leftOut: '' }
    : { user: null, leftOut: ` (left out: ${why})` };
}

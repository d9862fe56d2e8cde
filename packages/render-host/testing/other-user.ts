import { explainReach } from '../src/process/explain-reach.ts';
import { findRenderUser, type RenderUser } from '../src/process/render-user.ts';

type OtherUser = { readonly user: RenderUser | null; readonly leftOut: string };
let found: Promise<OtherUser> | undefined;

/** The user `nobody`, or, for a test's title, why no tree can run as this user here. */
export function findOtherUser(): Promise<OtherUser> {
  // The test files of one worker share the answer, because it takes some programs to find.
  found ??= look();
  return found;
}

async function look(): Promise<OtherUser> {
  const user = await findRenderUser('nobody');
  if ('problem' in user) return { user: null, leftOut: ` (left out: ${user.problem})` };
  const folders = {
    scratchRoot: '/',
    loaderCache: null,
    loaded: [],
    assetRoots: [],
    outputRoots: [],
  };
  const places = { aerender: null, ...folders };
  const [why] = await explainReach(user, places);
  return why === undefined ? { user, leftOut: '' } : { user: null, leftOut: ` (left out: ${why})` };
}

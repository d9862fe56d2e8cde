import { codeOf } from '../paths/error-code.mjs';
import { askAs, asOwnUser, SilentLook } from '../process/looks.ts';
import type { RenderUser } from '../process/render-user.ts';

/** The renderer of this host, as text for people. */
export type Renderer = {
  readonly name: string;
  readonly standIn: boolean;
  /** The path of aerender; null when there is none. */
  readonly path: string | null;
  readonly problem: string | null;
  /** The files of the renderer did not answer in time. They may answer later. */
  readonly isSilent: boolean;
};

const WITHIN_MS = 5000;

/**
 * Describes the aerender of this host. Without an aerender, or when its files do not answer in
 * time, `problem` is a sentence for the operator. The files are read as the user that renders.
 */
export async function describeRenderer(
  given: string | null,
  user: RenderUser | null = null,
): Promise<Renderer> {
  try {
    const path = await asOwnUser.ask('findAerender', [given], WITHIN_MS);
    const standIn = await askAs(user)
      .ask('isStandIn', [path], WITHIN_MS)
      .catch((cause) => isStandInUnread(cause, user));
    return {
      name: standIn ? 'Stand-in renderer, not After Effects' : `aerender at ${path}`,
      standIn,
      path,
      problem: null,
      isSilent: false,
    };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const problem = said.endsWith('.') ? said : `${said}.`;
    const isSilent = error instanceof SilentLook;
    return { name: 'none', standIn: false, path: null, problem, isSilent };
  }
}

/** explainReach describes the files that the render user cannot reach, so this is no error. */
function isStandInUnread(cause: unknown, user: RenderUser | null): false {
  if (user === null || codeOf(cause) !== 'EACCES') throw cause;
  return false;
}

/**
 * Whether nexrender has prepared this aerender for the user that renders, or may prepare it. Null
 * if so, else a sentence that says why not. Throws a sentence when there is no aerender.
 */
export async function findUnprepared(
  given: string | null,
  user: RenderUser | null = null,
): Promise<string | null> {
  const path = await asOwnUser.ask('findAerender', [given], WITHIN_MS);
  return await askAs(user).ask('findUnprepared', [path], WITHIN_MS);
}

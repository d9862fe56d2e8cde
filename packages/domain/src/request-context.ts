import type { Actor } from './actor.ts';

/** Who asks, over which channel and from where: every audit line says so. */
export type RequestContext<Channel extends string = string> = {
  readonly actor: Actor;
  readonly channel: Channel;
  readonly address: string | null;
  readonly requestId: string | null;
  /** True where the request comes from the machine of the server itself, through no proxy. */
  readonly fromThisMachine?: boolean;
};

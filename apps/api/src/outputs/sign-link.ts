/*
 * Links to outputs. A link is the time until which it counts and a signature over that time, the
 * place of the output, and who asked: a session, or a token. It is of no use to anybody else,
 * because each request with it must come with that session or token. The key is derived from the
 * session secret, so each server of one farm accepts the links of the others.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Actor } from '@renderdeck/contract/router';

export const LINK_MS = 10 * 60_000;

export type LinkPlace = { readonly id: string; readonly attempt: number; readonly output: number };
export type Asker = { readonly actor: Actor; readonly sessionId: string | null };
export type Links = {
  sign(place: LinkPlace, asker: Asker): { readonly link: string; readonly until: Date };
  /** Whether the link counts now, for this output and for this session or token. */
  counts(link: string, place: LinkPlace, asker: Asker): boolean;
};

/** The first secret signs. Every secret can check. */
export function createLinks(secrets: readonly [string, ...string[]], now = Date.now): Links {
  const keys = secrets.map((secret) =>
    createHmac('sha256', secret).update('renderdeck output links').digest(),
  );
  const [first = ''] = keys;
  return {
    sign(place, asker) {
      const until = now() + LINK_MS;
      return { link: `${until}.${signature(first, until, place, asker)}`, until: new Date(until) };
    },
    counts(link, place, asker) {
      const [, time = '', given = ''] = /^(\d{1,15})\.([\w-]{43})$/.exec(link) ?? [];
      if (time === '' || Number(time) <= now()) return false;
      return keys.some((key) => {
        const own = Buffer.from(signature(key, Number(time), place, asker));
        return timingSafeEqual(own, Buffer.from(given));
      });
    },
  };
}

function signature(
  key: Buffer | string,
  until: number,
  { id, attempt, output }: LinkPlace,
  { actor, sessionId }: Asker,
): string {
  const who = sessionId === null ? ['actor', actor.kind, idOf(actor)] : ['session', sessionId];
  const signed = JSON.stringify([until, id, attempt, output, ...who]);
  return createHmac('sha256', key).update(signed).digest('base64url');
}

const idOf = (actor: Actor) => ('id' in actor ? actor.id : actor.name);

import { getPicture, jobIdSchema } from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf, RestApp } from '../caller-of.ts';
import { documentOf, placeOf, refusalsOf } from '../declared-routes.ts';

const params = z.object({ id: jobIdSchema, number: z.int(), picture: z.int() });

/** The answer is no JSON, so its schema is only for the document. */
const ANSWER: Readonly<Record<string, object>> = {
  200: { description: 'The picture.', content: { 'image/webp': { schema: z.string() } } },
};
/**
 * A browser may keep a picture for its own user: the bytes of a number never change. `vary`: after
 * a sign-out or with another login the kept copy does not count, so the server is asked again.
 */
const KEPT_BY_BROWSER = {
  'cache-control': 'private, max-age=86400, immutable',
  vary: 'Cookie, Authorization',
};

/** The route that gives the bytes of a picture. */
export function addPictureRoute(app: RestApp, callerOf: CallerOf): void {
  app.route({
    ...placeOf(getPicture),
    schema: {
      ...documentOf(getPicture),
      params,
      response: { ...ANSWER, ...refusalsOf(getPicture) },
    },
    handler: async (request, reply) => {
      const { id, number: attempt, picture } = request.params;
      const { webp } = await callerOf(request, reply).getPicture({ id, attempt, picture });
      return reply.headers(KEPT_BY_BROWSER).type('image/webp').send(Buffer.from(webp, 'base64'));
    },
  });
}

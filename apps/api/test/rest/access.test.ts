import { expect, test } from 'vitest';
import { z } from 'zod';
import { PASSWORD } from '../serve-api.ts';
import { openRest } from './open-rest.ts';

const rest = await openRest({ nexrenderApi: true });

const ROLES = { anonymous: null, viewer: 'vera', submitter: 'sam', admin: 'ada' } as const;
const BODIES: Readonly<Record<string, object>> = {
  'post /api/session': { username: 'sam', password: PASSWORD },
  // Refused to each token: a token has no password.
  'put /api/session/password': { current: PASSWORD, next: PASSWORD },
  'post /api/jobs': { job: { template: { src: 'file:///a.aep', composition: 'main' } } },
  'patch /api/jobs/{id}/priority': { priority: 60 },
  'post /api/users': { name: 'new', role: 'viewer', password: PASSWORD },
  'patch /api/users/{name}': { role: 'viewer' },
  'post /api/tokens': { name: 'new-script', role: 'viewer' },
  'post /api/hosts/{name}/gone': { confirmName: '{name}', reason: 'The machine burned.' },
  'post /api/hosts/{name}/release': { reason: 'The machine was replaced.' },
  'post /api/webhooks': { name: 'desk', address: 'https://desk.example/', events: ['failed'] },
  'patch /api/webhooks/{name}': { disabled: true },
  'post /api/v1/jobs': { template: { src: 'file:///a.aep', composition: 'main' } },
  'put /api/v1/jobs/{uid}': { priority: 10 },
};
const method = z.enum(['get', 'post', 'put', 'patch', 'delete']);
const document = z.looseObject({
  paths: z.record(z.string(), z.partialRecord(method, z.unknown())),
});

/** Long because: its snapshot has a line for each route. */
test('who may do what: every route × every role × no session', async () => {
  const { send } = rest;
  const { paths } = document.parse((await send(null, 'GET', '/api/openapi.json')).body);
  const grid: string[] = [];
  for (const [path, methods] of Object.entries(paths)) {
    for (const verb of z.array(method).parse(Object.keys(methods))) {
      const route = `${verb} ${path}`;
      const cells: string[] = [];
      for (const user of Object.values(ROLES)) {
        const id = await rest.submit('Intro');
        cells.push(
          String(
            (
              await send(
                user,
                verb,
                path.replace(/[{]u?id[}]/, id).replace('{number}', '1'),
                BODIES[route],
              )
            ).status,
          ).padEnd(11),
        );
      }
      grid.push([route.padEnd(45), ...cells].join('').trimEnd());
    }
  }
  const head = [''.padEnd(45), ...Object.keys(ROLES).map((role) => role.padEnd(11))]
    .join('')
    .trimEnd();
  expect(`\n${[head, ...grid].join('\n')}\n`).toMatchInlineSnapshot(`
    "
                                                 anonymous  viewer     submitter  admin
    post /api/session                            200        200        200        200
    get /api/session                             401        200        200        200
    delete /api/session                          204        204        204        204
    put /api/session/password                    401        403        403        403
    post /api/jobs                               401        403        201        201
    get /api/jobs                                401        200        200        200
    get /api/jobs/{id}                           401        200        200        200
    delete /api/jobs/{id}                        401        403        403        200
    get /api/jobs/{id}/attempts/{number}/log     401        404        404        404
    get /api/jobs/{id}/attempts/{number}/usage   401        404        404        404
    get /api/jobs/preview                        401        403        200        200
    post /api/jobs/{id}/resubmit                 401        403        201        201
    get /api/jobs/{id}/priority/preview          401        400        400        400
    patch /api/jobs/{id}/priority                401        403        403        200
    get /api/jobs/{id}/changes                   401        200        200        200
    get /api/receipts/{number}                   401        200        200        200
    get /api/reasons                             401        403        403        200
    get /api/audit                               401        200        200        200
    get /api/audit.csv                           401        200        200        200
    get /api/audit/verify                        401        403        403        200
    get /api/hosts                               401        200        200        200
    post /api/hosts/{name}/check                 401        403        403        404
    post /api/hosts/{name}/gone                  401        403        403        404
    post /api/hosts/{name}/release               401        403        403        404
    get /api/users                               401        403        403        200
    post /api/users                              401        403        403        201
    patch /api/users/{name}                      401        403        403        400
    get /api/tokens                              401        403        403        200
    post /api/tokens                             401        403        403        201
    delete /api/tokens/{name}                    401        403        403        400
    get /api/sessions                            401        403        403        200
    delete /api/sessions/{id}                    401        403        403        404
    get /api/webhooks                            401        403        403        200
    post /api/webhooks                           401        403        403        201
    patch /api/webhooks/{name}                   401        403        403        400
    delete /api/webhooks/{name}                  401        403        403        400
    post /api/webhooks/{name}/test               401        403        403        400
    get /api/webhook-deliveries                  401        403        403        200
    post /api/webhook-deliveries/{id}/redeliver  401        403        403        404
    get /api/measures                            401        200        200        200
    get /api/events                              401        400        400        400
    post /api/v1/jobs                            401        403        200        200
    get /api/v1/jobs                             401        200        200        200
    get /api/v1/jobs/status                      401        200        200        200
    get /api/v1/jobs/{uid}                       401        200        200        200
    put /api/v1/jobs/{uid}                       401        403        403        200
    delete /api/v1/jobs/{uid}                    401        403        403        200
    get /api/v1/jobs/{uid}/status                401        200        200        200
    "
  `);
});

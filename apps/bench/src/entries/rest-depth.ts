/* Measures what a person does over REST, with a small queue and a large queue in turn. */
import { type ApiProgram, startApiProgram } from '../api-program.ts';
import type { BenchFarm } from '../bench-farm.ts';
import { PAYLOAD } from '../contenders/contender.ts';
import { openContenders } from '../contenders/open-contenders.ts';
import type { Renderdeck } from '../contenders/renderdeck.ts';
import { compare, type Finding, jobs, timed } from '../finding.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';
import { type Side, takeTurns } from '../take-turns.ts';

const MOST_OF_SMALL = 2;
const WARM_UP = 5;
const ACTS = [
  'one job',
  'list, first page',
  'list, far down',
  'list, filtered',
  'preview of a priority',
  'setPriority',
  'submit',
  'cancel of a waiting job',
] as const;

export async function measureRestDepth(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const { small, large, samples } = sizes;
  const rounds = Math.ceil(samples / 2);
  const rowOf = (act: string, depth: number) => `${act}, ${jobs(depth)} wait`;
  const sides: Side[] = [];
  const apis: ApiProgram[] = [];
  try {
    for (const depth of [small, large]) {
      const { renderdeck } = await openContenders(farm, depth);
      const api = await startApiProgram(farm, renderdeck.database);
      apis.push(api);
      const request = await requestsOf(renderdeck, depth, rounds + WARM_UP);
      for (const act of ACTS)
        sides.push({
          what: rowOf(act, depth),
          measure: (round) => {
            const { method, path, body } = request(act, round);
            return time(() => api.send(method, `/api${path}`, body));
          },
        });
    }
    const taken = await takeTurns(sides, { rounds, warmUp: WARM_UP });
    return ACTS.flatMap((act) => {
      const [few, many] = [taken(rowOf(act, small)), taken(rowOf(act, large))];
      const ratio = median(many) / median(few);
      return [
        timed(rowOf(act, small), few),
        timed(
          rowOf(act, large),
          many,
          compare(ratio, `its time at ${jobs(small)}`, { most: MOST_OF_SMALL }),
        ),
      ];
    });
  } finally {
    await Promise.all(apis.map((api) => api.end()));
  }
}

type Request = { readonly method: string; readonly path: string; readonly body?: unknown };

/** Returns the request of an act for one round. Each change uses another job. */
async function requestsOf(
  renderdeck: Renderdeck,
  depth: number,
  rounds: number,
): Promise<(act: (typeof ACTS)[number], round: number) => Request> {
  const ids = [...(await renderdeck.find('middle', rounds))];
  const spare: string[] = [];
  for (let left = rounds; left > 0; left -= 1) spare.push(await renderdeck.submit());
  const priorityOf = (round: number) => (round * 37) % 101;
  return (act, round) => {
    const id = ids[round % ids.length];
    const get = (path: string): Request => ({ method: 'GET', path });
    switch (act) {
      case 'one job':
        return get(`/jobs/${id}`);
      case 'list, first page':
        return get('/jobs?show=active&limit=50');
      case 'list, far down':
        return get(`/jobs?show=active&limit=50&skip=${Math.floor(depth * 0.4)}`);
      case 'list, filtered':
        return get('/jobs?by=bench&limit=50');
      case 'preview of a priority':
        return get(`/jobs/${id}/priority/preview?priority=${priorityOf(round)}`);
      case 'setPriority':
        return {
          ...{ method: 'PATCH', path: `/jobs/${id}/priority` },
          body: { priority: priorityOf(round) },
        };
      case 'submit':
        return { method: 'POST', path: '/jobs', body: { job: PAYLOAD } };
      case 'cancel of a waiting job':
        return { method: 'DELETE', path: `/jobs/${spare[round]}` };
    }
  };
}

import type { NexrenderServerJob } from './show-job.ts';
import { showStatus } from './show-job.ts';

const order = { template: { src: 'file:///C:/projects/intro.aep', composition: 'main' } };

/** What each route of /api/v1 takes and answers: a job that waits, and one that is stopped. */
export function nexrenderExamples(id: string, createdAt: string) {
  const job: NexrenderServerJob = {
    ...order,
    ...{ output: '', assets: [], actions: { prerender: [], postrender: [] } },
    ...{
      uid: id,
      type: 'default',
      state: 'queued',
      tags: '',
      priority: 0,
      creator: 'sam',
      renderProgress: 0,
      timings: {},
    },
    createdAt,
    updatedAt: createdAt,
  };
  return {
    'post /api/v1/jobs': { body: { ...order, priority: 0 }, answers: { 200: job } },
    'get /api/v1/jobs': { answers: { 200: [job] } },
    'get /api/v1/jobs/status': { answers: { 200: [showStatus(job)] } },
    'get /api/v1/jobs/{uid}': { answers: { 200: job } },
    'get /api/v1/jobs/{uid}/status': { answers: { 200: showStatus(job) } },
    'put /api/v1/jobs/{uid}': {
      body: { priority: 40 },
      answers: { 200: { ...job, priority: 40 } },
    },
    'delete /api/v1/jobs/{uid}': {
      answers: {
        200: { id, removed: true },
        202: {
          id,
          removed: false,
          outcome: 'cancelling',
          message: 'Stop requested; render-01 has not yet confirmed that nothing of the job runs',
        },
      },
    },
  } as const;
}

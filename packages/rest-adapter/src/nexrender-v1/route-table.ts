/*
 * The routes of /api/v1, told once: the place of each, the action that it asks for, and its
 * request and answers in the OpenAPI document. The examples show a job that waits, and the same job
 * cancelled.
 */
import {
  type Action,
  describeStop,
  EXAMPLE_JOB_ID,
  exampleCancelling,
  exampleTime,
} from '@renderdeck/contract';
import type { Example } from '../declared-routes.ts';
import { type NexrenderServerJob, showStatus } from './show-job.ts';

type Route = {
  readonly place: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
    /** The path below /api. */
    readonly url: string;
  };
  readonly action: Action;
  readonly example: Example;
};

const order = { template: { src: 'file:///C:/projects/intro.aep', composition: 'main' } };
const job: NexrenderServerJob = {
  ...order,
  ...{ output: '', outputs: [], assets: [], actions: { prerender: [], postrender: [] } },
  ...{
    uid: EXAMPLE_JOB_ID,
    type: 'default',
    state: 'queued',
    tags: '',
    priority: 0,
    creator: 'sam',
    renderProgress: 0,
    timings: {},
  },
  createdAt: exampleTime(0),
  updatedAt: exampleTime(0),
};

export const NEXRENDER_ROUTES = {
  submit: {
    place: { method: 'POST', url: '/v1/jobs' },
    action: 'submitJob',
    example: { body: { ...order, priority: 0 }, answers: { 200: job } },
  },
  list: {
    place: { method: 'GET', url: '/v1/jobs' },
    action: 'listJobs',
    example: { answers: { 200: [job] } },
  },
  listStatus: {
    place: { method: 'GET', url: '/v1/jobs/status' },
    action: 'listJobs',
    example: { answers: { 200: [showStatus(job)] } },
  },
  show: {
    place: { method: 'GET', url: '/v1/jobs/:uid' },
    action: 'getJob',
    example: { answers: { 200: job } },
  },
  showStatus: {
    place: { method: 'GET', url: '/v1/jobs/:uid/status' },
    action: 'getJob',
    example: { answers: { 200: showStatus(job) } },
  },
  change: {
    place: { method: 'PUT', url: '/v1/jobs/:uid' },
    action: 'setPriority',
    example: { body: { priority: 40 }, answers: { 200: { ...job, priority: 40 } } },
  },
  cancel: {
    place: { method: 'DELETE', url: '/v1/jobs/:uid' },
    action: 'cancelJob',
    example: {
      answers: {
        200: { id: EXAMPLE_JOB_ID, removed: true },
        202: {
          id: EXAMPLE_JOB_ID,
          removed: false,
          outcome: exampleCancelling.outcome,
          message: describeStop(exampleCancelling, Date.parse(exampleTime(31))).sentence,
        },
      },
    },
  },
} as const satisfies Readonly<Record<string, Route>>;

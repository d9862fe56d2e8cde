import { createToken, submitJob } from '@renderdeck/operations';
import { aSystemContext, expectDone } from '@renderdeck/operations/testing';
import { connect } from '@renderdeck/store/connect';
import { z } from 'zod';
import { NEXRENDER_JOB } from '../../testing/open-farm.ts';

/** Gives the database of this URL a token of an admin and a job that tests move in the queue. */
export async function addTokenAndJob(url: string) {
  const store = connect(url);
  const context = aSystemContext(store.db);
  const { secret } = expectDone(
    await createToken(context, { name: 'bot', role: 'admin', expiresInDays: null }),
  );
  const submission = { name: 'Moves', priority: 50, nexrenderJob: NEXRENDER_JOB };
  const { job } = expectDone(await submitJob(context, submission)).view;
  await store.close();
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  return { secret, job, headers };
}

const answer = z.object({ receipt: z.object({ version: z.int() }) });

/** Moves that job to another priority at each call. Gives the status, and the version if done. */
export function mover(url: string, headers: Record<string, string>, jobId: string) {
  let priority = 0;
  return async () => {
    priority = (priority + 1) % 100;
    const body = JSON.stringify({ priority });
    const sent = await fetch(`${url}/api/jobs/${jobId}/priority`, {
      method: 'PATCH',
      headers,
      body,
    });
    const text = await sent.text();
    const version = sent.ok ? answer.parse(JSON.parse(text)).receipt.version : null;
    return { status: sent.status, version };
  };
}

import { createToken, submitJob } from '@renderdeck/operations';
import { aSystemContext, expectDone } from '@renderdeck/operations/testing';
import { connect } from '@renderdeck/store/connect';
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

import { expect } from 'vitest';
import {
  getReceiptOutput,
  jobSchema,
  listJobChangesOutput,
  nexrenderJobSchema,
} from '../../src/index.ts';
import { ADA, codeOf, JOB, type Promises, refusalOf, SAM, UNKNOWN_ID } from './fixture.ts';

const SECRET = 'hunter2-again';

export const runAgain: Promises = {
  async 'a job runs again as a new one, linked both ways; no answer has its secrets'({
    audit,
    list,
    port,
    submit,
  }) {
    const source = await submit('Intro', 70, {
      assets: [{ type: 'image', layerName: 'a', src: 'https://x.example/a.png', apiKey: SECRET }],
    });
    const again = await port.resubmitJob(ADA, { id: source.id });
    expect(jobSchema.parse(again.job)).toMatchObject({
      name: 'Intro',
      priority: 70,
      status: 'QUEUED',
      position: 2,
      submittedBy: 'ada',
      rerunOf: source.id,
    });
    const answers = [
      again,
      await port.getJob(ADA, { id: again.job.id }),
      await port.getJob(ADA, { id: source.id }),
      await list(),
      await port.listJobChanges(ADA, { id: source.id, limit: 10 }),
      await audit({}),
    ];
    expect(JSON.stringify(answers)).not.toContain(SECRET);
    expect(answers[1]).toMatchObject({ nexrenderJob: { assets: [{ apiKey: '•••' }] } });
    expect(answers[2]).toMatchObject({ job: { rerunBy: [again.job.id], rerunOf: null } });
    expect(await audit({ action: 'resubmitJob' })).toMatchObject([
      { outcome: 'done', jobId: again.job.id, after: { rerunOf: source.id, priority: 70 } },
    ]);
  },

  async 'an edited copy links both ways, and keeps secrets where it is as it was'({
    audit,
    port,
    submit,
  }) {
    const asset = { type: 'image', layerName: 'a', src: 'https://x.example/a.png', apiKey: SECRET };
    const source = await submit('Intro', 70, { assets: [asset] });
    const { nexrenderJob } = await port.getJob(ADA, { id: source.id });
    const shown = nexrenderJobSchema.parse(nexrenderJob);
    const edited = { ...shown, template: { ...shown.template, composition: 'spring' } };
    const asked = { job: edited, priority: 40, rerunOf: source.id };
    const { job } = await port.submitJob(ADA, { ...asked, name: 'Edited' });
    expect(jobSchema.parse(job)).toMatchObject({ rerunOf: source.id, priority: 40 });
    const answers = [
      await port.getJob(ADA, { id: job.id }),
      await port.getJob(ADA, { id: source.id }),
      await audit({ action: 'submitJob' }),
    ];
    expect(JSON.stringify(answers)).not.toContain(SECRET);
    const hidden = [{ path: ['assets', 0, 'apiKey'] }];
    expect(answers[0]).toMatchObject({ hidden, nexrenderJob: { assets: [{ apiKey: '•••' }] } });
    expect(answers[1]).toMatchObject({ job: { rerunBy: [job.id], rerunOf: null } });
    expect(answers[2]).toMatchObject([{ jobId: job.id, after: { rerunOf: source.id } }, {}]);
    const moved = { ...edited, assets: [{ ...asset, src: 'https://evil.example', apiKey: '•••' }] };
    expect(await refusalOf(port.submitJob(ADA, { ...asked, job: moved }))).toMatchObject({
      code: 'job_refused',
      facts: { fields: [{ field: 'assets[0].apiKey' }] },
    });
    expect(await codeOf(port.submitJob(SAM, asked))).toBe('not_your_job');
    const nobody = { ...asked, rerunOf: UNKNOWN_ID };
    expect(await codeOf(port.submitJob(ADA, nobody))).toBe('job_not_found');
  },

  async 'a submitter runs only its own jobs again; a repeated key gives the first'({
    port,
    submit,
  }) {
    const ofAda = await submit('of ada');
    expect(await codeOf(port.resubmitJob(SAM, { id: ofAda.id }))).toBe('not_your_job');
    const { id } = (await port.submitJob(SAM, { name: 'of sam', priority: 50, job: JOB })).job;
    for (const kind of ['token', 'user'] as const) {
      const actor = { kind, id: UNKNOWN_ID, name: 'sam', role: 'submitter' } as const;
      expect(await refusalOf(port.resubmitJob({ ...SAM, actor }, { id }))).toMatchObject({
        ...{ code: 'not_your_job', status: 403, facts: { submittedBy: 'sam' } },
      });
    }
    const first = await port.resubmitJob(SAM, { id, idempotencyKey: 'again' });
    expect(first.job).toMatchObject({ submittedBy: 'sam' });
    expect(await port.resubmitJob(SAM, { id, idempotencyKey: 'again' })).toEqual(first);
    const other = port.resubmitJob(SAM, { id, idempotencyKey: 'again', priority: 1 });
    expect(await codeOf(other)).toBe('idempotency_key_reused');
  },

  async 'the changes of a job have their actor and go from status to status'({
    cancel,
    port,
    submit,
  }) {
    const { id } = await submit('Intro', 40);
    await port.setPriority(ADA, { id, priority: 60 });
    await cancel(id);
    const { changes, nextCursor } = await port.listJobChanges(ADA, { id, limit: 2 });
    const rest = await port.listJobChanges(ADA, { id, limit: 2, cursor: nextCursor ?? '' });
    const all = [...changes, ...rest.changes];
    expect(listJobChangesOutput.parse({ changes: all, nextCursor: rest.nextCursor })).toMatchObject(
      {
        changes: [
          { event: 'submit', statusAfter: 'QUEUED' },
          { event: 'setPriority', actor: 'ada', priorityBefore: 40, priorityAfter: 60 },
          { event: 'cancelQueued', statusBefore: 'QUEUED', statusAfter: 'CANCELLED' },
        ],
        nextCursor: null,
      },
    );
  },

  async 'a receipt is found by its number, and gains what is known later'({
    cancel,
    host,
    port,
    run,
  }) {
    const id = await run();
    const { receipt } = await cancel(id, 0, 'typo');
    const { number } = receipt;
    const found = getReceiptOutput.parse(await port.getReceipt(ADA, { number }));
    expect(found).toMatchObject({ number, job: { id, receipt: { outcome: 'cancelling' } } });
    await host.acknowledge(id);
    expect(await port.getReceipt(ADA, { number })).toMatchObject({
      job: { receipt: { number, outcome: 'cancelled' } },
    });
    expect(await codeOf(port.getReceipt(ADA, { number: 999_999 }))).toBe('receipt_not_found');
    expect(await port.listReasons(ADA)).toEqual({ reasons: ['typo'] });
    const { attempts } = await port.getJob(ADA, { id });
    expect(attempts[0]).toMatchObject({
      stop: {
        proof: 'kernel',
        processes: expect.arrayContaining([expect.objectContaining({ pid: 4100 })]),
      },
      removal: { leftovers: [] },
    });
  },
};

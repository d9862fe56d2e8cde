import { createClient } from '@renderdeck/client';
import { waitFor } from '@renderdeck/testing';
import { expect } from 'vitest';
import type { Machine } from './own-machine.ts';

export async function signIn(machine: Machine, url: string) {
  const { output } = await machine.run('printf %s "$RENDERDECK_PASSWORD"');
  const client = createClient({ url });
  await client.signIn('admin', output);
  return client;
}
type SignedIn = Awaited<ReturnType<typeof signIn>>;

/** Waits for both hosts, each with a cgroup. */
export async function twoHosts(machine: Machine, { api }: SignedIn): Promise<void> {
  const list = async () => (await api.listHosts.query()).hosts;
  const hosts = await waitFor(
    async () => {
      const listed = await list();
      return listed.every(({ state }) => state === 'idle') && listed.length === 2 && listed;
    },
    { withinMs: 60_000, what: 'two idle hosts' },
  ).catch(async (cause) => {
    throw new Error(`${JSON.stringify(await list())}\n${await machine.logs()}`, { cause });
  });
  expect(hosts.map(({ name, container }) => [name, container])).toEqual([
    ['render-a', 'cgroup'],
    ['render-b', 'cgroup'],
  ]);
}

/** Renders one job to the outputs, and stops another with a proof by the kernel. */
export async function renderAndStop(machine: Machine, url: string): Promise<string> {
  const client = await signIn(machine, url);
  const { api } = client;
  await twoHosts(machine, client);
  // nexrender changes a script beside aerender.
  await machine.run('chown --recursive renderdeck /opt/ae');
  const submit = async (name: string, frames: number) => {
    const project = JSON.stringify({ standIn: { frames, frameMs: 50 } });
    await machine.run(`printf %s '${project}' >/srv/projects/${name}.aep`);
    const template = { src: `file:///srv/projects/${name}.aep`, composition: 'main' };
    const copy = { module: '@nexrender/action-copy', output: `/srv/renders/${name}.avi` };
    const job = { template, actions: { postrender: [copy] } };
    return (await api.submitJob.mutate({ name, job })).job.id;
  };
  const short = await submit('short', 5);
  const long = await submit('long', 5000);
  const jobOf = async (id: string) => (await api.getJob.query({ id })).job;
  const withinMs = 60_000;
  const ended = await waitFor(
    async () => {
      const job = await jobOf(short);
      return !['QUEUED', 'RENDERING'].includes(job.status) && job;
    },
    { withinMs, what: 'the end of the short job' },
  ).catch(async (cause) => {
    const { failure } = await jobOf(short);
    throw new Error(`The job waits: ${failure}\n${await machine.logs()}`, { cause });
  });
  expect(ended, await machine.logs()).toMatchObject({ status: 'COMPLETED' });
  expect((await machine.run('stat --format %U /srv/renders/short.avi')).output).toBe('renderdeck');
  await waitFor(async () => (await jobOf(long)).progress > 0, { withinMs });
  const { receipt } = await api.cancelJob.mutate({ id: long, reason: 'walkthrough' });
  expect(receipt).toMatchObject({ outcome: 'cancelled', proof: 'kernel' });
  return short;
}

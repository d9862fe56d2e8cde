import { z } from 'zod';
import { hostNameSchema, hostReasonSchema } from './declare-host-gone.ts';
import { hostSchema } from './list-hosts.ts';

export const releaseHostInput = z.object({ name: hostNameSchema, reason: hostReasonSchema });
export type ReleaseHostInput = z.infer<typeof releaseHostInput>;
export const releaseHostOutput = z.object({ host: hostSchema });
export type ReleaseHostOutput = z.infer<typeof releaseHostOutput>;

import { readTags, TAG_LIMITS } from '@renderdeck/domain';
import { z } from 'zod';
import { whyNotStorable } from './storable.ts';

const text = (what: string) => z.string({ error: `${what} is missing; it is text.` });

const asset = z.looseObject(
  {
    type: text('The type of an asset'),
    src: z.string({ error: 'The src of an asset is text.' }).optional(),
    name: z.string({ error: 'The name of an asset is text.' }).optional(),
    layerName: z.string({ error: 'layerName is text.' }).optional(),
    layerIndex: z.union([z.number(), z.string()], { error: 'layerIndex is a number.' }).optional(),
  },
  { error: 'An asset is an object with type and src.' },
);
const action = z.looseObject(
  { module: text('The module of an action') },
  { error: 'An action is an object with a module.' },
);
const actions = z.looseObject(
  {
    predownload: z.array(action, { error: 'A list of actions is a list.' }).optional(),
    postdownload: z.array(action, { error: 'A list of actions is a list.' }).optional(),
    prerender: z.array(action, { error: 'A list of actions is a list.' }).optional(),
    postrender: z.array(action, { error: 'A list of actions is a list.' }).optional(),
  },
  { error: 'actions is an object of lists: predownload, postdownload, prerender, postrender.' },
);

/** Tags joined by commas, as nexrender has them, or a list of tags. */
export const tagsSchema = z
  .union([z.string(), z.array(z.string())], {
    error: 'tags is text, with commas between the tags, or a list of texts.',
  })
  .superRefine((given, ctx) => {
    const read = readTags(given, TAG_LIMITS.ofJob);
    if (!read.ok) ctx.addIssue({ code: 'custom', message: `tags ${read.sentence}.` });
  });

/**
 * The shape of a submitted nexrender job. The rules of the render host decide what the job may ask
 * for, at submission and again on the host.
 */
export const nexrenderJobSchema = z
  .looseObject(
    {
      uid: z.string({ error: 'uid is text; it may be left out.' }).optional(),
      template: z.looseObject(
        {
          src: text('template.src'),
          composition: text('template.composition'),
          name: z.string({ error: 'template.name is text.' }).optional(),
        },
        { error: 'template is missing; a nexrender job has {template: {src, composition}}.' },
      ),
      tags: tagsSchema.nullish(),
      assets: z.array(asset, { error: 'assets is a list.' }).optional(),
      actions: actions.optional(),
    },
    { error: 'A nexrender job is an object with a template.' },
  )
  .superRefine((job, ctx) => {
    const message = whyNotStorable(job);
    // No later check may walk through such a job, because it may be too deep.
    if (message !== null) ctx.addIssue({ code: 'custom', message, continue: false });
  });
export type NexrenderJob = z.infer<typeof nexrenderJobSchema>;

import { z } from 'zod';

const text = (what: string) => z.string({ error: `${what} is missing; it is text.` }).min(1, { error: `${what} is empty.` });

/** A uid is joined into paths by nexrender. We set our own, and refuse one that could leave its folder. */
const uid = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'uid has letters, digits, - and _ only, at most 64.' });

const asset = z.looseObject({
  type: text('The type of an asset'),
  src: z.string().min(1).optional(),
  name: z.string().optional(),
  layerName: z.string().optional(),
  layerIndex: z.union([z.number(), z.string()]).optional(),
});
const action = z.looseObject({ module: text('The module of an action') });
const actions = z.looseObject({
  predownload: z.array(action).optional(),
  postdownload: z.array(action).optional(),
  prerender: z.array(action).optional(),
  postrender: z.array(action).optional(),
});

/**
 * A nexrender job as it comes in: checked where it decides what runs, otherwise kept as it came. Paths of any system pass here; the
 * host that renders it has the last word on them.
 */
export const nexrenderJob = z.looseObject(
  {
    uid: uid.optional(),
    template: z.looseObject(
      {
        src: text('template.src'),
        composition: text('template.composition'),
        name: z.string().optional(),
      },
      { error: 'template is missing; a nexrender job has {template: {src, composition}}.' },
    ),
    assets: z.array(asset, { error: 'assets is a list.' }).optional(),
    actions: actions.optional(),
  },
  { error: 'A nexrender job is an object with a template.' },
);
export type NexrenderJob = z.infer<typeof nexrenderJob>;

import { readFile } from 'node:fs/promises';
import { ACTION_LISTS } from '@renderdeck/domain';

export type Job = Readonly<Record<string, unknown>>;

/** One public nexrender job, reduced to the fields that it uses, and what it becomes. */
export type PublicDocument = {
  readonly id: string;
  /** A path or an issue of nexrender, another repository with a path, or a number in an index. */
  readonly from: string;
  /** The document has no template. It is completed with one. */
  readonly part?: true;
  readonly job: Job;
  /** The sentence of the refusal, where hosts allow every module. */
  readonly refused?: string;
  /** The warnings of an accepted job. */
  readonly warnings?: readonly string[];
  /**
   * The end of an accepted job on a host that has its files. Missing: it uploads to a server, which
   * tests of uploads do.
   */
  readonly end?: string;
};

/** One call of a project, and what it gets. */
export type Call = {
  /** The method and the path. `{uid}` is that of the job that the project submitted. */
  readonly send: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The project sends the token as Bearer, not as `nexrender-secret`. */
  readonly bearer?: true;
  /** A page of another origin sends it. */
  readonly origin?: true;
  readonly body?: Job;
  /** The body is the job of this document. */
  readonly document?: string;
  readonly gets: number;
  /** The fields of the answer that the project reads, by their path, or `{any}` or `{none}`. */
  readonly reads?: Readonly<Record<string, unknown>>;
};

/** A public project that builds nexrender jobs, or talks to nexrender-server. */
export type PublicProject = {
  readonly project: string;
  readonly client: string;
  /** `works`, or why not: it is a worker, it calls nexrender's cloud, or its job is refused. */
  readonly becomes: 'works' | 'worker' | 'cloud' | 'refused';
  readonly calls?: readonly Call[];
  /** The jobs of a project that runs nexrender itself. */
  readonly documents?: readonly string[];
};

const TEMPLATE = { src: 'file:///d:/documents/film.aep', composition: 'main' };

/** Sentences that many warnings have. The data names them in braces. */
const SENTENCES: Readonly<Record<string, string>> = {
  nothing:
    'Nothing of this job will be published: no action after the render copies or sends its ' +
    'result. The result is deleted with the folder of the job.',
  deleted:
    'is not a full path, so the file stays in the folder of the job and is deleted with it. No ' +
    'later action reads it.',
};

/** Reads all documents, each with its whole job. */
export async function readDocuments(): Promise<PublicDocument[]> {
  const lists = await Promise.all(
    ['nexrender', 'issues', 'others'].map((name) => readJson<PublicDocument[]>(name)),
  );
  return lists.flat().map(({ job, warnings = [], ...rest }) => ({
    ...rest,
    job: rest.part === true ? { template: TEMPLATE, ...job } : job,
    warnings: warnings.map((text) => text.replace(/\{(\w+)\}/, (_, name) => SENTENCES[name] ?? '')),
  }));
}

export const readProjects = () => readJson<PublicProject[]>('projects');

/** The modules of the actions that nexrender runs. */
export function modulesOf({ actions }: Job): string[] {
  return ACTION_LISTS.flatMap((list) => Object(actions)[list] ?? []).map(({ module }) => module);
}

async function readJson<Value>(name: string): Promise<Value> {
  return JSON.parse(await readFile(new URL(`${name}.json`, import.meta.url), 'utf8'));
}

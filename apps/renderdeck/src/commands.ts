const STANDALONE = new URL('../../standalone/src/main.ts', import.meta.url);

type ProgramCommand = {
  readonly name: string;
  readonly does: string;
  readonly program: URL;
  /** Several commands are one program, which reads the name of the command itself. */
  readonly isSubcommand: boolean;
};

/** The commands of `renderdeck`. Each is a program of this repository. */
export const COMMANDS: readonly ProgramCommand[] = [
  {
    name: 'demo',
    does: 'runs a whole farm on this machine, with a stand-in renderer and sample jobs',
    program: STANDALONE,
    isSubcommand: true,
  },
  {
    name: 'start',
    does: 'runs a whole farm on this machine, with its After Effects',
    program: STANDALONE,
    isSubcommand: true,
  },
  {
    name: 'tour',
    does: 'shows a cancel and its proof without a browser, in less than a minute',
    program: STANDALONE,
    isSubcommand: true,
  },
  {
    name: 'api',
    does: 'serves the page and the API of a farm; lets systemd run it',
    program: new URL('../../api/src/main.ts', import.meta.url),
    isSubcommand: false,
  },
  {
    name: 'worker',
    does: 'renders on this host; joins, prepares, installs, checks and stops it',
    program: new URL('../../worker/src/main.ts', import.meta.url),
    isSubcommand: false,
  },
  {
    name: 'ctl',
    does: 'jobs, hosts, users, tokens, audit, database and doctor, from the command line',
    program: new URL('../../ctl/src/main.ts', import.meta.url),
    isSubcommand: false,
  },
  {
    name: 'migrate',
    does: 'brings the database to the schema of this version',
    program: new URL('../../../packages/store/src/migrate-main.ts', import.meta.url),
    isSubcommand: false,
  },
];

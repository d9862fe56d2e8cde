export type UnitFacts = {
  readonly description: string;
  readonly user: string;
  readonly folder: string;
  /** The program with its interpreter, as absolute paths, and its arguments. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Root reads this file of variables; the user of the unit need not read it. */
  readonly environmentFile?: string;
  /** Further lines of the sections [Unit] and [Service]. */
  readonly ofUnit?: readonly string[];
  readonly ofService: readonly string[];
};

/**
 * Why these facts may not become lines of files that a system runs, such as a unit; null: they may.
 * A line break in a name would begin another line.
 */
export function explainFacts(facts: object): string | null {
  const isBroken = (one: unknown) => typeof one === 'string' && /\p{Cc}/u.test(one);
  const broken: unknown = Object.values(facts).flat().find(isBroken);
  return broken === undefined ? null : `${JSON.stringify(broken)} has a control character.`;
}

/** Where root puts a unit. */
export const unitFileOf = (unit: string): string => `/etc/systemd/system/${unit}`;

/** A unit of systemd that runs a program from the boot of the machine on. */
export function systemdUnit(facts: UnitFacts): string {
  const { description, user, folder, command, environment = {}, environmentFile } = facts;
  const variables = Object.entries(environment).map(
    ([name, value]) => `Environment=${quote(`${name}=${value}`)}`,
  );
  return [
    '[Unit]',
    `Description=${escapeSpecifiers(description)}`,
    'After=network-online.target',
    'Wants=network-online.target',
    ...(facts.ofUnit ?? []),
    '',
    '[Service]',
    `User=${user}`,
    `WorkingDirectory=${escapeSpecifiers(folder)}`,
    ...variables,
    ...(environmentFile === undefined
      ? []
      : [`EnvironmentFile=${escapeSpecifiers(environmentFile)}`]),
    `ExecStart=${command.map((part) => quote(part).replaceAll('$', '$$$$')).join(' ')}`,
    ...facts.ofService,
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

const escapeSpecifiers = (text: string) => text.replaceAll('%', '%%');

/** A word of a unit file: systemd.syntax(7) and systemd.service(5). */
function quote(text: string): string {
  const escaped = escapeSpecifiers(text);
  return /^[\w./:=@%+,-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, '\\$&')}"`;
}

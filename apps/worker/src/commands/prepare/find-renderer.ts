import type { HostFinding } from '@renderdeck/domain';
import {
  describeInstallation,
  describeRenderer,
  findByNexrender,
  findInstallations,
  type Installation,
  patchStartupScript,
  readPatch,
} from '@renderdeck/render-host';
import { done, ok, type Preparing, todo } from './preparing.ts';

/** The name of the finding about the renderer of this host. */
export const AFTER_EFFECTS = 'After Effects';
const SCRIPT = 'startup script';

/** Finds every After Effects here, the one that renders use, and whether it has the script. */
export async function findRenderer(host: Preparing): Promise<readonly HostFinding[]> {
  const { config, system } = host;
  const installations = await findInstallations(system);
  const used = config.aerender ?? (await findByNexrender(system));
  if (used === null) return [todo(AFTER_EFFECTS, describeNone(installations))];
  const renderer = await describeRenderer(used, host.renderUser);
  if (renderer.problem !== null) return [todo(AFTER_EFFECTS, renderer.problem)];
  const described = await describeInstallation(system, used);
  const others = installations.filter(({ aerender }) => aerender !== used);
  return [
    describeUsed(renderer.standIn, described, others, config.aerender !== null),
    await prepareScript(used, host),
  ];
}

/** nexrender does not know the folder names of every version. */
function describeNone(installations: readonly Installation[]): string {
  const [first] = installations;
  if (first !== undefined)
    return (
      `Found ${installations.map(describe).join(', ')}, which nexrender does not find by itself. ` +
      `Set RENDERDECK_AERENDER to ${first.aerender}.`
    );
  return (
    'None was found in the usual folders. Install it, or set RENDERDECK_AERENDER to the path of ' +
    'its aerender.'
  );
}

function describeUsed(
  isStandIn: boolean,
  used: Installation,
  others: readonly Installation[],
  isGiven: boolean,
): HostFinding {
  if (isStandIn)
    return ok(AFTER_EFFECTS, `Renders use the stand-in at ${used.aerender}, not After Effects.`);
  const why = isGiven ? 'as RENDERDECK_AERENDER says' : 'which nexrender finds first';
  const more =
    others.length === 0
      ? ''
      : ` Also here: ${others.map(describe).join(', ')}. Every host of a farm should render with ` +
        'the same version: RENDERDECK_AERENDER says which.';
  return ok(AFTER_EFFECTS, `Renders use ${describe(used)}, ${why}.${more}`);
}

function describe({ aerender, version }: Installation): string {
  return `${aerender} (${version === null ? 'version not known' : `version ${version}`})`;
}

async function prepareScript(
  aerender: string,
  { isDryRun, renderUser }: Preparing,
): Promise<HostFinding> {
  const before = await readPatch(aerender);
  if (before === 'patched') return ok(SCRIPT, `nexrender's script is in ${aerender}'s folder.`);
  const what = before === 'outdated' ? 'of another version' : 'not there';
  if (isDryRun)
    return todo(
      SCRIPT,
      `nexrender's script is ${what}. Run "worker prepare" as an administrator: it writes it.`,
    );
  const problem = await patchStartupScript(aerender);
  if (problem !== null) return todo(SCRIPT, problem);
  const whose = renderUser === null ? '' : ` ${renderUser.name} only reads it.`;
  return done(
    SCRIPT,
    `nexrender's script was ${what} and was written; the original is in Backup.Scripts.${whose}`,
  );
}

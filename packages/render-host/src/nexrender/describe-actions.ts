import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { actionRule } from '@renderdeck/domain';
import { UPLOAD } from '../transfers/uploads.mjs';
import { findPackage } from './added-modules.mjs';
import { ENCODE } from './encode.mjs';
import { findModule } from './find-module.mjs';
import { COPY } from './load-actions.mjs';

/** Renderdeck uploads itself, with a module of nexrender only for its provider nx. */
const OURS = fileURLToPath(import.meta.url);

/** An action module that is allowed or installed on this host. */
export type DescribedAction = {
  readonly name: string;
  /** Of its package; null if that has none, or if it is not installed. */
  readonly version: string | null;
  /** The file; null if it is not installed. */
  readonly path: string | null;
  /** It comes with Renderdeck. */
  readonly isOwn: boolean;
  /**
   * `publishes`: writes the file that `output` names, after both gates. `leaves`: it may send
   * anything, so it runs after the second gate. `stays`: the operator says that it only works in
   * the folder of the job, so no gate is asked. `nothing`: Renderdeck does not run it. Null: it is
   * not allowed.
   */
  readonly rule: 'publishes' | 'leaves' | 'stays' | 'nothing' | null;
};

type Allowed = {
  readonly actions: readonly string[];
  readonly localActions: readonly string[];
  readonly publishingActions: readonly string[];
  readonly actionsFolder: string;
};

/** The allowed modules, and those that the operator has installed in this folder. */
export function describeActions(host: Allowed): DescribedAction[] {
  const names = new Set([...host.actions, ...findInstalled(host.actionsFolder)]);
  return [...names].toSorted().map((name) => {
    const found =
      findModule(name, host.actionsFolder) ??
      (name === UPLOAD ? { path: OURS, isOwn: true } : null);
    return {
      name,
      version: found === null ? null : readVersion(found.path),
      path: found?.path ?? null,
      isOwn: found?.isOwn ?? false,
      rule: ruleOf(name, host),
    };
  });
}

function ruleOf(
  name: string,
  { actions, localActions, publishingActions }: Omit<Allowed, 'actionsFolder'>,
): DescribedAction['rule'] {
  if (actionRule(name)?.result === 'nothing') return 'nothing';
  if (!actions.includes(name)) return null;
  if ([COPY, ENCODE, UPLOAD, ...publishingActions].includes(name)) return 'publishes';
  return localActions.includes(name) ? 'stays' : 'leaves';
}

const IS_ACTION = /^(@nexrender\/action-|(@[^/]+\/)?nexrender-action-)/;

/** The packages in `node_modules` of this folder that have the name of an action. */
function findInstalled(folder: string): string[] {
  const modules = join(folder, 'node_modules');
  const names = list(modules).flatMap((name) =>
    name.startsWith('@') ? list(join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
  );
  return names.filter((name) => IS_ACTION.test(name));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readVersion(path: string): string | null {
  const folder = findPackage(path);
  if (folder === null) return null;
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

import type { FindingState, HostFinding } from '@renderdeck/domain';
import type { RenderUser, System } from '@renderdeck/render-host';
import type { HostConfig } from '../../config.ts';

/** The input of every step of the preparation. */
export type Preparing = {
  readonly config: HostConfig;
  readonly system: System;
  readonly renderUser: RenderUser | null;
  /** Changes nothing. Each change that it would make is a finding `todo`. */
  readonly isDryRun: boolean;
  /** A person asked that After Effects renders here without a licence. */
  readonly isRenderOnly: boolean;
};

const state =
  (of: FindingState) =>
  (name: string, sentence: string): HostFinding => ({ name, state: of, sentence });

export const ok = state('ok');
export const done = state('done');
export const todo = state('todo');
export const unknown = state('unknown');

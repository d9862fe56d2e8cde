import type { AddressRules } from '@renderdeck/domain';

/** A template or an asset, as nexrender reads it. */
export type Source = { src?: string } & Record<string, unknown>;

/** Everything that one render may know; the daemon sends it to render-child.mjs. */
export type RenderOrder = {
  type: 'render';
  job: {
    uid: string;
    template: Source;
    assets: Source[];
    actions: Record<string, { module: string }[]>;
  };
  workPath: string;
  aerender: string | null;
  /** Allowed action modules. */
  actions: readonly string[];
  /** Those of them that stay on the host, by its operator's word. */
  localActions: readonly string[];
  /** Where sources may not be. */
  addresses: AddressRules;
  /** The folder of action modules that Renderdeck does not include. */
  actionsFolder: string;
  ffmpeg: string | null;
  /** The group that outputs belong to; null: the group of the render. */
  outputGroup: number | null;
};

/** How a program ended. */
export type ProgramExit = { code: number | null; signal: string | null };

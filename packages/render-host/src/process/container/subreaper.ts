import { createRequire } from 'node:module';

/** Whether a launcher can become the parent of its tree's orphans. It calls prctl by koffi. */
export function canAdoptOrphans(): { ok: true } | { ok: false; reason: string } {
  try {
    createRequire(import.meta.url).resolve('koffi');
    return { ok: true };
  } catch {
    return {
      ok: false,
      reason: 'The launcher cannot adopt orphans either: the package koffi is not installed.',
    };
  }
}

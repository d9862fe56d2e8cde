// @ts-check
/** @typedef {import('./render-order.ts').RenderOrder} RenderOrder */
import { GATE } from './publish-gate.mjs';

/**
 * @param {RenderOrder['job']} job
 * @param {import('./load-actions.mjs').WayOut} wayOut
 */
export function planPublications({ uid: attemptId, actions: { postrender = [] } }, wayOut) {
  const outputs = postrender.filter((action) => /file|upload/.test(`${wayOut(action)}`)).length;
  const warning =
    `This job publishes ${outputs} outputs, one after the other. ` +
    'If an attempt ends in between, only some of them are its own.';
  /**
   * The postrender actions as nexrender runs them: it copies the list before the first one.
   * @type {{ module: string }[]}
   */
  let steps = [];
  return {
    /** The postrender actions begin. True if one of them leaves the host. */
    start(/** @type {{ module: string }[]} */ actions) {
      steps = actions.filter(({ module }) => module !== GATE);
      return steps.some((action) => wayOut(action) !== null);
    },
    /** @type {import('./load-actions.mjs').Plan} */
    plan(action) {
      const index = steps.indexOf(/** @type {{ module: string }} */ (action));
      const later = steps.slice(index + 1);
      const isLast = index >= 0 && !later.some((step) => wayOut(step) !== null);
      return { attemptId, warning: outputs > 1 ? warning : null, isLast };
    },
  };
}

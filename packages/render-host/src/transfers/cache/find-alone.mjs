// @ts-check
import { extname } from 'node:path';

/**
 * The sources of which no other one writes the same file. A file of the cache must not get its name
 * before another source is written to it. The type of an answer may add an extension to a name.
 *
 * @typedef {import('../../nexrender/job-guard.mjs').Source} Source
 *
 * @param {import('../../nexrender/job-guard.mjs').Job} job
 * @returns {Set<Source>}
 */
export function findAlone({ template, assets }) {
  /** @type {Map<string, { source: Source, name: string, whole: string }[]>} */
  const byStem = new Map();
  for (const source of [template, ...assets]) {
    const { name = '', extension } = source;
    const given = `${name}${extension ? `.${extension}` : ''}`.toLowerCase();
    const stem = given.slice(0, given.length - extname(given).length);
    const whole = JSON.stringify([source.src, source.params]);
    byStem.set(stem, [...(byStem.get(stem) ?? []), { source, name: given, whole }]);
  }
  const alone = [...byStem.values()].flatMap((group) => {
    const meets = (/** @type {typeof group[number]} */ one, /** @type {typeof one} */ other) =>
      one.whole !== other.whole &&
      (one.name === other.name || extname(one.name) === '' || extname(other.name) === '');
    return group.filter((one) => !group.some((other) => meets(one, other)));
  });
  return new Set(alone.map(({ source }) => source));
}

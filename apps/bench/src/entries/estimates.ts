/*
 * 1. Simulated nights with a fixed seed: how many starts and ends are in the range that was said.
 *    The first nights are only for learning, as a farm learns in its first days.
 * 2. What estimates add to the read of a page of the queue, at many waiting jobs.
 */
import { createForecaster } from '@renderdeck/operations/extras';
import type { BenchDatabase, BenchFarm } from '../bench-farm.ts';
import { type Checked, checkNight, type Learned } from '../estimates/check-estimates.ts';
import { makeFarm, makeNight, makeTemplate } from '../estimates/night.ts';
import { randomOf } from '../estimates/random.ts';
import { runNight } from '../estimates/run-night.ts';
import { fillQueue } from '../fill-queue.ts';
import { counted, type Finding, jobs as jobsText, round, timed } from '../finding.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';

export const ESTIMATES_USAGE = '[--seed N]';
const LEAST_SHARE = 0.8;
const MOST_MS = 5;
const LOOK_EVERY_S = 600;
const TEMPLATES = 40;
/** This many templates are new each night. */
const NEW_TEMPLATES = 3;
const PAGE = 50;

export async function measureEstimates(
  farm: BenchFarm,
  sizes: Sizes,
  options: readonly string[],
): Promise<Finding[]> {
  const at = options.indexOf('--seed');
  const seed = at < 0 ? 1 : Number(options[at + 1]);
  if (!Number.isInteger(seed)) throw new Error('--seed needs a whole number');
  return [...simulate(seed, sizes.nights), ...(await measureRead(farm, sizes))];
}

function simulate(seed: number, { learned, measured, jobs }: Sizes['nights']): Finding[] {
  const random = randomOf(seed);
  const hosts = makeFarm(random);
  let templates = Array.from({ length: TEMPLATES }, () => makeTemplate(random));
  const known: Learned = { paces: new Map(), errors: new Map() };
  const nights: (readonly Checked[])[] = [];
  let unknown = 0;
  for (let night = 0; night < learned + measured; night += 1) {
    const fresh = Array.from({ length: NEW_TEMPLATES }, () => makeTemplate(random));
    templates = [...templates.slice(NEW_TEMPLATES), ...fresh];
    const checks = checkNight(hosts, known);
    runNight(hosts, makeNight(random, templates, hosts.length, jobs), LOOK_EVERY_S, checks);
    if (night < learned) continue;
    nights.push(checks.checked);
    unknown += checks.unknown();
  }
  const starts = nights.flat().filter(({ what }) => what === 'start');
  const of = (what: Checked['what']) => nights.flat().filter((one) => one.what === what);
  const shares = nights.map((night) => shareOf(night.filter(({ what }) => what === 'start')));
  return [
    held('starts in their range', starts, true),
    held(
      '… said while jobs still come in',
      starts.filter(({ isOpen }) => isOpen),
      true,
    ),
    held(
      '… said afterwards',
      starts.filter(({ isOpen }) => !isOpen),
    ),
    ...[0, 1, 2, 3, 4].map((size) =>
      held(
        SIZES[size] ?? '',
        starts.filter((one) => one.size === size),
      ),
    ),
    counted('the worst of these nights', percent(Math.min(...shares))),
    counted('starts that are not known', percent(unknown / (unknown + starts.length))),
    held('ends of waiting jobs in their range', of('end'), true),
    held('ends of running jobs in their range', of('runningEnd'), true),
  ];
}

const SIZES = ['… in 5 min', '… in 5 to 20 min', '… in 20 to 60 min', '… in 1 to 3 h', '… later'];

function held(what: string, checked: readonly Checked[], hasTarget = false): Finding {
  const share = shareOf(checked);
  const width = `${round(median(checked.map(({ widthS }) => widthS)) / 60)} min wide`;
  const target = hasTarget
    ? { target: `≥ ${percent(LEAST_SHARE)}`, met: share >= LEAST_SHARE }
    : {};
  const finding = counted(what, percent(share), { ratio: width, ...target });
  return { ...finding, samples: checked.length };
}

function shareOf(checked: readonly Checked[]): number {
  return checked.filter((one) => one.held).length / checked.length;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** What the estimates add to the read of a page in the middle of the queue. */
async function measureRead(farm: BenchFarm, { large, samples }: Sizes): Promise<Finding[]> {
  const database = await farm.database();
  await fillQueue(database, large);
  await startHosts(database);
  const forecaster = createForecaster();
  const first = await time(() => forecaster.forecast(database.admin));
  await database.sql`update queue_forecasts set made_at = made_at - interval '1 minute'`;
  const next = await time(() => forecaster.forecast(database.admin));
  const { sql } = database;
  const page = await sql<{ id: string }[]>`
    select id from jobs where queue_key is not null order by queue_key
    offset ${Math.floor(large / 2)} limit ${PAGE}`;
  const ids = page.map(({ id }) => id);
  const places = page.map((_, index) => Math.floor(large / 2) + index + 1);
  const [plain, withEstimates]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < samples; turn += 1) {
    plain.push(
      await time(
        () => sql`select j.id, place from unnest(${ids}::uuid[], ${places}::bigint[])
          as given (id, place) join jobs j using (id)`,
      ),
    );
    withEstimates.push(
      await time(
        () => sql`select j.id, place, forecast_at(j.tags, place),
            pace_facts(j.pace, j.submitted_by, 3)
          from unnest(${ids}::uuid[], ${places}::bigint[]) as given (id, place)
            join jobs j using (id)`,
      ),
    );
  }
  const added = median(withEstimates) - median(plain);
  const at = `at ${jobsText(large)}`;
  return [
    timed(`${PAGE} jobs without estimates, ${at}`, plain),
    timed(`${PAGE} jobs with estimates, ${at}`, withEstimates, {
      ratio: `+${round(added)} ms`,
      target: `≤ +${MOST_MS} ms`,
      met: added <= MOST_MS,
    }),
    counted(`the first forecast of a process, ${at}`, `${round(first)} ms`),
    counted(`each further forecast, ${at}`, `${round(next)} ms`),
  ];
}

/** Twelve hosts that take jobs, and a measured pace of the farm. */
async function startHosts({ sql }: BenchDatabase): Promise<void> {
  await sql`
    insert into render_hosts (name, worker_id, boot_id, pid, start_token, slots, version, platform,
      renderer, stand_in, container, lease_ms)
    select 'ae-' || n, gen_random_uuid(), 'boot', n, 'token', 2, 'bench', 'bench', 'bench', true,
      'none', 3600000 from generate_series(1, 12) n`;
  await sql`
    insert into render_paces (key, renders, mean_ms, log_mean, log_var, at)
    values (pace_key('farm', ''), 100, 300000, 12.5, 0.1, now())`;
}

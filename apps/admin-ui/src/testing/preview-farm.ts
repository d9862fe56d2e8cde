import { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';
import { anAdmin } from './an-admin.ts';
import { fillMeasures, somePoints } from './preview-measures.ts';

const NAMES = [
  'spot_0142_final',
  'trailer_de_subtitled',
  'lower_third_ana',
  'weather_map_north',
  'promo_15s_vertical',
  'credits_roll_ep4',
];
const PEOPLE = ['mira', 'jonas', 'sam'];
const WAITING = 40;

/** A farm with jobs in every status, to show the page without a server. */
export function previewFarm() {
  const farm = createFakeAdminPort();
  const submit = (name: string, priority: number) =>
    farm.farm.submit(name, PEOPLE[name.length % PEOPLE.length] ?? 'mira', priority).id;
  const started = (name: string, host: string, progress: number) => {
    const id = submit(name, 100);
    farm.farm.claimNext(host);
    if (progress > 0) farm.farm.progress(id, progress);
    return id;
  };
  const stopping = async (id: string, reason: string) => {
    await farm.port.cancelJob(anAdmin('ada', 'trpc'), { id, reason, waitMs: 0 });
    return id;
  };
  async function fill(): Promise<void> {
    farm.farm.complete(started('done_before_lunch', 'render-01', 100));
    farm.farm.fail(
      started('broken_project', 'render-01', 12),
      'aerender: no such composition "main".',
    );
    farm.farm.acknowledgeStop(
      await stopping(started('wrong_version', 'render-01', 55), 'wrong version'),
    );
    farm.farm.loseHost(await stopping(started('on_a_lost_host', 'render-02', 31), 'host is gone'));
    await stopping(started('being_stopped', 'render-02', 70), 'client changed their mind');
    farm.farm.reportSurvivors(await stopping(started('will_not_die', 'render-02', 70), 'hangs'), [
      { pid: 4102, name: 'AfterFX', state: 'D' },
    ]);
    const running = started(
      'spot_0141_with_a_name_that_is_far_too_long_for_any_column_of_a_table',
      'render-01',
      42,
    );
    started('just_claimed', 'render-02', 0);
    for (let index = 0; index < WAITING; index += 1)
      submit(`${NAMES[index % NAMES.length]}_${index}`, 40 + ((index * 7) % 30));
    fillMeasures(farm.farm);
    farm.farm.usageOf(running).push(...somePoints());
    let progress = 42;
    setInterval(() => {
      progress = Math.min(99, progress + 1);
      farm.farm.progress(running, progress);
    }, 1_500);
  }
  return { ...farm, fill };
}

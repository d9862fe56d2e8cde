import type { GetMeasuresOutput } from '@renderdeck/contract';
import { EndsPanel } from './ends-panel.tsx';
import { HealthLine } from './health-line.tsx';
import { HostUsePanel } from './host-use-panel.tsx';
import styles from './measures.module.css';
import { QueuePanel } from './queue-panel.tsx';
import { ReasonsPanel } from './reasons-panel.tsx';
import { Tiles } from './tiles.tsx';
import { StopsPanel, WaitingPanel } from './times-panel.tsx';

/** Whether the farm is well, then the numbers of a range. */
export function Measures({ measures }: { readonly measures: GetMeasuresOutput }) {
  return (
    <>
      <HealthLine measures={measures} />
      <Tiles measures={measures} />
      <div className={styles.panels}>
        <EndsPanel measures={measures} />
        <QueuePanel measures={measures} />
        <ReasonsPanel measures={measures} />
        <HostUsePanel measures={measures} />
        <WaitingPanel measures={measures} />
        <StopsPanel measures={measures} />
      </div>
    </>
  );
}

/** What is seen as files: the columns of the charts, and the samples behind them. */
import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { MachineSummary } from '../../../src/contracts/index.js';
import { downloadSamples, type ExportFormat } from '../shared/api/machines.js';
import { columnBefore } from '../shared/charts/comparison.js';
import { csvOf } from '../shared/charts/csv.js';
import { between } from '../shared/charts/timeline.js';
import { fileName, saveFile } from '../shared/download.js';
import { useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { CHARTED_METRICS } from './chart-groups.js';
import type { HistoryState } from './use-history.js';

/** A button with the choices; a failed download is told below it. */
export function ExportMenu({
  machine,
  history,
}: {
  machine: MachineSummary;
  history: HistoryState;
}) {
  const { api } = useServices();
  const { timeline, from, to } = history;
  const name = (what: string, ending: string) => {
    const times = [from, to].map((time) => new Date(time).toISOString().slice(0, 16));
    return fileName([machine.machine_name, what, ...times], ending);
  };
  const samples = useMutation({
    mutationFn: (format: ExportFormat) =>
      downloadSamples(api, machine.machine_id, format, Math.floor(from), Math.ceil(to)),
    onSuccess: (content, format) => saveFile(name('samples', format), content),
  });
  const saveColumns = () => {
    const names = CHARTED_METRICS.flatMap((metric) => [
      metric,
      `${metric}_min`,
      `${metric}_max`,
      columnBefore(metric),
    ]);
    saveFile(
      name('chart', 'csv'),
      new Blob([csvOf(between(timeline, from, to), names)], { type: 'text/csv' }),
    );
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            loading={samples.isPending}
            leftSection={<IconDownload size={14} />}
          >
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={saveColumns}>The charts as shown (CSV)</Menu.Item>
          <Menu.Item onClick={() => samples.mutate('csv')}>Every sample (CSV)</Menu.Item>
          <Menu.Item onClick={() => samples.mutate('ndjson')}>Every sample (NDJSON)</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {samples.error !== null && <Notice kind="error">{samples.error.message}</Notice>}
    </>
  );
}

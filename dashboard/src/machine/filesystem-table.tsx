/** The filesystems of a machine, and when each will be full. */
import { useQuery } from '@tanstack/react-query';
import { fetchDeviceHistory } from '../shared/api/machines.js';
import { serverNow } from '../shared/clock.js';
import { useServices } from '../shared/services.js';
import { DeviceTable } from './device-table.js';
import type { DeviceRow } from './devices.js';
import { forecastFull, forecastText } from './forecast.js';

const WEEK_MS = 7 * 86_400_000;
/** Values of a week by the hour. */
const POINTS = 168;
const RENEW_MS = 15 * 60_000;

/** The forecast is fetched once the table is `visible`. */
export function FilesystemTable(props: {
  machineId: string;
  devices: DeviceRow[];
  visible: boolean;
}) {
  const { machineId, devices, visible } = props;
  const { api } = useServices();
  const { data } = useQuery({
    queryKey: ['forecast', machineId],
    queryFn: async ({ signal }) => {
      const to = serverNow();
      const range = { from: to - WEEK_MS, to, points: POINTS };
      const week = await fetchDeviceHistory(api, machineId, 'filesystem', range, signal);
      return new Map(
        week.devices.map(({ name, columns }) => [
          name,
          forecastText(forecastFull(week.timestamp, columns.usage ?? [])),
        ]),
      );
    },
    enabled: visible,
    refetchInterval: RENEW_MS,
    staleTime: RENEW_MS,
  });
  const note = { label: 'Forecast', of: (name: string) => data?.get(name) ?? '' };
  return <DeviceTable kind="filesystem" devices={devices} note={note} />;
}

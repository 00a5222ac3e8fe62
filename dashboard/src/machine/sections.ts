/** The themes of a machine's page: which charts and which kinds of devices belong together. */
import type { DeviceKind } from '../../../src/contracts/index.js';

/** One section of the page. */
export interface MachineSection {
  /** By which the user's preferences know the section. */
  id: string;
  title: string;
  /** Titles of the charts of the machine's own metrics, in this order. */
  charts: readonly string[];
  kinds: readonly DeviceKind[];
}

/** All sections with charts, in the order of the page. */
export const SECTIONS: readonly MachineSection[] = [
  {
    id: 'cpu',
    title: 'CPU and memory',
    charts: ['CPU', 'Memory', 'Load', 'Processes'],
    kinds: ['core'],
  },
  {
    id: 'storage',
    title: 'Storage',
    charts: ['Disk space', 'Disk throughput'],
    kinds: ['filesystem', 'disk'],
  },
  { id: 'network', title: 'Network', charts: ['Network'], kinds: ['interface'] },
  { id: 'gpu', title: 'Graphics', charts: ['GPU'], kinds: ['gpu'] },
  {
    id: 'temperature',
    title: 'Temperatures and fans',
    charts: ['Temperature'],
    kinds: ['sensor', 'fan'],
  },
  { id: 'battery', title: 'Batteries', charts: [], kinds: ['battery'] },
];

/** Headings of the devices of a kind. */
export const KIND_TITLES: Record<DeviceKind, string> = {
  core: 'Cores',
  filesystem: 'Filesystems',
  disk: 'Disks',
  interface: 'Interfaces',
  gpu: 'Cards',
  sensor: 'Sensors',
  fan: 'Fans',
  battery: 'Batteries',
};

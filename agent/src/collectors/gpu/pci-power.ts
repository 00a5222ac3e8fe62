/** Power state of graphics cards on the PCI bus (kernel: ABI/sysfs-devices-power); asking wakes none. */
import { listFolder, type Roots, readText } from '../linux/roots.js';

/** A graphics card as the bus shows it. */
export interface PciCard {
  path: string;
  vendor: string;
  asleep: boolean;
  /** Its driver lets it sleep when idle. */
  maySleep: boolean;
}

/** All display controllers (PCI class 03). */
export function pciCards(roots: Roots): PciCard[] {
  const base = `${roots.sys}/bus/pci/devices`;
  const cards: PciCard[] = [];
  for (const name of listFolder(base)) {
    const path = `${base}/${name}`;
    if (!readText(`${path}/class`)?.startsWith('0x03')) continue;
    cards.push({
      path,
      vendor: readText(`${path}/vendor`) ?? '',
      asleep: readText(`${path}/power/runtime_status`) === 'suspended',
      maySleep: readText(`${path}/power/control`) === 'auto',
    });
  }
  return cards;
}

/** PCI vendor number of NVIDIA. */
export const NVIDIA_VENDOR = '0x10de';

/** Whether NVIDIA cards are there, and awake; `unknown` without a PCI bus, as in WSL. */
export function nvidiaPower(roots: Roots): 'awake' | 'asleep' | 'no_card' | 'unknown' {
  if (listFolder(`${roots.sys}/bus/pci/devices`).length === 0) return 'unknown';
  const cards = pciCards(roots).filter(({ vendor }) => vendor === NVIDIA_VENDOR);
  if (cards.length === 0) return 'no_card';
  return cards.every(({ asleep }) => asleep) ? 'asleep' : 'awake';
}

/** True if an NVIDIA card would sleep were it left alone. */
export function nvidiaMaySleep(roots: Roots): boolean {
  return pciCards(roots).some(({ vendor, maySleep }) => vendor === NVIDIA_VENDOR && maySleep);
}

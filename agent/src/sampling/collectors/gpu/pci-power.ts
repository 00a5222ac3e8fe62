/**
 * Power state of graphics cards on the PCI bus (kernel: ABI/sysfs-devices-power). Reading it wakes
 * no card.
 */
import { listFolder, type Roots, readText } from '../../../shared/roots.js';

/** A graphics card as the bus shows it. */
export interface PciCard {
  path: string;
  vendor: string;
  asleep: boolean;
  /** Its driver lets it sleep when it is idle. */
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
/** PCI vendor number of Microsoft. */
export const MICROSOFT_VENDOR = '0x1414';

/**
 * Whether there are NVIDIA cards, and whether they are awake; `unknown` where the bus cannot tell:
 * if there is none, and in WSL 2, which shows a 3D controller by Microsoft in place of the card
 * that Windows has.
 */
export function nvidiaPower(roots: Roots): 'awake' | 'asleep' | 'no_card' | 'unknown' {
  if (listFolder(`${roots.sys}/bus/pci/devices`).length === 0) return 'unknown';
  const all = pciCards(roots);
  const cards = all.filter(({ vendor }) => vendor === NVIDIA_VENDOR);
  if (cards.length === 0) return all.some(standsForAny) ? 'unknown' : 'no_card';
  return cards.every(({ asleep }) => asleep) ? 'asleep' : 'awake';
}

/**
 * The screen of a Microsoft virtual machine is a VGA controller; this is a 3D controller (class 03
 * 02).
 */
function standsForAny({ path, vendor }: PciCard): boolean {
  return vendor === MICROSOFT_VENDOR && readText(`${path}/class`)?.startsWith('0x0302') === true;
}

/** True if an NVIDIA card would sleep if it were not used. */
export function nvidiaMaySleep(roots: Roots): boolean {
  return pciCards(roots).some(({ vendor, maySleep }) => vendor === NVIDIA_VENDOR && maySleep);
}

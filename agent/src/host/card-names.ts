/**
 * Names of graphics cards on Linux, from files alone: programs that list cards also start the drivers of
 * OpenCL, which takes half a gigabyte of a card's memory and wakes one that sleeps.
 */
import { readFileSync } from 'node:fs';
import { MICROSOFT_VENDOR, pciCards } from '../sampling/collectors/gpu/pci-power.js';
import { errorCode } from '../shared/errors.js';
import { hostFile, type Roots, readText } from '../shared/roots.js';

/** Where distributions keep the names of PCI devices (pci.ids(5)). */
const PCI_IDS = ['usr/share/hwdata/pci.ids', 'usr/share/misc/pci.ids', 'usr/share/pci.ids'];
/** As people say. */
const VENDORS: { [id: string]: string } = { '1002': 'AMD', '10de': 'NVIDIA', '8086': 'Intel' };
const MOST_CARDS = 32;
const LONGEST_NAME = 200;

/** The name of every graphics card on the PCI bus; its numbers where no file tells the name. */
export function cardNames(roots: Roots): string[] {
  // In WSL 2 a card of Microsoft's stands for whatever Windows has.
  const cards = pciCards(roots)
    .filter(({ vendor }) => vendor !== MICROSOFT_VENDOR)
    .slice(0, MOST_CARDS);
  if (cards.length === 0) return [];
  const ids = readPciIds(roots);
  return cards.map(({ path, vendor: vendorId }) => {
    const vendor = hexDigits(vendorId);
    const device = hexDigits(readText(`${path}/device`) ?? '');
    const name =
      nvidiaModel(roots, path) ??
      nameInPciIds(ids, vendor, device) ??
      `${VENDORS[vendor] ?? 'graphics card'} ${vendor}:${device}`;
    return name.slice(0, LONGEST_NAME);
  });
}

/** What NVIDIA's driver calls the card at this place on the bus, if it is loaded. */
function nvidiaModel({ proc }: Roots, path: string): string | null {
  const bus = path.slice(path.lastIndexOf('/') + 1);
  const information = readText(`${proc}/driver/nvidia/gpus/${bus}/information`) ?? '';
  const model = /^Model:\s*(.+)$/m.exec(information)?.[1]?.trim();
  return model && !/^unknown$/i.test(model) ? model : null;
}

function hexDigits(id: string): string {
  return id.replace(/^0x/, '').toLowerCase();
}

/** The file has some 40,000 lines: it is searched as bytes, not taken apart. */
function readPciIds(roots: Roots): Buffer {
  for (const path of PCI_IDS) {
    try {
      return readFileSync(hostFile(roots, path));
    } catch (error) {
      if (errorCode(error) === '') throw error;
    }
  }
  return Buffer.alloc(0);
}

/** Vendors begin a line, their devices follow behind a tab. */
function nameInPciIds(ids: Buffer, vendor: string, device: string): string | null {
  const start = ids.indexOf(`\n${vendor}  `);
  if (start < 0) return null;
  const at = ids.indexOf(`\n\t${device}  `, start);
  const next = endOfVendor(ids, start);
  const vendorName = VENDORS[vendor] ?? restOfLine(ids, start + 1 + vendor.length + 2);
  if (at < 0 || at >= next) return null;
  return `${vendorName} ${restOfLine(ids, at + 2 + device.length + 2)}`;
}

function endOfVendor(ids: Buffer, start: number): number {
  let at = ids.indexOf('\n', start + 1);
  // Tabs begin the lines of this vendor, number signs those of remarks.
  while (at >= 0 && (ids[at + 1] === 0x09 || ids[at + 1] === 0x23)) at = ids.indexOf('\n', at + 1);
  return at < 0 ? ids.length : at;
}

function restOfLine(ids: Buffer, start: number): string {
  const end = ids.indexOf('\n', start);
  return ids.toString('utf8', start, end < 0 ? ids.length : end).trim();
}

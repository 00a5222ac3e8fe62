/**
 * Names of graphics cards on Linux, read from files: programs that list cards also load the OpenCL drivers,
 * which takes half a gigabyte of a card's memory and wakes a sleeping card.
 */
import { readFileSync } from 'node:fs';
import { MICROSOFT_VENDOR, pciCards } from '../sampling/collectors/gpu/pci-power.js';
import { errorCode } from '../shared/errors.js';
import { hostFile, type Roots, readText } from '../shared/roots.js';

/** Where distributions keep the names of PCI devices (pci.ids(5)). */
const PCI_IDS = ['usr/share/hwdata/pci.ids', 'usr/share/misc/pci.ids', 'usr/share/pci.ids'];
/** The usual short names. */
const VENDORS: { [id: string]: string } = { '1002': 'AMD', '10de': 'NVIDIA', '8086': 'Intel' };
const MOST_CARDS = 32;
const LONGEST_NAME = 200;

/** The name of every graphics card on the PCI bus, or its ids if no file has the name. */
export function cardNames(roots: Roots): string[] {
  // In WSL 2 a virtual card of Microsoft's stands for those of Windows.
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

/** The name that NVIDIA's driver, if it is loaded, has for the card at this bus address. */
function nvidiaModel({ proc }: Roots, path: string): string | null {
  const bus = path.slice(path.lastIndexOf('/') + 1);
  const information = readText(`${proc}/driver/nvidia/gpus/${bus}/information`) ?? '';
  const model = /^Model:\s*(.+)$/m.exec(information)?.[1]?.trim();
  return model && !/^unknown$/i.test(model) ? model : null;
}

function hexDigits(id: string): string {
  return id.replace(/^0x/, '').toLowerCase();
}

/** The file has some 40,000 lines: it is searched as bytes instead of being parsed. */
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

/** A line starts with a vendor; the lines of its devices follow, indented by a tab. */
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
  // Lines of this vendor start with a tab, comments with a number sign.
  while (at >= 0 && (ids[at + 1] === 0x09 || ids[at + 1] === 0x23)) at = ids.indexOf('\n', at + 1);
  return at < 0 ? ids.length : at;
}

function restOfLine(ids: Buffer, start: number): string {
  const end = ids.indexOf('\n', start);
  return ids.toString('utf8', start, end < 0 ? ids.length : end).trim();
}

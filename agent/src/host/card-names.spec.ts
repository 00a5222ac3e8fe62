import { makeTree, type Tree } from '../testing/tree.js';
import { cardNames } from './card-names.js';

/** In the form of pci.ids(5), with the names as published there. */
const PCI_IDS = `# List of PCI ID's
0001  SafeNet (wrong ID)
1002  Advanced Micro Devices, Inc. [AMD/ATI]
# a remark
	73bf  Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]
		1002 0e3a  Radeon RX 6900 XT
10de  NVIDIA Corporation
	2330  GH100 [H100 SXM5 80GB]
1234  Technical Corp.
8086  Intel Corporation
	46a6  Alder Lake-P GT2 [Iris Xe Graphics]
ffff  Illegal Vendor ID`;

describe('names of graphics cards', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = makeTree();
  });
  afterEach(() => tree.remove());

  function card(bus: string, vendor: string, device: string, pciClass = '0x030000'): void {
    tree.add({
      [`sys/bus/pci/devices/${bus}/class`]: `${pciClass}\n`,
      [`sys/bus/pci/devices/${bus}/vendor`]: `0x${vendor}\n`,
      [`sys/bus/pci/devices/${bus}/device`]: `0x${device}\n`,
    });
  }
  const names = () => cardNames({ ...tree.roots, host: tree.path });

  it.each([
    ['1002', '73bf', 'AMD Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]'],
    ['10de', '2330', 'NVIDIA GH100 [H100 SXM5 80GB]'],
    ['8086', '46a6', 'Intel Alder Lake-P GT2 [Iris Xe Graphics]'],
    // Another vendor's card of that number, and that of a subsystem.
    ['10de', '73bf', 'NVIDIA 10de:73bf'],
    ['1002', '0e3a', 'AMD 1002:0e3a'],
    ['1234', '1111', 'graphics card 1234:1111'],
    ['abcd', '0001', 'graphics card abcd:0001'],
  ])('%s:%s is %s', (vendor, device, name) => {
    tree.add({ 'usr/share/misc/pci.ids': PCI_IDS });
    card('0000:01:00.0', vendor, device);
    expect(names()).toEqual([name]);
  });

  it('are those of the driver where it tells them', () => {
    card('0000:00:06.0', '10de', '2330', '0x030200');
    card('0000:00:07.0', '10de', '2330', '0x030200');
    card('0000:00:08.0', '8086', '10d3', '0x020000');
    card('0000:00:09.0', '1414', '008e', '0x030200');
    tree.add({
      // As read on a machine with this card (driver 580).
      'proc/driver/nvidia/gpus/0000:00:06.0/information':
        'Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 41\nBus Type: \t PCIe\nGPU Excluded:\t No\n',
      'proc/driver/nvidia/gpus/0000:00:07.0/information': 'Model: \t\t Unknown\n',
    });
    expect(names()).toEqual(['NVIDIA H100 80GB HBM3', 'NVIDIA 10de:2330']);
  });

  it('are none without a card', () => {
    expect(names()).toEqual([]);
  });
});

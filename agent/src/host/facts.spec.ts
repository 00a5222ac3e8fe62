import { makeTree } from '../testing/tree.js';
import { addresses } from './facts.js';
import { parseHelperOutput } from './helper.js';
import { cpuModel, distributionName, virtualization } from './linux.js';

describe('facts about a host', () => {
  it('are read from files', () => {
    expect(distributionName('NAME=x\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')).toBe(
      'Debian GNU/Linux 12 (bookworm)',
    );
    expect(distributionName('PRETTY_NAME=Alpine\n')).toBe('Alpine');
    expect(distributionName('')).toBeNull();
    expect(cpuModel('processor\t: 0\nmodel name\t: AMD  EPYC 9654\n')).toBe('AMD EPYC 9654');
    expect(cpuModel('processor : 0\nHardware : BCM2835\n')).toBe('BCM2835');
    expect(cpuModel('')).toBeNull();
  });

  it('tell what the host runs in', () => {
    const tree = makeTree({ 'sys/class/dmi/id/sys_vendor': 'QEMU\n' });
    expect(virtualization(tree.roots, '')).toBe('kvm');
    tree.add({ 'proc/1/environ': 'PATH=/bin\0container=lxc\0' });
    expect(virtualization(tree.roots, '')).toBe('lxc');
    tree.remove();
    const bare = makeTree();
    expect(virtualization(bare.roots, 'flags\t: fpu sse\n')).toBeNull();
    expect(virtualization(bare.roots, 'flags\t: fpu hypervisor\n')).toBe('vm');
    bare.remove();
  });

  it('name addresses that others can use', () => {
    const at = (address: string, internal = false) => ({ address, internal }) as never;
    expect(
      addresses({
        lo: [at('127.0.0.1', true)],
        eth0: [at('192.0.2.7'), at('fe80::1'), at('2001:db8::7')],
        docker0: [at('172.17.0.1')],
      }),
    ).toEqual(['192.0.2.7', '2001:db8::7']);
  });

  it('of the helper are taken only if they are what was expected', () => {
    expect(parseHelperOutput('{"distribution":"macOS 15","gpus":["M1",5,""],"evil":1}')).toEqual({
      distribution: 'macOS 15',
      gpus: ['M1'],
    });
    for (const text of ['', 'null', '[', '5']) expect(parseHelperOutput(text)).toEqual({});
  });
});

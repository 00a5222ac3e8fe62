import { isPrivateAddress, resolveDestination } from './addresses.js';

describe('addresses', () => {
  it.each(
    '127.0.0.1 10.1.2.3 172.31.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 ::1 :: fe80::1 fe80::1%eth0 fd00::1 255.255.255.255 ::ffff:127.0.0.1 ::ffff:a00:1 0:0:0:0:0:ffff:7f00:1 ::127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: not-an-address'.split(
      ' ',
    ),
  )('%s is refused', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '::ffff:1.1.1.1'])(
    '%s is allowed',
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );

  it('are judged after the name was looked up, in any notation', async () => {
    for (const host of [
      'localhost',
      '[::1]',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '0',
    ]) {
      await expect(resolveDestination(host, false)).rejects.toThrow(/private|cannot be found/);
    }
    expect(await resolveDestination('127.0.0.1', true)).toEqual([
      { address: '127.0.0.1', family: 4 },
    ]);
  });
});

import { clientAddress, proxyTrust } from './client-address.js';

describe("a client's address", () => {
  it.each<[string, boolean | string[], string, string | undefined, string]>([
    ['without proxies', false, '192.0.2.1', '203.0.113.7', '192.0.2.1'],
    ['of a direct caller', true, '192.0.2.1', undefined, '192.0.2.1'],
    ['behind one proxy', true, '10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['behind one proxy, forged', true, '10.0.0.1', '1.1.1.1, 203.0.113.7', '203.0.113.7'],
    ['behind a list', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.7, 10.9.9.9', '203.0.113.7'],
    ['behind a list, forged', ['10.0.0.0/8'], '10.0.0.1', '1.1.1.1,203.0.113.7', '203.0.113.7'],
    ['of a proxy alone', ['10.0.0.0/8'], '10.0.0.1', '10.0.0.2', '10.0.0.2'],
    ['of a stranger', ['10.0.0.0/8'], '192.0.2.1', '203.0.113.7', '192.0.2.1'],
    ['behind a mapped address', ['10.0.0.1'], '::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['behind IPv6', ['fd00::/8'], 'fd00::1', '2001:db8::1', '2001:db8::1'],
    ['that is no address', ['10.0.0.0/8'], '10.0.0.1', '<b>', '<b>'],
    ['over no network', ['10.0.0.0/8'], '', undefined, ''],
  ])('%s', (_, setting, remoteAddress, forwarded, expected) => {
    const request = { socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } };
    expect(clientAddress(request, proxyTrust(setting))).toBe(expected);
  });
});

import { makeTree, type Tree } from '../testing/tree.js';
import { addresses } from './facts.js';
import { hostAddresses } from './host-addresses.js';

/** As recorded on a machine, with a bridge of containers added in the same form. */
const FIB_TRIE = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 127.0.0.0/8 2 0 2
        +-- 127.0.0.0/31 1 0 0
           |-- 127.0.0.0
              /8 host LOCAL
           |-- 127.0.0.1
              /32 host LOCAL
        |-- 127.255.255.255
           /32 link BROADCAST
     +-- 192.0.2.0/24 2 0 2
        +-- 192.0.2.0/30 2 0 2
           |-- 192.0.2.0
              /24 link UNICAST
           |-- 192.0.2.2
              /32 host LOCAL
        |-- 192.0.2.255
           /32 link BROADCAST
     |-- 172.17.0.1
        /32 host LOCAL
Local:
  +-- 192.0.2.0/24 2 0 2
     |-- 192.0.2.2
        /32 host LOCAL
     |-- 203.0.113.9
        /32 host LOCAL
`;
const ROUTE = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
`;
const IF_INET6 = `fd000000000000000000000000000002 04 40 00 82     eth0
00000000000000000000000000000001 01 80 10 80       lo
fe8000000000000000fc00fffe000001 04 40 20 80     eth0
20010db8000100000000000000000007 04 40 00 82     eth0
`;

describe('addresses of the host', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = makeTree();
  });
  afterEach(() => tree.remove());

  it('are those of its interfaces, by name', () => {
    tree.add({
      'proc/net/fib_trie': FIB_TRIE,
      'proc/net/route': ROUTE,
      'proc/net/if_inet6': IF_INET6,
    });
    const found = hostAddresses(tree.roots);
    expect(found).toEqual({
      lo: [
        { address: '127.0.0.1', internal: true },
        { address: '::1', internal: true },
      ],
      eth0: [
        { address: '192.0.2.2', internal: false },
        { address: 'fd00::2', internal: false },
        { address: 'fe80::fc:ff:fe00:1', internal: false },
        { address: '2001:db8:1::7', internal: false },
      ],
      docker0: [{ address: '172.17.0.1', internal: false }],
      '': [{ address: '203.0.113.9', internal: false }],
    });
    // Neither loopback, nor link-local, nor bridges of containers.
    expect(addresses(found)).toEqual(['192.0.2.2', '2001:db8:1::7', '203.0.113.9', 'fd00::2']);
  });

  it('are none where the tables are absent, or torn', () => {
    expect(hostAddresses(tree.roots)).toEqual({});
    tree.add({ 'proc/net/fib_trie': 'Main:\n  |-- 192.0.2.2\n', 'proc/net/if_inet6': 'fd00 04' });
    expect(hostAddresses(tree.roots)).toEqual({});
  });
});

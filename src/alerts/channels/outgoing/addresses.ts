/** Which addresses notifications may go to: none of this machine's, of a private network or of a cloud's metadata. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Networks that are not the internet (RFC 6890 and its registry). */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Likewise; those that carry an IPv4 address inside are refused whole. */
const SPECIAL_IPV6 = [
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

const special = new BlockList();
for (const [networks, family] of [
  [SPECIAL_IPV4, 'ipv4'],
  [SPECIAL_IPV6, 'ipv6'],
] as const) {
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    special.addSubnet(address, Number(prefix), family);
  }
}

/** An address that a connection may go to. */
export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** A destination that is refused, or cannot be found. */
export class DestinationError extends Error {
  override name = 'DestinationError';
}

/** True for addresses of this machine, of private networks, and for those that are no destination. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  const family = isIP(bare);
  // BlockList also knows the IPv4 address inside ::ffff:0:0/96.
  return family === 0 || special.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Every address of `host`. Throws DestinationError if one of them is private, unless
 * `allowPrivate`: connect to what this answers, not to the name, which may change in between.
 */
export async function resolveDestination(
  host: string,
  allowPrivate: boolean,
): Promise<ResolvedAddress[]> {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  const found = await lookup(name, { all: true, verbatim: true }).catch((error: Error) => {
    throw new DestinationError(`${host} cannot be found: ${error.message}`);
  });
  const addresses = found.map(({ address, family }) => ({
    address,
    family: family === 6 ? (6 as const) : (4 as const),
  }));
  const refused = allowPrivate ? undefined : addresses.find((one) => isPrivateAddress(one.address));
  if (refused) {
    throw new DestinationError(
      `${host} is at ${refused.address}, an address of a private network or of this machine; set PROCSPY_ALLOW_PRIVATE_WEBHOOKS=true to allow it`,
    );
  }
  if (addresses.length === 0) {
    throw new DestinationError(`${host} has no address`);
  }
  return addresses;
}

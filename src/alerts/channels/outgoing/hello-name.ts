/** The name by which this server greets mail servers. Pure. */
import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

/** Two labels or more, the last of which is not a number (RFC 5321, 2.3.5). */
const QUALIFIED =
  /^(?!.{254})(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
/** Endings that mean something else on every network (RFC 6761, RFC 6762). */
const LOCAL = /\.(?:local|localdomain|localhost|internal|invalid)$/i;

/**
 * The host's name if it is fully qualified, as RFC 5321, 4.1.4 wants it; in a container, whose name
 * is not, the domain of the sender; failing both, the address of this end of the connection.
 */
export function helloName(hostName: string, from: string, localAddress: string): string {
  const [, domain = ''] = /@([^@\s<>]+)>?\s*$/.exec(from) ?? [];
  const found = [hostName, domainToASCII(domain)].find(
    (name) => QUALIFIED.test(name) && !LOCAL.test(name),
  );
  return found ?? `[${isIPv6(localAddress) ? 'IPv6:' : ''}${localAddress}]`;
}

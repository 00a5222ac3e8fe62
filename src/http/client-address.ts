/** Whose address counts where proxies stand in between. Pure. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';

/** Whether the caller at `address` is a proxy of ours; `hop` counts from the server, from 0. */
export type ProxyTrust = (address: string, hop: number) => boolean;

/**
 * What PROCSPY_TRUST_PROXY says; `null` where no proxy is trusted. `true` is the one proxy that connects to the server: what stands
 * before the entry that it added to `X-Forwarded-For` is what the client says of itself.
 */
export function proxyTrust(setting: boolean | readonly string[]): ProxyTrust | null {
  if (typeof setting === 'boolean') {
    return setting ? (_address, hop) => hop === 0 : null;
  }
  const proxies = new BlockList();
  for (const entry of setting) {
    const [address = '', bits] = entry.split('/');
    const family = familyOf(address);
    proxies.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, '');
    return proxies.check(plain, familyOf(plain));
  };
}

/** The client's address: that of the last caller before our proxies. */
export function clientAddress(
  { socket, headers }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string } },
  trust: ProxyTrust | null,
): string {
  const peer = socket.remoteAddress ?? '';
  const forwarded = headers['x-forwarded-for'];
  if (trust === null || typeof forwarded !== 'string') {
    return peer;
  }
  const callers = [peer, ...forwarded.split(',').reverse()].map((caller) => caller.trim());
  const client = callers.findIndex((caller, hop) => !trust(caller, hop));
  return callers.at(client) ?? peer;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

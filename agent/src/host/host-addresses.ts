/**
 * Addresses of the machine whose root is mounted, from files: system calls report those of the container.
 * Formats: net/ipv4/fib_trie.c (fib_trie and route) and net/ipv6/addrconf.c (if_inet6) of Linux.
 */
import { type Roots, readText } from '../shared/roots.js';

/** Addresses by the name of their interface, in the shape of `os.networkInterfaces()`. */
export type InterfaceAddresses = Record<string, { address: string; internal: boolean }[]>;

/** Reads the addresses from the kernel's tables. */
export function hostAddresses({ net }: Pick<Roots, 'net'>): InterfaceAddresses {
  const found: InterfaceAddresses = {};
  const add = (name: string, address: string, internal: boolean) => {
    found[name] ??= [];
    found[name].push({ address, internal });
  };
  const routes = parseRoutes(readText(`${net}/route`) ?? '');
  for (const address of localAddresses(readText(`${net}/fib_trie`) ?? '')) {
    const internal = address.startsWith('127.');
    add(internal ? 'lo' : interfaceOf(address, routes), address, internal);
  }
  for (const { name, address } of parseIfInet6(readText(`${net}/if_inet6`) ?? '')) {
    add(name, address, address === '::1');
  }
  return found;
}

/** The machine's own addresses in the routing tries: the leaves that are `host LOCAL`, without duplicates. */
export function localAddresses(fibTrie: string): string[] {
  const own = new Set<string>();
  for (const [, address] of fibTrie.matchAll(/\|-- (\S+)\n\s+\/32 host LOCAL/g)) {
    if (address) own.add(address);
  }
  return [...own];
}

interface Route {
  name: string;
  destination: number;
  mask: number;
}

/** The routing table: addresses are hexadecimal numbers in the machine's byte order. */
function parseRoutes(text: string): Route[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [name, destination, , , , , , mask] = line.trim().split(/\s+/);
      if (!name || !destination || !mask) return [];
      return [{ name, destination: networkOrder(destination), mask: networkOrder(mask) }];
    });
}

/** All machines that Node runs on are little-endian, except IBM Z. */
function networkOrder(hex: string): number {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Number.parseInt(hex, 16) >>> 0);
  return bytes.readUInt32BE();
}

/** The interface of the most specific route to an address; empty if there is none. */
function interfaceOf(address: string, routes: readonly Route[]): string {
  const number = Buffer.from(address.split('.').map(Number)).readUInt32BE();
  let best: Route | null = null;
  for (const route of routes) {
    const matches = (number & route.mask) >>> 0 === route.destination;
    if (matches && route.mask !== 0 && (!best || route.mask > best.mask)) best = route;
  }
  return best?.name ?? '';
}

/** Lines of an address in 32 hexadecimal digits, four numbers and the interface. */
export function parseIfInet6(text: string): { name: string; address: string }[] {
  return text.split('\n').flatMap((line) => {
    const [digits, , , , , name] = line.trim().split(/\s+/);
    if (!name || !/^[\da-f]{32}$/.test(digits ?? '')) return [];
    const groups = digits?.match(/.{4}/g)?.join(':') ?? '';
    return [{ name, address: new URL(`http://[${groups}]`).hostname.slice(1, -1) }];
  });
}

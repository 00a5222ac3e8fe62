/** Proxies from the environment: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY (docs/adr/0015). */
import http from 'node:http';
import https from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { domainToASCII } from 'node:url';
import { UsageError } from '../shared/errors.js';

const CONNECT_TIMEOUT_MS = 15_000;

/** Variables that configure proxies, in lower case; upper case is accepted as well. */
const VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for `server`; `null` if there is none or `NO_PROXY` covers the server. */
export function proxyFor(server: URL, env: Environment): URL | null {
  const read = (name: string) => env[name] ?? env[name.toUpperCase()] ?? '';
  const named =
    read(server.protocol === 'https:' ? 'https_proxy' : 'http_proxy') || read('all_proxy');
  if (named === '' || isExempt(server, read('no_proxy'))) return null;
  const text = named.includes('://') ? named : `http://${named}`;
  if (!URL.canParse(text)) throw new UsageError(`the proxy "${named}" is not an address`);
  const proxy = new URL(text);
  if (proxy.protocol !== 'http:') {
    throw new UsageError(`the proxy "${proxy.protocol}//…" is not supported; use an http:// proxy`);
  }
  return proxy;
}

/** The variables of `env` that configure proxies, unchanged. */
export function proxyVariables(env: Environment): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value && VARIABLES.includes(name.toLowerCase())) found[name] = value;
  }
  return found;
}

/**
 * `NO_PROXY` as curl and Go read it: host names, which include their subdomains, addresses and ranges of
 * addresses (`10.0.0.0/8`), separated by commas or spaces; `*` for all. Names and addresses may have a port.
 */
function isExempt(server: URL, list: string): boolean {
  const host = server.hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '');
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry === '*' || covers(entry, host, port));
}

/** An IPv6 address with a port is in brackets (`[::1]:8080`). */
const BRACKETED = /^\[([^\]]*)\](?::(\d+))?$/;
const NAME_AND_PORT = /^([^:]*)(?::(\d+))?$/;

/** True if an entry of `NO_PROXY` matches this host and port. */
function covers(entry: string, host: string, port: string): boolean {
  if (entry.includes('/')) return isInRange(host, entry);
  const match = BRACKETED.exec(entry) ?? NAME_AND_PORT.exec(entry);
  const [, name = '', onlyPort] = match ?? [entry, entry];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  // Addresses are compared by value, not as text; 10.0.0.1 is not a subdomain of 0.1.
  if (isIP(host) !== 0) return isInRange(host, `${name}/${isIP(name) === 6 ? 128 : 32}`);
  // As in curl, a leading dot or asterisk makes no difference.
  const domain = domainToASCII(name.replace(/^\*?\./, '').replace(/\.$/, ''));
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

/** False if `host` is a name or the range is invalid. */
function isInRange(host: string, range: string): boolean {
  const [, network = '', digits] = /^\[?([^/\]]+)\]?\/(\d{1,3})$/.exec(range) ?? [];
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const prefix = Number(digits);
  if (isIP(host) === 0 || isIP(network) === 0 || !(prefix <= (family === 'ipv6' ? 128 : 32))) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}

/** `Proxy-Authorization`, if the proxy's address contains a user. */
export function proxyHeaders(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

interface Target {
  host?: string | null;
  port?: number | string | null;
  servername?: string;
}

type Connected = (error: Error | null, socket?: Duplex) => void;

/** Asks the proxy for a connection to `target` (RFC 9110, CONNECT). */
function connectThrough(proxy: URL, target: Target, connected: Connected): void {
  const host = target.host ?? 'localhost';
  const authority = `${host.includes(':') ? `[${host}]` : host}:${target.port ?? 443}`;
  const request = http.request({
    hostname: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || 80,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...proxyHeaders(proxy) },
    agent: false,
    timeout: CONNECT_TIMEOUT_MS,
  });
  request.on('timeout', () => request.destroy(new Error('the proxy does not answer')));
  request.on('error', (error) => connected(error));
  request.on('connect', (answer, socket) => {
    if (answer.statusCode !== 200) {
      socket.destroy();
      connected(new Error(`the proxy refuses the connection (${answer.statusCode ?? 0})`));
      return;
    }
    socket.setTimeout(0);
    connected(null, socket);
  });
  request.end();
}

/** TLS through a proxy, end to end between agent and server. */
export class SecureTunnelAgent extends https.Agent {
  constructor(
    private readonly proxy: URL,
    private readonly tlsOptions: https.AgentOptions,
  ) {
    super(tlsOptions);
  }

  override createConnection(target: Target, connected: Connected): undefined {
    connectThrough(this.proxy, target, (error, socket) => {
      if (error || !socket) {
        connected(error ?? new Error('the proxy gave no connection'));
        return;
      }
      const { ca, rejectUnauthorized = true } = this.tlsOptions;
      const servername = target.servername || (target.host ?? '');
      const trust = { rejectUnauthorized, ...(ca === undefined ? {} : { ca }) };
      connected(null, tls.connect({ socket, servername, ...trust }));
    });
    return undefined;
  }
}

/** A plain connection through a proxy, for WebSockets without TLS. */
export class PlainTunnelAgent extends http.Agent {
  constructor(private readonly proxy: URL) {
    super({ keepAlive: false });
  }

  override createConnection(target: Target, connected: Connected): undefined {
    connectThrough(this.proxy, target, connected);
    return undefined;
  }
}

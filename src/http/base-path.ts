/** Removes the path of a reverse proxy from every request: routes, pushes and sockets. */
import { IncomingMessage } from 'node:http';

/** The address without `basePath`; one that a proxy has already taken it off stays as it is. */
export function withoutBasePath(url: string, basePath: string): string {
  const rest = url.startsWith(basePath) ? url.slice(basePath.length) : url;
  if (rest.startsWith('?') || rest === '') {
    return `/${rest}`;
  }
  return rest.startsWith('/') ? rest : url;
}

/** Options for an HTTP server under that path: its requests read as if they had come to the root. */
export function requestsUnder(basePath: string): { IncomingMessage?: typeof IncomingMessage } {
  if (basePath === '') {
    return {};
  }
  class Request extends IncomingMessage {}
  const urls = new WeakMap<IncomingMessage, string>();
  // Node's parser assigns the address before anybody hears of the request.
  Object.defineProperty(Request.prototype, 'url', {
    get(this: IncomingMessage) {
      return urls.get(this);
    },
    set(this: IncomingMessage, url: string) {
      urls.set(this, url === '' ? url : withoutBasePath(url, basePath));
    },
  });
  return { IncomingMessage: Request };
}

/** The built dashboard's files. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

// Also from the bundle, which lies as deep: scripts/bundle-server.mjs.
const DASHBOARD_DIR = join(import.meta.dirname, '../../dashboard/dist');
const INDEX_FILE = join(DASHBOARD_DIR, 'index.html');

/** The page as it was built, with addresses that start with `./`; `null` if it was not. */
const DASHBOARD_INDEX = existsSync(INDEX_FILE) ? readFileSync(INDEX_FILE, 'utf8') : null;

/** The page for a server under `basePath`, `null` if the dashboard is not built. */
export function dashboardPage(basePath: string): string | null {
  // Absolute, since the page is served for addresses of any depth.
  return DASHBOARD_INDEX?.replaceAll('="./', `="${basePath}/`) ?? null;
}

/** Serves scripts, styles and images of the dashboard; their names carry a hash of the content. */
export async function serveStaticFiles(app: NestFastifyApplication): Promise<void> {
  if (DASHBOARD_INDEX) {
    await app.register(fastifyStatic, {
      root: DASHBOARD_DIR,
      wildcard: false,
      index: false,
      globIgnore: ['index.html', '**/*.{br,gz}'],
      preCompressed: true,
      setHeaders: (reply, path) => {
        const hashed = path.startsWith(join(DASHBOARD_DIR, 'assets'));
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
}

// Builds the dashboard into hashed files that a strict content security policy allows.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { listFiles } from './list-files.js';
import manifest from './package.json' with { type: 'json' };
import { precompress } from './precompress.js';

const server = process.env.PROCSPY_SERVER_URL ?? 'http://localhost:8080';

export default defineConfig({
  // The server puts the path under which it is served in the place of the dot.
  base: './',
  define: { __PROCSPY_VERSION__: JSON.stringify(manifest.version) },
  plugins: [react(), listFiles(), precompress()],
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': server,
      '/health': server,
      '/docs': server,
      '/metrics': server,
      '/socket.io': { target: server, ws: true },
    },
  },
  build: {
    target: 'es2022',
    // The policy allows neither data: nor inline content.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
    rolldownOptions: {
      input: { index: 'index.html', 'service-worker': 'worker/service-worker.ts' },
      output: {
        // Its address decides which pages a service worker serves, and must never change.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js',
        codeSplitting: {
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler|react-router)[\\/]/,
            },
            { name: 'uplot', test: /node_modules[\\/]uplot[\\/].*\.js$/ },
          ],
        },
      },
    },
  },
});

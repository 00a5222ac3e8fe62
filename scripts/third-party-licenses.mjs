/** What a bundle owes to the packages that went into it: their licenses travel with it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** A plugin for esbuild: writes the licenses of the bundled packages to `outfile`. */
export function thirdPartyLicenses(outfile) {
  return {
    name: 'third-party-licenses',
    setup({ initialOptions, onEnd }) {
      initialOptions.metafile = true;
      onEnd(async ({ metafile }) => {
        const root = resolve(initialOptions.absWorkingDir);
        const folders = Object.keys(metafile?.inputs ?? {}).flatMap(
          (path) => PACKAGE_FOLDER.exec(path)?.[0] ?? [],
        );
        const notices = await Promise.all(
          [...new Set(folders)].map((folder) => noticeOf(join(root, folder))),
        );
        await writeFile(resolve(root, outfile), notices.sort().join(`\n${'-'.repeat(72)}\n\n`));
      });
    },
  };
}

/** Name, version, kind of license and, where the package brings it, its text. */
async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  );
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file ? await readFile(join(folder, file), 'utf8') : '';
  return `${name} ${version} (${license ?? 'see below'})\n\n${text.trim()}\n`;
}

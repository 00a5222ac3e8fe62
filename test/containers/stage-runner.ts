/** Carries out a Dockerfile's stages in folders instead of containers, command for command. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, posix, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { copyOf, pairsOf, type Stage } from './dockerfile.js';

const run = promisify(execFile);

/** What became of a stage. */
export interface BuiltStage {
  /** Folder that stands for the image's `/`. */
  root: string;
  workdir: string;
  env: Record<string, string>;
  user: string;
  volumes: string[];
  command: string[];
  healthcheck: string[];
}

/** Where the stages come from and go to. */
export interface BuildOptions {
  context: string;
  ignored(path: string): boolean;
  /** An empty folder. */
  target: string;
  /** Environment of RUN, beside that of the image. */
  env: NodeJS.ProcessEnv;
}

/** Builds one stage; the stages that it copies from must have been built. */
export async function buildStage(
  stage: Stage,
  built: ReadonlyMap<string, BuiltStage>,
  options: BuildOptions,
): Promise<BuiltStage> {
  const root = join(options.target, stage.name);
  mkdirSync(root, { recursive: true });
  const result: BuiltStage = {
    root,
    workdir: '/',
    env: {},
    user: 'root',
    volumes: [],
    command: [],
    healthcheck: [],
  };
  for (const { name, text } of stage.instructions) {
    switch (name) {
      case 'WORKDIR':
        result.workdir = text;
        mkdirSync(join(root, text), { recursive: true });
        break;
      case 'ENV':
        Object.assign(result.env, pairsOf(text));
        break;
      case 'COPY':
        copy(text, result, built, options);
        break;
      case 'RUN':
        await run('sh', ['-c', text], {
          cwd: join(root, result.workdir),
          env: { ...options.env, ...result.env },
          maxBuffer: 64 * 1024 * 1024,
        });
        break;
      case 'USER':
        result.user = text;
        break;
      case 'VOLUME':
        result.volumes.push(text);
        break;
      case 'CMD':
        result.command = JSON.parse(text);
        break;
      case 'HEALTHCHECK':
        result.healthcheck = JSON.parse(text.slice(text.indexOf('[')));
        break;
      case 'LABEL':
      case 'EXPOSE':
        break;
      default:
        throw new Error(`cannot carry out ${name} ${text}`);
    }
  }
  return result;
}

function copy(
  text: string,
  stage: BuiltStage,
  built: ReadonlyMap<string, BuiltStage>,
  options: BuildOptions,
): void {
  const { from, sources, target } = copyOf(text);
  const origin = from === undefined ? undefined : built.get(from);
  if (from !== undefined && !origin) {
    throw new Error(`COPY from the stage ${from}, which is not built yet`);
  }
  const destination = join(stage.root, posix.resolve(stage.workdir, target));
  for (const source of sources) {
    const path = origin ? join(origin.root, source) : resolve(options.context, source);
    if (!existsSync(path) || (!origin && options.ignored(source))) {
      throw new Error(`COPY ${source}: there is no such file${from ? ` in ${from}` : ''}`);
    }
    const intoFolder = target.endsWith('/') && !statSync(path).isDirectory();
    const place = intoFolder ? join(destination, basename(path)) : destination;
    if (origin) {
      linkTree(path, place);
    } else {
      cpSync(path, place, {
        recursive: true,
        verbatimSymlinks: true,
        filter: (file) => !options.ignored(relative(options.context, file)),
      });
    }
  }
}

/** What one stage takes from another is not changed any more: a second name is enough. */
function linkTree(from: string, to: string): void {
  const origin = statSync(from);
  if (!origin.isDirectory()) {
    mkdirSync(dirname(to), { recursive: true });
    linkSync(from, to);
    return;
  }
  mkdirSync(to, { recursive: true, mode: origin.mode });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      linkTree(source, target);
    } else {
      linkSync(source, target);
    }
  }
}

/** Names of what lies in a folder of a stage. */
export function listOf(stage: BuiltStage, path: string): string[] {
  return readdirSync(join(stage.root, path)).sort();
}

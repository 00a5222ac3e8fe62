/** Reads a Dockerfile as far as ours goes: stages, instructions, variables. */

/** One instruction, e.g. `COPY` with everything after it. */
export interface Instruction {
  name: string;
  text: string;
}

/** One stage of a multi-stage file. */
export interface Stage {
  name: string;
  base: string;
  instructions: Instruction[];
}

/** The stages in their order, with `ARG` defaults filled in. Throws on what it does not know. */
export function parseDockerfile(source: string): Stage[] {
  const variables = new Map<string, string>();
  const stages: Stage[] = [];
  for (const { name, text } of instructionsOf(source)) {
    const value = text.replace(/\$\{(\w+)\}/g, (whole, variable: string) =>
      // Single quotes and JSON keep what is meant for the container's own shell or program.
      name === 'HEALTHCHECK' || name === 'CMD' ? whole : (variables.get(variable) ?? whole),
    );
    if (name === 'ARG' && stages.length === 0) {
      const [variable = '', preset = ''] = value.split('=');
      variables.set(variable, preset);
    } else if (name === 'FROM') {
      const match = /^(\S+) AS (\S+)$/.exec(value);
      if (!match?.[1] || !match[2]) {
        throw new Error(`a stage without a name: FROM ${value}`);
      }
      stages.push({ base: match[1], name: match[2], instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (!stage) {
        throw new Error(`${name} before the first FROM`);
      }
      stage.instructions.push({ name, text: value });
    }
  }
  return stages;
}

function instructionsOf(source: string): Instruction[] {
  return source
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const match = /^([A-Z]+)\s+(.*)$/.exec(line);
      if (!match?.[1] || match[2] === undefined) {
        throw new Error(`no instruction: ${line}`);
      }
      return { name: match[1], text: match[2].trim() };
    });
}

/** `KEY=value` pairs of ENV and LABEL. */
export function pairsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.-]+)=(?:"([^"]*)"|(\S+))/g)];
  return Object.fromEntries(pairs.map(([, key, quoted, bare]) => [key, quoted ?? bare ?? '']));
}

/** What a COPY says. */
export interface Copy {
  from: string | undefined;
  owner: string | undefined;
  sources: string[];
  target: string;
}

/** Takes a COPY apart. */
export function copyOf(text: string): Copy {
  const words = text.split(/\s+/);
  const flag = (name: string) =>
    words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const paths = words.filter((word) => !word.startsWith('--'));
  return {
    from: flag('from'),
    owner: flag('chown'),
    sources: paths.slice(0, -1),
    target: paths.at(-1) ?? '',
  };
}

/** Says which files of the context a .dockerignore keeps out: the last pattern that fits decides. */
export function ignoredBy(dockerignore: string): (path: string) => boolean {
  const rules = dockerignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ out: !line.startsWith('!'), pattern: regexOf(line.replace(/^!/, '')) }));
  return (path) => {
    let out = false;
    for (const rule of rules) {
      if (rule.pattern.test(path)) {
        out = rule.out;
      }
    }
    return out;
  };
}

/** A pattern fits a path and everything below it. */
function regexOf(glob: string): RegExp {
  const body = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\//g, '<any>')
    .replace(/\*/g, '[^/]*')
    .replace(/<any>/g, '(?:.*/)?');
  return new RegExp(`^${body}(?:/.*)?$`);
}

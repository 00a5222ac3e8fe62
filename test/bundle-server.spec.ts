/** What the server's bundle changes in its dependencies must still be there to be changed. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const SCRIPT = pathToFileURL(resolve(__dirname, '../scripts/bundle-server.mjs')).href;

/** Calls an export of the script in a process of its own, as Node loads it. */
function run(expression: string): { status: number | null; output: string } {
  const program = `import * as script from ${JSON.stringify(SCRIPT)};
    import { build } from 'esbuild';
    try { console.log(await (${expression})); } catch (error) { console.log(error.message); process.exit(1); }`;
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { cwd: resolve(__dirname, '..'), encoding: 'utf8' },
  );
  return { status, output: stdout.trim() };
}

describe('the bundle of the server', () => {
  it('gives modules of Nest the require of the bundler', () => {
    const text = 'const require = createRequire(import.meta.url);\\nrequire("typeorm");';
    expect(run(`script.withoutOwnRequire('${text}', 'a.js')`)).toEqual({
      status: 0,
      output: 'require("typeorm");',
    });
  });

  it('is not made if a module makes a require in other words', () => {
    const { status, output } = run(
      "script.withoutOwnRequire('const load = createRequire(import.meta.url);', 'some/module.js')",
    );
    expect(status).toBe(1);
    expect(output).toContain('some/module.js makes a "require" of its own');
  });

  it('is not made if no module of Nest makes a require any more', () => {
    const { status, output } = run(
      "build({ stdin: { contents: '' }, bundle: true, write: false, logLevel: 'silent', plugins: [script.oneCopy] })",
    );
    expect(status).toBe(1);
    expect(output).toContain('no module of Nest contains');
  });

  it('keeps the names of classes alone', () => {
    expect(
      run(
        `script.nameOnlyClasses('__name(() => 1, "f"); class A { static { __name(this, "A"); } }')`,
      ).output,
    ).toMatch(/^ *\(\(\) => 1 *\); class A \{ static \{ __name\(this, "A"\); \} \}$/);
  });

  it('is not made if no name is kept', () => {
    const { status, output } = run("script.nameOnlyClasses('const answer = 42;')");
    expect(status).toBe(1);
    expect(output).toContain('no call of "__name"');
  });
});

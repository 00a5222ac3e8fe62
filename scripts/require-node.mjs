/** Which versions of Node run procspy: those of `engines` in package.json. */

/**
 * Ends `program` with one line where Node cannot run it. Bundles carry this function's text, so it uses
 * nothing from outside itself.
 */
export function requireNode(program) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const supported = major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22;
  if (!supported) {
    process.stderr.write(
      `${program}: Node ${process.versions.node} is not supported; install Node 24, or 20.19, 22.12 or any later version\n`,
    );
    process.exit(1);
  }
}

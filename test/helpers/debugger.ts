/** Lets a debugger into the servers and agents that tests start (CONTRIBUTING.md, "Debugging"). */

/** Waits for a debugger at this port, the next process at the next one; unset: nothing waits. */
let nextPort = Number(process.env.PROCSPY_INSPECT ?? 0);

/**
 * Environment for a child process: VS Code attaches by its own variables, other debuggers by the port
 * in `PROCSPY_INSPECT`. Empty without a debugger.
 */
export function debuggerEnvironment(): Record<string, string> {
  if (nextPort > 0) {
    return { NODE_OPTIONS: `--inspect-wait=127.0.0.1:${nextPort++}` };
  }
  const { NODE_OPTIONS, VSCODE_INSPECTOR_OPTIONS } = process.env;
  return NODE_OPTIONS && VSCODE_INSPECTOR_OPTIONS ? { NODE_OPTIONS, VSCODE_INSPECTOR_OPTIONS } : {};
}

/** The line that adds a machine. */
import { agentCommand, systemOfBrowser } from './agent-command.js';

const server = 'https://monitor.example.org/procspy';

describe('the line that adds a machine', () => {
  it('downloads the agent and installs it as a service', () => {
    expect(agentCommand({ system: 'linux', mode: 'install', server, enrollmentKey: 'psk_1' })).toBe(
      'curl -fsSL https://monitor.example.org/procspy/agent/procspy-agent.mjs -o procspy-agent.mjs && ' +
        'sudo node procspy-agent.mjs install --server https://monitor.example.org/procspy --enrollment-key psk_1',
    );
  });

  it('runs without rights and without a key where none is required', () => {
    expect(agentCommand({ system: 'macos', mode: 'run', server, enrollmentKey: null })).toMatch(
      /&& node procspy-agent\.mjs run --server \S+procspy$/,
    );
  });

  it('is one line of PowerShell on Windows', () => {
    expect(
      agentCommand({ system: 'windows', mode: 'install', server, enrollmentKey: 'psk_1' }),
    ).toMatch(
      /^Invoke-WebRequest .+ -OutFile procspy-agent\.mjs; node procspy-agent\.mjs install /,
    );
  });

  it.each([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 'windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 'macos'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', 'linux'],
    ['Mozilla/5.0 (X11; Linux x86_64)', 'linux'],
  ])('starts with the system of %s', (userAgent, system) => {
    expect(systemOfBrowser(userAgent)).toBe(system);
  });
});

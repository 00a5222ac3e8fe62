import type { ReplicaStatus } from '../../../src/contracts/index.js';
import { formatRunTime, jobLabel, socketsText } from './server-text.js';

describe("the server's own state in words", () => {
  it('names jobs, also those that it does not know', () => {
    expect(jobLabel('roll_up')).toBe('Roll samples up to minutes and hours');
    expect(jobLabel('walk_the_dog')).toBe('walk the dog');
  });

  it.each([
    [0.0004, '0 ms'],
    [0.0123, '12 ms'],
    [1.25, '1.3 s'],
  ])('a run of %d seconds took %s', (seconds, words) => {
    expect(formatRunTime(seconds)).toBe(words);
  });

  it('counts sockets', () => {
    const replica = { live_sockets: 1, agent_sockets: 20 } as ReplicaStatus;
    expect(socketsText(replica)).toBe('1 dashboard, 20 agents');
  });
});

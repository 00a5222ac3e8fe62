import { Pace } from '../../common/pace.js';
import { runPaced } from './run-steps.js';

describe('runPaced', () => {
  const { signal } = new AbortController();

  it('says that more is due when the steps of a call are used up', async () => {
    const endless = async () => ({ rows: 1, more: true });
    expect(await runPaced(endless, signal, new Pace())).toEqual({ rows: 500, more: true });
  });

  it('says that nothing is due at the end, and when it was told to stop', async () => {
    let left = 3;
    const few = async () => ({ rows: 2, more: --left > 0 });
    expect(await runPaced(few, signal, new Pace())).toEqual({ rows: 6, more: false });
    const endless = async () => ({ rows: 1, more: true });
    expect(await runPaced(endless, AbortSignal.abort(), new Pace())).toEqual({
      rows: 0,
      more: false,
    });
  });
});

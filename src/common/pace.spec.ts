import { Pace } from './pace.js';

function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('Pace', () => {
  it.each([{ restless: false }, { restless: true }])(
    'gives others a turn after each of its own: %j',
    async ({ restless }) => {
      let turns = 0;
      let next = setImmediate(function turn() {
        turns++;
        next = setImmediate(turn);
      });
      const pace = new Pace(restless);
      for (let count = 1; count <= 20; count++) {
        work(2);
        await pace.pause();
        expect(turns).toBeGreaterThanOrEqual(count);
      }
      clearImmediate(next);
    },
  );
});

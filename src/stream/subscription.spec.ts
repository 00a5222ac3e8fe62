import { parseSubscription } from './subscription.js';

const ID = '0B0E8400-e29b-41d4-a716-446655440000';

describe('a subscription', () => {
  it('is to all machines or to a list of them, each once', () => {
    expect(parseSubscription({ machine_ids: 'all' })).toEqual({ machine_ids: 'all' });
    expect(parseSubscription({ machine_ids: [ID, ID.toLowerCase()] })).toEqual({
      machine_ids: [ID.toLowerCase()],
    });
    expect(parseSubscription({ machine_ids: [] })).toEqual({ machine_ids: [] });
  });

  it.each([
    undefined,
    null,
    'all',
    {},
    { machine_ids: 'every' },
    { machine_ids: [1] },
    { machine_ids: ['all'] },
    { machine_ids: Array(1_001).fill(ID) },
  ])('is not %j', (body) => {
    expect(() => parseSubscription(body)).toThrow('machine_ids');
  });
});

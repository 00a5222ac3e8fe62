import { maySee, SECTIONS } from './sections.js';

const seenBy = (role: 'admin' | 'viewer' | null) =>
  SECTIONS.filter(({ audience }) => maySee(audience, role)).map(({ label }) => label);

describe('the sections of the settings', () => {
  it('are all there for administrators', () => {
    expect(seenBy('admin')).toEqual(SECTIONS.map(({ label }) => label));
  });

  it('are fewer for viewers, and for those who did not sign in', () => {
    expect(seenBy('viewer')).toEqual(['Account', 'History', 'About']);
    expect(seenBy(null)).toEqual(['History', 'About']);
  });
});

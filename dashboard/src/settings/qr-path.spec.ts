import { qrPath } from './qr-path.js';

describe('the path of a QR code', () => {
  it('joins the dark modules of a row', () => {
    const modules = [
      [true, true, false, true],
      [false, false, false, false],
      [false, true, true, true],
    ];
    expect(qrPath(modules)).toBe('M0 0h2v1h-2zM3 0h1v1h-1zM1 2h3v1h-3z');
  });

  it('is empty without any', () => {
    expect(qrPath([])).toBe('');
  });
});

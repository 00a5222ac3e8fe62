/** A QR code. */
import { encodeQR } from 'qr';
import { qrPath } from './qr-path.js';

/** Quiet zone on each side in modules, as ISO/IEC 18004 asks for. */
const BORDER = 4;
const SIZE_PX = 216;

/** Dark on light in both colour schemes, which is what scanners read best. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const modules = encodeQR(text, 'raw', { border: BORDER });
  return (
    <svg
      role="img"
      aria-label={label}
      width={SIZE_PX}
      height={SIZE_PX}
      viewBox={`0 0 ${modules.length} ${modules.length}`}
      shapeRendering="crispEdges"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={qrPath(modules)} fill="#000" />
    </svg>
  );
}

/** Draws a QR code as one SVG path. */

/** A rectangle for each run of dark modules in a row; a module is one unit wide. */
export function qrPath(modules: readonly (readonly boolean[])[]): string {
  const parts: string[] = [];
  for (const [y, row] of modules.entries()) {
    let x = 0;
    while (x < row.length) {
      const start = x;
      while (row[x]) x++;
      if (x > start) parts.push(`M${start} ${y}h${x - start}v1h${start - x}z`);
      else x++;
    }
  }
  return parts.join('');
}

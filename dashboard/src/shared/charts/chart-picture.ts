/** A chart as a picture, with what its canvas leaves out: title and legend. */
import type { ChartSeries } from './chart-options.js';

const PADDING = 16;
const TITLE_FONT = '600 14px system-ui, sans-serif';
const TEXT_FONT = '12px system-ui, sans-serif';
const HEAD = 48;

/** Draws a PNG in the colours of the page; `subtitle` says which machine and time it shows. */
export function chartPicture(
  drawn: HTMLCanvasElement,
  { title, subtitle, series }: { title: string; subtitle: string; series: readonly ChartSeries[] },
): Promise<Blob | null> {
  const ratio = window.devicePixelRatio;
  const width = drawn.width / ratio;
  const height = drawn.height / ratio;
  const picture = document.createElement('canvas');
  picture.width = (width + 2 * PADDING) * ratio;
  picture.height = (height + HEAD + 2 * PADDING) * ratio;
  const context = picture.getContext('2d');
  if (context === null) return Promise.resolve(null);
  const style = getComputedStyle(document.documentElement);
  const css = (name: string) => style.getPropertyValue(name).trim();
  context.scale(ratio, ratio);
  context.fillStyle = css('--surface');
  context.fillRect(0, 0, picture.width, picture.height);
  context.textBaseline = 'top';
  context.font = TITLE_FONT;
  context.fillStyle = css('--ink');
  context.fillText(title, PADDING, PADDING);
  const titleWidth = context.measureText(title).width;
  context.font = TEXT_FONT;
  context.fillStyle = css('--ink-dim');
  context.fillText(subtitle, PADDING + titleWidth + 12, PADDING + 2);
  let left = PADDING;
  for (const { label, color } of series) {
    context.fillStyle = css(color);
    context.fillRect(left, PADDING + 30, 10, 3);
    context.fillStyle = css('--ink-dim');
    context.fillText(label, left + 16, PADDING + 25);
    left += context.measureText(label).width + 34;
  }
  context.drawImage(drawn, PADDING, PADDING + HEAD, width, height);
  return new Promise((resolve) => picture.toBlob(resolve, 'image/png'));
}

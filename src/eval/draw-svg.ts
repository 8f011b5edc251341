/**
 * SVG text drawn by echarts without a browser.
 *
 * echarts is loaded when the first chart is drawn; nothing else needs it. Its types stay inside of this
 * package: they name the browser's, which a program for Node does not have.
 */
import type { EChartsOption } from 'echarts';

/** Draws what an echarts option describes, as SVG text of the given size. */
export async function drawSvg(
  box: { readonly width: number; readonly height: number },
  option: EChartsOption,
): Promise<string> {
  const echarts = await import('echarts');
  const drawing = echarts.init(null, null, { renderer: 'svg', ssr: true, ...box });
  try {
    drawing.setOption({ animation: false, ...option });
    return drawing.renderToSVGString();
  } finally {
    drawing.dispose();
  }
}

/**
 * Draws the same to stand in a page: without any style of its own, which a page that forbids inline
 * styles would drop, and as wide as its place.
 */
export async function drawPageSvg(
  box: { readonly width: number; readonly height: number },
  option: EChartsOption,
): Promise<string> {
  return stripStyle(await drawSvg(box, option));
}

function stripStyle(svg: string): string {
  return (
    svg
      .replace(/<style[\s\S]*?<\/style>/gu, '')
      .replace(/ style="([^"]*)"/gu, (_, style: string) => {
        const pixels = /font-size:(\d+)px/u.exec(style)?.[1];
        return pixels === undefined ? '' : ` font-size="${pixels}"`;
      })
      // Nothing is drawn outside the axes, so nothing has to be cut off; names of clips would clash.
      .replace(/<defs ?>[\s\S]*?<\/defs>/gu, '')
      .replace(/ clip-path="[^"]*"/gu, '')
      .replace(/<path[^>]* stroke-width="0"[^>]*><\/path>/gu, '')
      .replace(/ (?:class="zr[^"]*"|pointer-events="visible"|ecmeta_\w+="[^"]*")/gu, '')
      .replace(/^<svg width="\d+" height="\d+"/u, '<svg')
      .replaceAll('\n', '')
  );
}

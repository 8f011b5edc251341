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

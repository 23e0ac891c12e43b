import { ScatterChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([ScatterChart, GridComponent, TooltipComponent, LabelLayout, SVGRenderer]);

export type Chart = echarts.ECharts;

/** A chart in a box, drawn as SVG: nothing of it needs a style that the page's policy forbids. */
export function chartIn(box: HTMLElement): Chart {
  return echarts.init(box, null, { renderer: 'svg', height: 360 });
}

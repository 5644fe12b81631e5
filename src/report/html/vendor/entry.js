// What the report draws with, out of Apache ECharts; `build.sh` bundles it.
import * as core from 'echarts/core';
import { BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts';
import {
  BrushComponent, DataZoomInsideComponent, GridComponent, MarkAreaComponent, MarkLineComponent, ParallelComponent, TooltipComponent,
  VisualMapContinuousComponent,
} from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';

core.use([
  BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart,
  BrushComponent, DataZoomInsideComponent, GridComponent, MarkAreaComponent, MarkLineComponent, ParallelComponent, TooltipComponent,
  VisualMapContinuousComponent, CanvasRenderer,
]);

export const init = core.init;
export const version = core.version;

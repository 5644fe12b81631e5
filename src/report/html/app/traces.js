// Series that runs left, of the points that are chosen, one above the other over a common axis.

const MOST_TRACES = 12;
const traces = { all: null, name: null, column: null };

async function loadTraces() {
  const buffer = await unpacked('data-traces');
  if (!buffer) return;
  const { head, body } = parted(buffer);
  traces.all = head.map((told) => ({
    ...told,
    xName: told.x,
    x: new Float64Array(buffer, body + told.at, told.length),
    columns: told.columns.map(([name, at]) => ({ name, y: new Float32Array(buffer, body + at, told.length) })),
  }));
  traces.names = [...new Set(traces.all.map((trace) => trace.name))];
  nameTraces(traces.names[0]);
  traces.stacked = true;
}

// Chooses a series, and of its columns the metric, or the first: several on one axis hide each other where their sizes differ.
function nameTraces(name) {
  traces.name = name;
  traces.columns = [...new Set(traces.all.filter((trace) => trace.name === name).flatMap((trace) => trace.columns.map((column) => column.name)))];
  const metric = data.told.objective?.metric;
  traces.column = traces.columns.includes(metric) ? metric : traces.columns[0];
}

function tracesControls(view) {
  const redraw = () => { view.isStale = true; views.refresh(view, true); };
  const which = traces.names.length > 1 ? h('label', {}, 'Series ', h('select', { onchange: (event) => { nameTraces(traces.names[Number(event.target.value)]); tracesControls(view); redraw(); } },
    traces.names.map((name, at) => h('option', { value: at, selected: name === traces.name }, shorten(name, 40))))) : null;
  const column = traces.columns.length > 1 ? h('label', {}, 'Column ', h('select', { onchange: (event) => { traces.column = traces.columns[Number(event.target.value)] ?? null; redraw(); } },
    [...traces.columns, 'all'].map((label, at) => h('option', { value: at, selected: (traces.columns[at] ?? null) === traces.column }, shorten(label, 40))))) : null;
  const stacked = h('label', {}, h('input', { type: 'checkbox', checked: traces.stacked, onchange: (event) => { traces.stacked = event.target.checked; redraw(); } }), ' one above the other');
  $('traces-controls').replaceChildren(...[which, column, stacked].filter(Boolean));
}

function drawTraces(view) {
  if (!traces.all) { $('traces').hidden = true; return; }
  if (!view.isReady) { view.isReady = true; tracesControls(view); }
  const { table } = data;
  const named = new Map(traces.all.filter((trace) => trace.name === traces.name).map((trace) => [trace.row, trace]));
  const wanted = grid.chosen.size ? [...grid.chosen] : [...new Set([...best(filter.rows, MOST_TRACES * 4), ...filter.rows])];
  const rows = wanted.filter((row) => named.has(row)).slice(0, grid.chosen.size ? MOST_TRACES : 6);
  const { colours } = theme;
  const element = $('traces-chart');
  const isShown = (column) => traces.column === null || column.name === traces.column;
  const lines = rows.flatMap((row, at) => named.get(row).columns.filter(isShown).map((column) => ({ row, at, column, trace: named.get(row) })));
  const heightOf = Math.max(48, Math.min(110, 420 / Math.max(1, rows.length)));
  const isStacked = traces.stacked && rows.length > 1;
  element.style.height = `${isStacked ? rows.length * heightOf + 76 : 340}px`;
  const chart = chartOf(element, `Series ${traces.name} of ${rows.map((row) => table.title(row)).join(', ')}`);
  chart.resize();
  const panes = isStacked ? rows.length : 1;
  const [least, greatest] = lines.reduce(([low, high], { trace }) => [Math.min(low, trace.x[0]), Math.max(high, trace.x[trace.length - 1])], [Infinity, -Infinity]);
  const titleOf = (row) => table.title(row) + ': ' + table.varying.slice(0, 3).map((column) => `${shorten(column.label, 12)} ${cellText(column, row)}`).join(', ');
  const small = { color: colours.soft, fontSize: 10 };
  const xName = shorten(lines[0]?.trace.xName ?? '', 30);
  chart.setOption({
    animation: false,
    grid: Array.from({ length: panes }, (_, at) => ({ left: 60, right: 16, top: 26 + at * heightOf, height: isStacked ? heightOf - 24 : 260 })),
    xAxis: Array.from({ length: panes }, (_, at) => ({ gridIndex: at, type: 'value', min: least, max: greatest, axisLabel: { show: at === panes - 1, ...small }, axisTick: { show: at === panes - 1 }, axisLine: { onZero: false, lineStyle: { color: colours.line } },
      splitLine: { show: false }, name: at === panes - 1 ? xName : '', nameLocation: 'middle', nameGap: 24, nameTextStyle: { color: colours.soft, fontSize: 12 }, axisPointer: { show: true, label: { show: false } } })),
    yAxis: Array.from({ length: panes }, (_, at) => ({ gridIndex: at, type: 'value', scale: true, splitNumber: 2, axisLabel: small, axisLine: { show: true, lineStyle: { color: colours.line } }, splitLine: { lineStyle: { color: colours.line, opacity: 0.4 } },
      name: isStacked ? shorten(titleOf(rows[at]), 90) : shorten(traces.column ?? '', 30), nameLocation: 'end', nameGap: 6, nameTextStyle: { color: colours.ink, fontSize: 11, align: 'left' } })),
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    dataZoom: [{ type: 'inside', xAxisIndex: Array.from({ length: panes }, (_, at) => at), zoomOnMouseWheel: 'ctrl', moveOnMouseMove: 'shift' }],
    tooltip: { trigger: 'item', ...tooltip((params) => (params.seriesIndex === undefined ? '' : rowCard(lines[params.seriesIndex].row, [data.metric].filter(Boolean)))) },
    series: lines.map(({ row, at, column, trace }, index) => ({ type: 'line', name: `${titleOf(row)} ${column.name}`, xAxisIndex: isStacked ? at : 0, yAxisIndex: isStacked ? at : 0, symbol: 'none', sampling: 'lttb',
      lineStyle: { width: 1, color: seriesColour(isStacked ? traces.columns.indexOf(column.name) : index) }, itemStyle: { color: seriesColour(isStacked ? traces.columns.indexOf(column.name) : index) },
      data: Array.from(trace.x, (x, place) => [x, Number.isFinite(column.y[place]) ? column.y[place] : null]) })),
  }, { notMerge: true });
  view.charts = [element];
  const key = isStacked ? traces.columns.map((name, at) => [name, at]).filter(([name]) => isShown({ name })) : lines.map(({ row, column }, at) => [`${table.title(row)} ${column.name}`, at]);
  $('traces-about').replaceChildren(rows.length
    ? `${grid.chosen.size ? 'The points that are ticked in the table' : 'The best points; tick others in the table'}. ${traces.all.length.toLocaleString('en')} series are on this page. Ctrl and the wheel zoom.`
    : 'None of these points has this series on the page.', ...(rows.length ? key.slice(0, 24).map(([name, at]) => swatch(name, at)) : []));
}

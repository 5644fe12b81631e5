// Two columns against each other: points that open when they are clicked, a rectangle that can be dragged to filter.

// Draws rows by two columns; `name` is the view that the brush is kept under.
function scatter(element, { name, view, x, y, extra = [], isSmall = false, label, highlighted = [] }) {
  const mask = filter.maskWithout(name);
  const rows = rowsOf(mask);
  const [across, up] = [new Scale(x, rows), new Scale(y, rows)];
  const drawn = sample(rows, isSmall ? MOST_DOTS / 2 : MOST_DOTS, remarkable(rows, [x, y]));
  const { colours } = theme;
  const colour = colouring.get();
  const isCrowded = drawn.length > 600;
  const size = isSmall ? (isCrowded ? 3 : 6) : isCrowded ? 4 : 8;
  const points = drawn.map((row) => {
    const [px, py] = [across.place(row), up.place(row)];
    const isOff = px < 0 || py < 0;
    return { value: [px, py, row], ...mark(row, y, isOff, filter.mask[row] ? colour(row) : colours.lane, filter.mask[row] ? (isCrowded ? 0.55 : 0.8) : 0.35) };
  });
  const marked = new Set(highlighted);
  points.sort((a, b) => Number(marked.has(a.value[2])) - Number(marked.has(b.value[2])));
  const chart = chartOf(element, label);
  chart.setOption({
    animation: false,
    grid: { left: marginOf(up, isSmall ? 4 : 6, isSmall ? 52 : 64), right: 14, top: 30, bottom: 44 },
    xAxis: axis(across, { isX: true, isSmall, count: isSmall ? 4 : 6, width: element.clientWidth - 80 }),
    yAxis: axis(up, { isSmall, count: isSmall ? 4 : 6 }),
    tooltip: { trigger: 'item', ...tooltip((params) => (params.value?.[2] === undefined || params.value[2] < 0 ? '' : rowCard(params.value[2], [x, y]))) },
    brush: { xAxisIndex: 0, yAxisIndex: 0, brushMode: 'single', transformable: true, inBrush: {}, outOfBrush: {}, throttleType: 'debounce', throttleDelay: 80,
      brushStyle: { color: 'rgba(120,150,190,.15)', borderColor: colours.accent, borderWidth: 1 } },
    series: [{ id: 'points', type: 'scatter', data: points, symbolSize: size, markArea: laneBands(across, up), emphasis: { scale: 1.5 }, z: 2 }, ...extra.map((make) => make(across, up))],
  }, { notMerge: true });
  if (!element.isWatched) {
    element.isWatched = true;
    chart.on('click', (params) => { if (params.seriesId === 'points') openPoint(params.value[2]); });
    chart.on('brushEnd', (params) => {
      const area = params.areas[0];
      const { across, up } = element.scales;
      const asked = area ? [across.expression(...area.coordRange[0]), up.expression(...area.coordRange[1])] : [];
      const whole = area && asked.every(Boolean) ? asked.join(' and ') : null;
      if (!area && filter.chips.has(element.chip)) filter.brush(element.chip, null);
      else if (whole) filter.brush(element.chip, whole);
    });
  }
  element.scales = { across, up };
  element.chip = name;
  chart.dispatchAction({ type: 'takeGlobalCursor', key: 'brush', brushOption: { brushType: 'rect', brushMode: 'single' } });
  if (view) view.charts = [...new Set([...view.charts, element])];
  return { drawn: drawn.length, all: rows.length, hollow: hollowNote(rows, y) };
}

// Takes the rectangle off a chart whose range was removed.
function unbrush(element) {
  charts.get(element)?.dispatchAction({ type: 'brush', areas: [] });
}

// Error bars: of each [x, mean, low, high, n] a dot and a whisker, on the scales of the chart.
function errorBars(bars, name) {
  return (across, up) => ({
    id: name,
    type: 'custom',
    z: 5,
    silent: true,
    tooltip: { show: false },
    data: bars.map((bar) => [across.isCategory ? (across.places.get(bar.literal) + 0.5) / across.categories.length : across.of(bar.x), up.of(bar.mean), up.of(bar.low), up.of(bar.high), -1]),
    renderItem: (params, api) => {
      const { colours } = theme;
      const [x, mean] = api.coord([api.value(0), api.value(1)]);
      const clamp = (at) => Math.max(0, Math.min(1, Number.isFinite(at) ? at : 0));
      const [, low] = api.coord([api.value(0), clamp(api.value(2))]);
      const [, high] = api.coord([api.value(0), clamp(api.value(3))]);
      const line = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colours.ink, lineWidth: 1.2 } });
      return { type: 'group', children: [line(x, low, x, high), line(x - 4, low, x + 4, low), line(x - 4, high, x + 4, high),
        { type: 'circle', shape: { cx: x, cy: mean, r: 3 }, style: { fill: colours.ink } }] };
    },
  });
}

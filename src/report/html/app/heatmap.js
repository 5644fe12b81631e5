// The chosen metric over two parameters; the others are held at a value by sliders, or summed up.

const MOST_CELLS = 40;
const FEW_CELLS = 12;
const heat = { x: null, y: null, held: new Map(), how: 'mean' };

const SUMMARIES = {
  mean: (numbers) => {
    const sum = numbers.reduce((a, b) => a + b, 0);
    // A sum may be beyond all doubles where the mean is not.
    return Number.isFinite(sum) ? sum / numbers.length : numbers.reduce((a, b) => a + b / numbers.length, 0);
  },
  median: (numbers) => median(numbers),
  least: (numbers) => numbers.reduce((a, b) => Math.min(a, b)),
  greatest: (numbers) => numbers.reduce((a, b) => Math.max(a, b)),
  sd: (numbers) => { const mean = SUMMARIES.mean(numbers); return Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (numbers.length - 1)); },
};

// The values of a column in order, or ranges of them where there are many: a function of a row that says which, and an axis from 0 to 1.
function bins(column) {
  column.bins ??= makeBins(column);
  return column.bins;
}

function makeBins(column) {
  const seen = new Map();
  for (let row = 0; row < column.rows && (seen.size <= MOST_CELLS || !column.isNumeric); row++) if (!column.isMissing(row)) seen.set(column.text(row), row);
  return column.isNumeric && (seen.size > MOST_CELLS || (seen.size > FEW_CELLS && areDrawn(column))) ? rangesOf(column) : valuesOf(column, seen);
}

// Whether most values of a parameter were met with one choice of the others only, as where they were drawn: no grid has rows of them.
function areDrawn(column) {
  const others = data.table.varying.filter((other) => other !== column && !data.repeats.includes(other.name));
  const met = new Map();
  for (let row = 0; row < column.rows; row++) {
    const [value, choice] = [column.text(row), others.map((other) => other.text(row)).join('\u0000')];
    met.set(value, (met.get(value) ?? new Set()).add(choice));
  }
  return [...met.values()].filter((choices) => choices.size === 1).length * 2 > met.size;
}

function valuesOf(column, seen) {
  const literals = [...seen.keys()].sort(column.isNumeric ? (a, b) => literalNumber(a) - literalNumber(b) : collator.compare).slice(0, MOST_CELLS);
  const places = new Map(literals.map((literal, at) => [literal, at]));
  const labels = literals.map((literal) => shorten(literal, 16));
  return {
    column, labels, isRanges: false, isCategory: !column.isNumeric, isCut: seen.size > MOST_CELLS,
    of: (row) => places.get(column.text(row)),
    conditions: literals.map((literal) => { const value = column.value(seen.get(literal)); return `${spelt(column.label)} == ${typeof value === 'string' ? textLiteral(value) : literal}`; }),
    ticks: () => labels.map((label, at) => ({ at: (at + 0.5) / labels.length, label })),
  };
}

// Ranges of the same width, fewer where there are few rows to fill them.
function rangesOf(column) {
  const scale = new Scale(column, Array.from({ length: column.rows }, (_, row) => row));
  const count = Math.min(20, Math.max(5, Math.round(Math.sqrt(column.rows) / 1.5)));
  // Above the first, what begins between zero and what that is apart from begins there.
  const start = (at) => (at > 0 && scale.hasZero ? Math.max(scale.smallest, scale.number(at / count)) : scale.number(at / count));
  const digits = Math.max(3, digitsApart(scale.least, scale.greatest) + 1);
  const bound = (edge) => Number(edge.toPrecision(Math.min(17, digits + 3)));
  const ranges = Array.from({ length: count }, (_, at) => [start(at), scale.number((at + 1) / count)]);
  return {
    column, isRanges: true, isLog: scale.isLog, said: scale.said,
    labels: ranges.map((range) => [...new Set(range)].map((edge) => figure(edge, digits)).join(' to ')),
    of: (row) => { const place = scale.place(row); return place < 0 ? undefined : Math.min(count - 1, Math.floor(place * count)); },
    conditions: ranges.map(([from, to]) => `${spelt(column.label)} >= ${bound(from)} and ${spelt(column.label)} <= ${bound(to)}`),
    ticks: (most) => scale.ticks(most).filter((tick) => !tick.isLane),
  };
}

function heatmapControls(view) {
  const { table } = data;
  const columns = table.varying;
  const redraw = () => { view.isStale = true; views.refresh(view, true); };
  const choose = (label, key) => h('label', {}, `${label} `, h('select', { onchange: (event) => {
    const other = key === 'x' ? 'y' : 'x';
    const chosen = columns[Number(event.target.value)];
    if (heat[other] === chosen) heat[other] = heat[key];
    heat[key] = chosen;
    heatmapControls(view);
    redraw();
  } }, columns.map((column, at) => h('option', { value: at, selected: column === heat[key] }, shorten(column.label, 40)))));
  const how = h('label', {}, 'Where several meet ', h('select', { onchange: (event) => { heat.how = event.target.value; redraw(); } },
    Object.keys(SUMMARIES).map((name) => h('option', { value: name, selected: name === heat.how }, name))));
  const sliders = columns.filter((column) => column !== heat.x && column !== heat.y).slice(0, 8).map((column) => {
    const { labels } = bins(column);
    const at = heat.held.get(column) ?? -1;
    const shown = h('output', { class: 'held' }, at < 0 ? 'all' : labels[at]);
    return h('label', { class: 'slider' }, h('span', { dir: 'auto' }, shorten(column.label, 24)),
      h('input', { type: 'range', min: -1, max: labels.length - 1, step: 1, value: at, 'aria-valuetext': at < 0 ? 'all' : labels[at], oninput: (event) => {
        const place = Number(event.target.value);
        if (place < 0) heat.held.delete(column); else heat.held.set(column, place);
        shown.textContent = place < 0 ? 'all' : labels[place];
        event.target.setAttribute('aria-valuetext', shown.textContent);
        redraw();
      } }), shown);
  });
  $('heatmap-controls').replaceChildren(choose('Across', 'x'), choose('Up', 'y'), how, ...sliders);
}

function drawHeatmap(view) {
  const { table, metric } = data;
  if (!metric || table.varying.length < 2) { $('heatmap').hidden = true; return; }
  if (!heat.x) {
    const byImportance = data.ranked(table.varying.filter((column) => !data.repeats.includes(column.name)));
    [heat.y, heat.x] = byImportance.length > 1 ? byImportance : table.varying;
    heatmapControls(view);
  }
  const [across, up] = [bins(heat.x), bins(heat.y)];
  const held = [...heat.held].filter(([column]) => column !== heat.x && column !== heat.y);
  const cells = new Map();
  let outside = 0;
  for (const row of rowsOf(filter.maskWithout('heatmap'))) {
    if (held.some(([column, at]) => bins(column).of(row) !== at)) continue;
    const [x, y] = [across.of(row), up.of(row)];
    if (x === undefined || y === undefined) { outside++; continue; }
    const key = x * 1000 + y;
    if (!cells.has(key)) cells.set(key, { x, y, whole: [], hollow: [], lanes: [], rows: [] });
    const cell = cells.get(key);
    const lane = table.lane(metric, row);
    cell.rows.push(row);
    if (lane) cell.lanes.push(lane); else (isHollow(row, metric) ? cell.hollow : cell.whole).push(metric.number(row));
  }
  const { colours } = theme;
  // What was stopped early counts where nothing ran to its end.
  for (const cell of cells.values()) cell.numbers = cell.whole.length ? cell.whole : cell.hollow;
  const shown = [...cells.values()].map((cell) => ({ ...cell, isHollow: !cell.whole.length && cell.hollow.length > 0, number: cell.numbers.length && (heat.how !== 'sd' || cell.numbers.length > 1) ? SUMMARIES[heat.how](cell.numbers) : undefined }));
  const numbers = shown.map((cell) => cell.number).filter(Number.isFinite);
  const above = numbers.filter((number) => number > 0);
  const [smallest, greatest] = [Math.min(...above), Math.max(...above)];
  const isLog = axes.isLog(metric) && numbers.every((number) => number >= 0) && (above.length === numbers.length || smallest < greatest);
  const scaled = (number) => (!isLog ? number : number === 0 ? zeroOf(smallest, greatest) : Math.log10(number));
  const finiteOnes = numbers.map(scaled);
  const [low, high] = [Math.min(...finiteOnes), Math.max(...finiteOnes)];
  const unscaled = (number) => (!isLog ? number : number < Math.log10(smallest) - 1e-9 ? 0 : 10 ** number);
  const digits = Math.max(3, finiteOnes.length ? digitsApart(unscaled(low), unscaled(high)) + 1 : 0);
  const hasRoom = across.labels.length <= 14 && up.labels.length <= 24;
  const points = shown.map((cell) => {
    const isOff = !Number.isFinite(cell.number);
    const place = isOff ? 0 : high > low ? placeBetween(scaled(cell.number), low, high) : 0.5;
    const colour = isOff ? colours.faint : viridis(place);
    const bright = !isOff && place > 0.48;
    const text = isOff ? (cell.lanes[0] ?? (cell.number === undefined ? 'one only' : figure(cell.number, digits))) : hasRoom ? figure(cell.number, digits) + (cell.lanes.length ? ' *' : '') : cell.lanes.length ? '*' : '';
    return {
      value: [(cell.x + 0.5) / across.labels.length, (cell.y + 0.5) / up.labels.length, isOff ? null : cell.number], cell,
      itemStyle: { color: colour, borderColor: isOff ? colours.bad : colours.ink, borderType: isOff || cell.isHollow ? 'dashed' : 'solid' },
      label: { show: Boolean(text), formatter: () => text, color: isOff ? colours.bad : bright ? '#1b1b1b' : '#ffffff', fontSize: 11 },
    };
  });
  const side = (bins, isX) => ({ ...axis({ ...bins, bottom: 0 }, { isX, count: 8, width: isX ? $('heatmap-chart').clientWidth - 180 : undefined }), max: 1, ...(bins.isRanges ? {} : { axisTick: { show: false } }) });
  const marked = shown.reduce((sum, cell) => sum + cell.lanes.length, 0);
  const label = `${heat.how} of ${metric.label} over ${heat.x.label} and ${heat.y.label}, a heat map. The table has the same numbers.`;
  const chart = chartOf($('heatmap-chart'), label);
  chart.setOption({
    animation: false,
    grid: { left: marginOf(up, 8, 64), right: 96, top: 30, bottom: 48 },
    xAxis: side(across, true),
    yAxis: side(up, false),
    tooltip: { trigger: 'item', ...tooltip((params) => params.data?.cell && heatCard(params.data.cell)) },
    visualMap: finiteOnes.length ? { type: 'continuous', min: low, max: high > low ? high : low + 1, calculable: false, orient: 'vertical', right: 4, top: 'middle', itemHeight: 180, itemWidth: 12,
      seriesIndex: 99, inRange: { color: VIRIDIS }, text: [figure(unscaled(high), digits + 1), figure(unscaled(low), digits + 1)], textStyle: { color: colours.soft, fontSize: 11 } } : undefined,
    series: [{ type: 'custom', data: points, renderItem: (params, api) => heatCell(points[params.dataIndex], api, [1 / across.labels.length, 1 / up.labels.length]), encode: { x: 0, y: 1 } }],
  }, { notMerge: true });
  if (!chart.isWatched) {
    chart.isWatched = true;
    chart.on('click', (params) => {
      if (!params.data?.cell) return;
      const { cell } = params.data;
      if (cell.rows.length === 1) { openPoint(cell.rows[0]); return; }
      const asked = `${bins(heat.x).conditions[cell.x]} and ${bins(heat.y).conditions[cell.y]}`;
      filter.brush('heatmap', filter.chips.get('heatmap')?.expression === asked ? null : asked);
    });
  }
  view.charts = [$('heatmap-chart')];
  const ranges = across.isRanges || up.isRanges ? ' Along an axis with many values each cell is a range of them.' : '';
  $('heatmap-about').textContent = `${heat.how === 'sd' ? 'Standard deviation' : heat.how[0].toUpperCase() + heat.how.slice(1)} of ${visible(metric.label)} in each cell${isLog ? ', colours on a log scale' : ''}. Click a cell to filter to its points, or to open its only one.`
    + `${ranges}${marked ? ` ${counted(marked, 'result')} that ${marked === 1 ? 'is' : 'are'} no finite number: cells of nothing else are dashed and say what, * marks cells with some.` : ''}${shown.some((cell) => cell.hollow.length) ? ' What was stopped early, or is not at its end, counts in dashed cells only, where nothing else is.' : ''}${outside ? ` ${counted(outside, 'point')} have no cell: without a value for one of the two${[across, up].some((of) => of.isCut) ? `, or beyond the first ${MOST_CELLS} texts` : ''}.` : ''}`;
}

function heatCell({ itemStyle, label }, api, sizes) {
  const [x, y] = api.coord([api.value(0), api.value(1)]);
  const [width, height] = api.size(sizes);
  const shape = { x: x - width / 2 + 0.5, y: y - height / 2 + 0.5, width: Math.max(1, width - 1), height: Math.max(1, height - 1), r: 2 };
  return {
    type: 'rect', shape,
    style: { fill: itemStyle.color, stroke: itemStyle.borderColor, lineWidth: itemStyle.borderType === 'dashed' ? 1 : 0, lineDash: itemStyle.borderType === 'dashed' ? [3, 3] : null },
    textContent: label.show && width > 16 ? { type: 'text', style: { text: label.formatter(), fill: label.color, fontSize: 11, width: width - 4, overflow: 'truncate' } } : undefined,
    textConfig: { position: 'inside' },
  };
}

function heatCard(cell) {
  const { metric } = data;
  const lanes = new Map();
  cell.lanes.forEach((lane) => lanes.set(lane, (lanes.get(lane) || 0) + 1));
  return h('div', { class: 'tip' }, h('b', {}, `${shorten(heat.x.label, 24)} ${bins(heat.x).labels[cell.x]}, ${shorten(heat.y.label, 24)} ${bins(heat.y).labels[cell.y]}`),
    h('div', {}, cell.number === undefined ? '' : `${heat.how} of ${shorten(metric.label, 24)}: ${figure(cell.number, 5)}, n = ${cell.numbers.length}`),
    cell.hollow.length ? h('div', {}, `stopped early, or not at their end: ${cell.hollow.length}${cell.isHollow ? '' : ', not counted'}`) : null,
    [...lanes].map(([lane, count]) => h('div', {}, `${lane}: ${count}`)));
}

// Parallel coordinates: an axis for each parameter that varies and each metric; ranges dragged along an axis filter everything.

const MOST_LINES = 3000;
const MOST_AXES = 16;
let parallelScales = [];
let parallelChip = '';

function drawParallel(view) {
  const { table, metric } = data;
  const others = table.metrics.filter((column) => column !== metric && varies(column));
  const metrics = [...others.slice(0, Math.max(2, MOST_AXES - 1 - table.varying.length)), ...(metric ? [metric] : [])];
  const shown = thatMatter(table.varying, MOST_AXES - metrics.length);
  const columns = [...shown, ...metrics];
  if (columns.length < 2) { $('parallel').hidden = true; return; }
  const mask = filter.maskWithout('parallel');
  const rows = rowsOf(mask);
  parallelScales = columns.map((column) => new Scale(column, rows));
  // The best are drawn last, over the others.
  const drawn = [...sample(rows, MOST_LINES, remarkable(rows, columns))];
  const places = new Map(best(drawn, drawn.length).map((row, at) => [row, at]));
  drawn.sort((a, b) => (places.get(b) ?? Infinity) - (places.get(a) ?? Infinity) || a - b);
  const { colours } = theme;
  const colour = colouring.get();
  const element = $('parallel-chart');
  element.style.minWidth = `${columns.length * 72}px`;
  const isCrowded = columns.length > 12;
  const chart = chartOf(element, `Parallel coordinates of ${columns.map((column) => column.label).join(', ')}. The table has the same numbers; the filter takes ranges such as ${spelt(columns[0].label)} > 1.`);
  const opacity = drawn.length > 1000 ? 0.12 : drawn.length > 200 ? 0.3 : 0.6;
  chart.setOption({
    animation: false,
    parallel: { left: 50, right: 70, top: 44, bottom: 18, parallelAxisDefault: { areaSelectStyle: { width: 16, color: colours.accent, opacity: 0.25, borderColor: colours.accent } } },
    parallelAxis: parallelScales.map((scale, dim) => ({
      id: String(dim),
      dim,
      ...axis(scale, { count: 6, name: '' }),
      name: shorten(scale.column.label, isCrowded ? 10 : 14) + (scale.isLog && !isCrowded ? ` ${scale.said}` : ''),
      nameLocation: 'end',
      nameGap: 14,
      nameTextStyle: { color: scale.column === metric ? colours.ink : colours.soft, fontSize: 11, fontWeight: scale.column === metric ? 'bold' : 'normal' },
      axisLabel: { ...axis(scale, { count: 6, name: '' }).axisLabel, textBorderColor: colours.card, textBorderWidth: 3 },
    })),
    tooltip: { trigger: 'item', ...tooltip((params) => (Number.isInteger(params.data?.row) ? rowCard(params.data.row, columns) : '')) },
    series: [{
      type: 'parallel',
      smooth: false,
      inactiveOpacity: 0.03,
      activeOpacity: opacity * 1.4,
      lineStyle: { width: 1.2, opacity },
      emphasis: { lineStyle: { width: 3, opacity: 1 } },
      progressive: 500,
      data: drawn.map((row) => ({ row, value: parallelScales.map((scale) => scale.place(row)), lineStyle: { color: colour(row), type: metric && isHollow(row, metric) ? 'dashed' : 'solid' } })),
    }],
  }, { notMerge: true });
  if (!view.isWatched) {
    view.isWatched = true;
    chart.on('axisareaselected', ({ parallelAxisId, intervals }) => {
      view.intervals ??= [];
      view.intervals[Number(parallelAxisId)] = intervals.map((interval) => [...interval]);
      clearTimeout(view.timer);
      view.timer = setTimeout(() => brushParallel(view), 120);
    });
    chart.on('click', (params) => { if (Number.isInteger(params.data?.row)) openPoint(params.data.row); });
  }
  view.charts = [element];
  // The ranges that stand are drawn again.
  if (filter.chips.has('parallel') && view.intervals) {
    view.intervals.forEach((intervals, at) => { if (intervals?.length) chart.dispatchAction({ type: 'axisAreaSelect', parallelAxisIndex: at, intervals }); });
  }
  $('parallel-about').textContent = `${drawn.length < rows.length ? `${drawn.length.toLocaleString('en')} of ${counted(rows.length, 'line')} are drawn, the best and evenly chosen others; the filter uses every point. ` : ''}`
    + (shown.length < table.varying.length ? `${shown.length} of ${table.varying.length} parameters are shown${matters().length ? ', those that matter most' : ''}. ` : '')
    + 'Drag along an axis to keep a range of it; drag the range to move it, click beside it to take it away. Lines end in the lanes at the foot where a value is no finite number.'
    + (metric && rows.some((row) => isHollow(row, metric)) ? ' Dashed: stopped early, or not at its end.' : '');
}

// What matters for the metric that is chosen, the most first; nothing where nobody knows.
function matters() {
  return data.told.importance?.[data.metric?.label]?.bars ?? [];
}

// So many of the parameters, in their order: those that matter most, then the first.
function thatMatter(columns, most) {
  const bars = matters().map(([name]) => name);
  const rank = (column) => { const at = bars.indexOf(column.label); return at < 0 ? Infinity : at; };
  const chosen = new Set([...columns].sort((a, b) => rank(a) - rank(b) || 0).slice(0, most));
  return columns.filter((column) => chosen.has(column));
}

function brushParallel(view) {
  const asked = (view.intervals || []).map((intervals, at) => {
    const parts = (intervals || []).map(([from, to]) => parallelScales[at].expression(Math.min(from, to), Math.max(from, to)) || 'false');
    return parts.length > 1 ? `(${parts.join(' or ')})` : parts[0];
  }).filter(Boolean);
  const whole = asked.join(' and ');
  if (whole === (filter.chips.get('parallel')?.expression ?? '')) return;
  filter.brush('parallel', whole || null);
}

function clearParallel(view) {
  view.intervals = null;
  view.isStale = true;
  views.refresh(view);
}

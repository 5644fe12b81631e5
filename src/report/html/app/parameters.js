// The chosen metric against each parameter, with the mean of each value and error bars where points were repeated.

const MOST_MULTIPLES = 24;
const MOST_MEANS = 40;

function drawParameters(view) {
  const { table, metric } = data;
  const box = $('parameters-charts');
  if (!metric || !table.varying.length) { $('parameters').hidden = true; return; }
  const columns = table.varying.filter((column) => !data.repeats.includes(column.name)).slice(0, MOST_MULTIPLES);
  if (box.children.length !== columns.length) box.replaceChildren(...columns.map(() => h('div', { class: 'chart small' })));
  let [thinned, hollowed] = ['', ''];
  const repeated = repeats();
  columns.forEach((column, at) => {
    const name = `${metric.label} against ${column.label}`;
    const bars = repeated.length ? repeated.filter((bar) => bar.row !== undefined).map((bar) => ({ ...bar, x: column.number(bar.row), literal: column.text(bar.row) }))
      .filter((bar) => column.isNumeric ? Number.isFinite(bar.x) : bar.literal) : [];
    const extra = [means(column), ...(bars.length && bars.length <= 400 ? [errorBars(bars, 'spread')] : [])].filter(Boolean);
    const { drawn, all, hollow } = scatter(box.children[at], { name, view, x: column, y: metric, extra, isSmall: true, label: `${name}, a scatter plot. The table has the same numbers.` });
    [thinned, hollowed] = [thinnedNote(drawn, all), hollow];
  });
  $('parameters-about').textContent = `${thinned}Each dot is a point; lines are through the medians of each value. ${hollowed}${repeated.length ? 'Bars: mean ± standard deviation of points that were repeated. ' : ''}`
    + `Drag a rectangle to filter, click a dot to open its point. What is no finite number stands in the shaded lanes.${table.varying.length > MOST_MULTIPLES ? ` The first ${MOST_MULTIPLES} of ${table.varying.length} parameters are shown.` : ''}`;
}

// The median of each value of a parameter, if it has few values: a line through numbers, a dash for each word.
function means(column) {
  const { metric, table } = data;
  const groups = new Map();
  for (const row of filter.rows) {
    if (!table.isWhole(row) || table.lane(metric, row) || column.isMissing(row)) continue;
    const key = column.text(row);
    if (!groups.has(key)) {
      if (groups.size >= MOST_MEANS) return null;
      groups.set(key, { row, numbers: [] });
    }
    groups.get(key).numbers.push(metric.number(row));
  }
  if (groups.size < 2 || [...groups.values()].every((group) => group.numbers.length < 2)) return null;
  // Words have no order that a line could follow.
  const drawn = column.isNumeric ? { type: 'line', symbol: 'none', lineStyle: { color: theme.colours.ink, width: 1.5, opacity: 0.55 } }
    : { type: 'scatter', symbol: 'rect', symbolSize: [26, 2], itemStyle: { color: theme.colours.ink, opacity: 0.7 } };
  return (across, up) => ({
    id: 'medians',
    ...drawn,
    silent: true,
    tooltip: { show: false },
    z: column.isNumeric ? 1 : 3,
    data: [...groups.values()].map(({ row, numbers }) => [across.place(row), up.of(median(numbers)), -1]).filter(([x]) => x >= 0).sort((a, b) => a[0] - b[0]),
  });
}

function median(numbers) {
  const sorted = Float64Array.from(numbers).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// Points that were run more than once, as repeats of their own or as several attempts: mean and spread of the chosen metric.
function repeats() {
  const { table, metric } = data;
  const counting = table.parameters.filter((column) => data.repeats.includes(column.name));
  const groups = new Map();
  const own = table.varying.filter((column) => !counting.includes(column));
  const isGrouped = counting.length > 0;
  for (const row of filter.rows) {
    const several = data.attempts.get(row);
    if (!isGrouped && !several) continue;
    const key = isGrouped ? own.map((column) => column.text(row)).join('\u0000') + table.sweep?.text(row) : row;
    if (!groups.has(key)) groups.set(key, { row, numbers: [] });
    const { numbers } = groups.get(key);
    const all = several ? several.filter((record) => record.status === 'ok').map((record) => literalNumber(String(record.metrics?.[metric.name] ?? 'nan')))
      : table.isWhole(row) ? [metric.number(row)] : [];
    numbers.push(...all.filter(Number.isFinite));
  }
  return [...groups.values()].filter(({ numbers }) => numbers.length > 1).map(({ row, numbers }) => {
    const mean = numbers.reduce((a, b) => a + b) / numbers.length;
    const deviation = Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (numbers.length - 1));
    return { row, mean, low: mean - deviation, high: mean + deviation, n: numbers.length };
  });
}

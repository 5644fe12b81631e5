// The chosen metric in the order in which points were run, or were proposed, and the best so far.

const past = { by: 'end' };

function historyControls(view) {
  const choices = { end: 'when they ended', point: 'point number' };
  const names = data.table.end && numbersOfTime().some(Number.isFinite) ? choices : { point: choices.point };
  if (!names[past.by]) past.by = 'point';
  $('history-controls').replaceChildren(h('label', {}, 'In order of ', h('select', { onchange: (event) => { past.by = event.target.value; view.isStale = true; views.refresh(view, true); } },
    Object.entries(names).map(([name, label]) => h('option', { value: name, selected: name === past.by }, label)))));
}

// When each row ended, in milliseconds, or NaN.
function numbersOfTime() {
  data.times ??= Float64Array.from({ length: data.table.rows }, (_, row) => (data.table.end.isMissing(row) ? NaN : Date.parse(data.table.end.text(row))));
  return data.times;
}

function drawHistory(view) {
  const { table, metric } = data;
  if (!metric) { $('history').hidden = true; return; }
  if (!view.isReady) { view.isReady = true; historyControls(view); }
  const byTime = past.by === 'end';
  const times = byTime ? numbersOfTime() : null;
  const order = [...filter.rows].filter((row) => !byTime || Number.isFinite(times[row]));
  if (byTime) order.sort((a, b) => times[a] - times[b]);
  const unordered = filter.rows.length - order.length;
  const scale = new Scale(metric, order);
  const isMaximised = data.isMaximised(metric);
  let record;
  const steps = [];
  const placeOf = new Map();
  order.forEach((row, at) => {
    placeOf.set(row, at + 1);
    const number = metric.number(row);
    if (table.isWhole(row) && !table.lane(metric, row) && (record === undefined || (isMaximised ? number > record : number < record))) {
      record = number;
      steps.push([at + 1, scale.of(number), row]);
    }
  });
  if (record !== undefined) steps.push([order.length, scale.of(record), steps[steps.length - 1][2]]);
  const drawn = sample(order, MOST_DOTS, remarkable(order, [metric]));
  const { colours } = theme;
  const colour = colouring.get();
  const chart = chartOf($('history-chart'), `${metric.label} of each point in order, with the best so far, which ends at ${record === undefined ? 'nothing' : figure(record)}.`);
  chart.setOption({
    animation: false,
    grid: { left: marginOf(scale, 6, 64), right: 14, top: 30, bottom: 44 },
    xAxis: { type: 'value', min: 1, max: Math.max(2, order.length), minInterval: 1, name: byTime ? 'runs, in the order in which they ended' : 'points, in the order of their numbers', nameLocation: 'middle', nameGap: 26,
      nameTextStyle: { color: colours.soft, fontSize: 12 }, axisLine: { onZero: false, lineStyle: { color: colours.line } }, axisTick: { lineStyle: { color: colours.line } }, axisLabel: { color: colours.soft, fontSize: 11, hideOverlap: true }, splitLine: { show: false } },
    yAxis: axis(scale, { count: 6 }),
    tooltip: { trigger: 'item', ...tooltip((params) => (params.value?.[2] === undefined ? '' : rowCard(params.value[2], [metric]))) },
    series: [
      { id: 'points', type: 'scatter', symbolSize: drawn.length > 600 ? 3 : 7, markArea: laneBands({ lanes: [] }, scale), z: 2,
        data: drawn.map((row) => { const place = scale.place(row); return { value: [placeOf.get(row), place, row], ...mark(row, metric, place < 0, colour(row), 0.75) }; }) },
      { id: 'best', type: 'line', step: 'end', symbol: 'none', data: steps, lineStyle: { color: colours.ink, width: 1.6 }, z: 3, silent: true },
    ],
  }, { notMerge: true });
  if (!view.isWatched) {
    view.isWatched = true;
    chart.on('click', (params) => { if (params.seriesId === 'points') openPoint(params.value[2]); });
  }
  view.charts = [$('history-chart')];
  $('history-about').textContent = `${thinnedNote(drawn.length, order.length)}${hollowNote(order, metric)}The line is the ${isMaximised ? 'greatest' : 'least'} so far${unordered ? `; ${counted(unordered, 'point')} ${unordered === 1 ? 'has' : 'have'} not ended and ${unordered === 1 ? 'is' : 'are'} not here` : ''}.`;
}

// Two metrics against each other, and the points that no other beats in both.

const front = { x: null, y: null, ways: new Map() };

function paretoControls(view) {
  const { metrics } = data.table;
  const redraw = () => { view.isStale = true; views.refresh(view, true); };
  const way = (column) => front.ways.get(column) ?? data.isMaximised(column);
  const choose = (label, key) => h('span', { class: 'joined' }, h('label', {}, `${label} `, h('select', { onchange: (event) => {
    front[key] = metrics[Number(event.target.value)];
    paretoControls(view);
    redraw();
  } }, metrics.map((column, at) => h('option', { value: at, selected: column === front[key] }, shorten(column.label, 40))))),
  h('button', { type: 'button', 'aria-label': `${label}: ${way(front[key]) ? 'more' : 'less'} is better; change`, onclick: () => {
    front.ways.set(front[key], !way(front[key]));
    paretoControls(view);
    redraw();
  } }, way(front[key]) ? 'more is better' : 'less is better'));
  $('pareto-controls').replaceChildren(choose('Across', 'x'), choose('Up', 'y'));
}

// The whole results that no other beats in both, in order of the first.
function frontier(rows, x, y, moreX, moreY) {
  const [signX, signY] = [moreX ? -1 : 1, moreY ? -1 : 1];
  const able = [...rows].filter((row) => data.table.isWhole(row) && !data.table.lane(x, row) && !data.table.lane(y, row));
  able.sort((a, b) => signX * (x.number(a) - x.number(b)) || signY * (y.number(a) - y.number(b)));
  const kept = [];
  let [bound, at] = [Infinity, NaN];
  for (const row of able) {
    const [first, second] = [x.number(row), signY * y.number(row)];
    if (second < bound || (second === bound && first === at)) {
      kept.push(row);
      [bound, at] = [second, first];
    }
  }
  return kept;
}

function drawPareto(view) {
  const { metrics } = data.table;
  const able = metrics.filter((column) => column.isNumeric && varies(column));
  if (able.length < 2) { $('pareto').hidden = true; return; }
  if (!front.x) {
    front.y = able.includes(data.metric) ? data.metric : able[0];
    front.x = able.find((column) => column !== front.y);
    paretoControls(view);
  }
  const way = (column) => front.ways.get(column) ?? data.isMaximised(column);
  const best = frontier(filter.rows, front.x, front.y, way(front.x), way(front.y));
  const line = (across, up) => ({ id: 'front', type: 'line', step: 'end', symbol: 'none', silent: true, z: 1, tooltip: { show: false },
    lineStyle: { color: theme.colours.ink, width: 1.4 }, data: best.map((row) => [across.place(row), up.place(row), -1]) });
  const dots = (across, up) => ({ id: 'front-points', type: 'scatter', silent: true, z: 3, symbolSize: 9, data: best.length > 500 ? [] : best.map((row) => [across.place(row), up.place(row), -1]),
    itemStyle: { color: 'transparent', borderColor: theme.colours.ink, borderWidth: 1.6 } });
  const { drawn, all, hollow } = scatter($('pareto-chart'), { name: 'pareto', view, x: front.x, y: front.y, extra: [line, dots],
    label: `${front.y.label} against ${front.x.label}; ${best.length} points are on the Pareto front.` });
  $('pareto-about').textContent = `${thinnedNote(drawn, all)}${hollow}${counted(best.length, 'point')} (ringed) that no other beats in both. `;
  const only = h('button', { type: 'button', onclick: () => {
    const points = best.map((row) => data.table.point.text(row));
    const several = data.sweeps.length > 1;
    const asked = several ? best.map((row) => `sweep == ${textLiteral(data.table.sweep.text(row))} and point == ${data.table.point.text(row)}`).join(' or ') : `point in [${points.join(', ')}]`;
    filter.brush('front', asked);
  } }, 'Filter to them');
  if (best.length && best.length <= 200) $('pareto-about').append(only);
}

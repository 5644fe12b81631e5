// The start: data unpacked, controls filled, views registered.

const data = {
  table: null,
  told: null,
  sweeps: [],
  metric: null,
  attempts: new Map(),
  repeats: [],

  // Whether more of a metric is better: as the definition says, else as its name suggests.
  isMaximised(column) {
    if (column && this.told.objective?.metric === column.name) return this.told.objective.direction === 'maximize';
    return /(^|[^a-z])(acc|accuracy|auc|auroc|f1|r2|precision|recall|reward|return|fitness|likelihood|psnr|ssim|bleu|iou|throughput|speedup)([^a-z]|$)/i.test(column?.name ?? '');
  },

  // Parameters, those that matter most last, as far as that is known.
  ranked(columns) {
    const bars = this.told.importance?.[this.metric?.label]?.bars ?? [];
    const place = new Map(bars.map(([name], at) => [name, at]));
    const sorted = [...columns].sort((a, b) => (place.get(a.label) ?? 99) - (place.get(b.label) ?? 99));
    return bars.length ? sorted.slice(0, 2).reverse() : columns;
  },
};

async function start() {
  data.told = JSON.parse($('data-told').textContent);
  data.sweeps = data.told.sweeps;
  data.table = new Table(await unpacked('data-cells'));
  data.attempts = new Map(await unpackedJson('data-attempts'));
  data.repeats = data.sweeps.flatMap((sweep) => sweep.repeats);
  await loadTraces();
  const { table } = data;
  data.metric = table.metrics.find((column) => column.name === data.told.objective?.metric) ?? table.metrics.find((column) => column.isNumeric) ?? table.metrics[0] ?? null;
  $('main').hidden = false;
  $('bar').hidden = false;
  theme.start();
  grid.start();
  filter.onChange((event, origin) => {
    if (event === 'changed') { grid.arrange(); colourKey(); views.change(origin); } else cleared(origin);
  });
  filter.apply('start');
  choices();
  logBoxes();
  views.add('parameters', drawParameters);
  views.add('heatmap', drawHeatmap);
  views.add('parallel', drawParallel);
  views.add('history', drawHistory);
  views.add('pareto', drawPareto);
  views.add('importance', drawImportance);
  views.add('traces', drawTraces);
  views.add('images', drawImages);
  hideEmpty();
  const input = $('filter');
  input.placeholder = example();
  let timer;
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => filter.type(input.value), 120); });
  $('filter-form').addEventListener('submit', (event) => { event.preventDefault(); clearTimeout(timer); filter.type(input.value); });
  $('reset').addEventListener('click', () => { filter.clear(); input.focus(); });
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !event.target.closest('input, select, textarea, dialog')) { event.preventDefault(); input.focus(); }
    if (event.key === 'Escape') document.querySelectorAll('details.menu[open]').forEach((menu) => { menu.open = false; menu.querySelector('summary').focus(); });
  });
  document.addEventListener('click', (event) => document.querySelectorAll('details.menu[open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
  addEventListener('beforeprint', () => theme.print(true));
  addEventListener('afterprint', () => theme.print(false));
  document.documentElement.dataset.ready = 'true';
}

// A filter that could be typed here.
function example() {
  const { table, metric } = data;
  const middle = (column) => figure(median([...numbersIn(column)]), 2).replace('−', '-');
  const able = [metric, table.varying.find((column) => column.isNumeric)].filter((column) => column?.isNumeric && numbersIn(column).length);
  return able.map((column, at) => `${spelt(column.label)} ${at === 0 && !data.isMaximised(column) ? '<' : '>'} ${middle(column)}`).join(' and ') || "status == 'ok'";
}

function cleared(view) {
  if (view === 'parallel') clearParallel(views.all.find((other) => other.id === 'parallel'));
  for (const element of charts.keys()) if (element.chip === view) unbrush(element);
}

function redrawAll() {
  views.change(null);
}

function choices() {
  const { table } = data;
  const option = (column) => h('option', { value: column.label, selected: column === data.metric }, shorten(column.label, 40));
  $('metric').parentElement.hidden = !data.metric;
  $('metric').replaceChildren(...table.metrics.map(option));
  $('metric').addEventListener('change', () => { const old = data.metric; data.metric = table.metrics.find((column) => column.label === $('metric').value); if (colouring.choice === old?.label) { colouring.choice = data.metric.label; $('colour').value = colouring.choice; colourKey(); } hideEmpty(); redrawAll(); });
  const colours = [...(data.sweeps.length > 1 ? [['sweep', 'sweep']] : []), ['', 'status'], ...[...table.metrics, ...table.varying].map((column) => [column.label, shorten(column.label, 40)])];
  colouring.choice = data.sweeps.length > 1 ? 'sweep' : data.metric?.label ?? '';
  $('colour').replaceChildren(...colours.map(([value, label]) => h('option', { value, selected: value === colouring.choice }, label)));
  $('colour').addEventListener('change', () => { colouring.choice = $('colour').value; colourKey(); redrawAll(); });
  colourKey();
}

// Which colour is which, where they stand for a few words.
function colourKey() {
  const { table } = data;
  const column = colouring.choice === 'sweep' ? table.sweep : table.find(colouring.choice);
  const words = colouring.choice === 'sweep' ? data.sweeps.map((sweep) => sweep.branch) : column && !column.isNumeric ? new Scale(column, filter.rows ?? []).categories : [];
  $('colour-key').replaceChildren(...(column?.isNumeric ? [ramp(column)] : words.length > 8 ? [] : words.map((word, at) => swatch(word, at))));
}

// From which number to which the colours of dots and lines go.
function ramp(column) {
  const scale = new Scale(column, filter.rows);
  if (scale.isOne) return '';
  const bar = h('span', { class: 'ramp', 'aria-hidden': 'true' });
  bar.style.background = `linear-gradient(to right, ${VIRIDIS.map((_, at) => viridis(at / (VIRIDIS.length - 1), true)).join(', ')})`;
  const digits = Math.max(3, digitsApart(scale.least, scale.greatest) + 1);
  return h('span', { class: 'key' }, h('span', { dir: 'auto' }, `${shorten(column.label, 40)}: ${figure(scale.least, digits)}`), bar, `${figure(scale.greatest, digits)}${scale.isLog ? ` ${scale.said}` : ''}`);
}

function swatch(word, at) {
  const mark = h('span', { class: 'swatch', 'aria-hidden': 'true' });
  mark.style.background = seriesColour(at);
  return h('span', { class: 'key', dir: 'auto' }, mark, shorten(word, 40));
}

function logBoxes() {
  const columns = axes.candidates();
  $('logs').hidden = columns.length === 0;
  $('log-boxes').replaceChildren(...columns.map((column) => h('label', {}, h('input', { type: 'checkbox', checked: axes.isLog(column), onchange: (event) => {
    axes.chosen.set(column, event.target.checked);
    column.bins = null;
    colourKey();
    redrawAll();
  } }), h('span', { dir: 'auto' }, ` ${shorten(column.label, 40)}`))));
}

// Sections with nothing to show are not there, and the list of sections leads to those that are.
function hideEmpty() {
  const { table, metric, told } = data;
  const has = {
    parameters: metric && table.varying.length > 0,
    heatmap: metric && table.varying.length > 1,
    parallel: table.varying.length + table.metrics.filter(varies).length > 1,
    history: Boolean(metric),
    pareto: table.metrics.filter((column) => column.isNumeric && varies(column)).length > 1,
    importance: Boolean(told.importance?.[metric?.label]?.bars?.length),
    traces: Boolean(traces.all),
    images: told.pictures.length > 0,
    table: true,
  };
  for (const [id, isThere] of Object.entries(has)) $(id).hidden = !isThere;
  $('nav').replaceChildren(...Object.keys(has).filter((id) => has[id]).map((id) => h('a', { href: `#${id}` }, $(`${id}-title`).textContent)));
}

start().catch((error) => {
  const old = typeof DecompressionStream === 'undefined' ? ' This browser is too old for it: any of the last three years will do.' : '';
  $('failure').textContent = `The interactive part of this page could not start.${old} (${error.message})`;
  $('failure').hidden = false;
  throw error;
});

// What all charts share: they are drawn when they come into view, and again when the filter changes while they are.

const views = {
  all: [],

  // A view: an element that is watched, and a function that draws it, called with why.
  add(id, draw) {
    const view = { id, draw, isSeen: false, isStale: true, charts: [] };
    this.all.push(view);
    (this.observer ??= new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const seen = this.all.find((view) => $(view.id) === entry.target);
        seen.isSeen = entry.isIntersecting;
        this.refresh(seen);
      }
    }, { rootMargin: '300px' })).observe($(id));
    return view;
  },

  refresh(view, everything = false) {
    if (!view.isStale || !(view.isSeen || everything)) return;
    view.isStale = false;
    view.draw(view);
  },

  // Everything but what `origin` shows itself is drawn anew, one view after the other, so that the page answers in between.
  change(origin) {
    for (const view of this.all) if (view.id !== origin) view.isStale = true;
    clearTimeout(this.timer);
    const next = () => {
      const view = this.all.find((view) => view.isStale && view.isSeen);
      if (!view) return;
      this.refresh(view);
      this.timer = setTimeout(next);
    };
    this.timer = setTimeout(next);
  },

  restyle() {
    colourKey();
    for (const view of this.all) {
      view.isStale = true;
      view.restyle = true;
      this.refresh(view);
    }
  },
};

const charts = new Map();

// The chart of an element, made when it is first asked for.
function chartOf(element, label) {
  let chart = charts.get(element);
  if (!chart) {
    element.setAttribute('role', 'img');
    chart = echarts.init(element, null, { renderer: 'canvas' });
    charts.set(element, chart);
    (chartOf.observer ??= new ResizeObserver((entries) => {
      for (const { target } of entries) charts.get(target)?.resize();
    })).observe(element);
  }
  element.setAttribute('aria-label', label);
  return chart;
}

// A tooltip of text nodes; ECharts would make markup of strings.
function tooltip(content) {
  const { colours } = theme;
  return {
    confine: true,
    backgroundColor: colours.card,
    borderColor: colours.line,
    padding: [8, 10],
    textStyle: { color: colours.ink, fontSize: 12 },
    transitionDuration: 0,
    formatter: (params) => content(params) || '',
  };
}

// The lines of a row's tooltip: what it is, these columns, and the varying parameters.
function rowCard(row, columns) {
  const { table } = data;
  const told = [...new Set([...columns, ...table.varying])].slice(0, 10);
  return h('div', { class: 'tip' }, h('b', { dir: 'auto' }, table.title(row)), table.gravity(row) === 'good' ? null : h('span', { class: 'status' }, ` ${table.status.text(row)}`),
    h('table', {}, h('tbody', {}, told.map((column) => h('tr', {}, h('th', { dir: 'auto' }, shorten(column.label, 30)), h('td', { dir: 'auto' }, wholeText(column, row)))))));
}

// How many digits a reader wants of a column's numbers: six, or more where they hardly differ, as energies do; by what
// most of them differ, so that the far ones of runs that diverged take none away.
const digitsWanted = new WeakMap();
function digitsOf(column) {
  if (!digitsWanted.has(column)) {
    const numbers = numbersIn(column);
    const middle = numbers[numbers.length >> 1];
    const away = numbers.map((number) => Math.abs(number - middle)).sort()[numbers.length >> 1];
    // Numbers that are spread evenly are a quarter of their range away from the middle one, in the median.
    const apart = (size, range) => (range > 0 && range < Infinity ? digitsOfRange(size, range) + 2 : 0);
    const [least, greatest] = [numbers[0], numbers[numbers.length - 1]];
    const wanted = [apart(Math.max(Math.abs(least), Math.abs(greatest)), greatest - least), apart(Math.abs(middle), Math.min(4 * away, greatest - least))];
    // What differs by less differs by how it was computed.
    digitsWanted.set(column, Math.max(6, ...wanted.filter((digits) => digits <= 15)));
  }
  return digitsWanted.get(column);
}

// A cell for a reader, who does not want all digits of a long number.
function cellText(column, row) {
  const isLong = typeof column.value(row) === 'number' && column.text(row).length > 9;
  return isLong ? figure(column.number(row), digitsOf(column)) : wholeText(column, row);
}

// A cell for who looks closely: numbers with all their digits.
function wholeText(column, row) {
  if (column.isMissing(row)) return data.table.lane(column, row).replace('none', '–');
  const text = shorten(column.text(row), 60);
  return typeof column.value(row) === 'number' ? text.replace('-', '−').replace('e−', 'e-') : text;
}

// An axis for a scale; words beside each other are given what room there is in so many pixels.
function axis(scale, { name, count = 5, isX, isSmall, width = Infinity }) {
  const { colours } = theme;
  const asked = scale.ticks(count);
  const room = scale.isCategory ? Math.max(6, Math.floor(width / asked.length / 6.5) - 1) : Infinity;
  const ticks = asked.map((tick) => ({ ...tick, label: shorten(tick.label, room) }));
  const labels = new Map(ticks.map((tick) => [tick.at, tick]));
  const at = ticks.map((tick) => tick.at);
  const shown = shorten(name ?? scale.column.label, isX ? 40 : 30) + (scale.isLog ? `  ${scale.said}` : '');
  return {
    type: 'value',
    min: scale.bottom,
    max: 1.04,
    name: shown,
    nameLocation: isX ? 'middle' : 'end',
    nameGap: isX ? 26 : 10,
    nameTextStyle: { color: colours.soft, fontSize: isSmall ? 11 : 12, align: isX ? 'center' : 'left' },
    axisLine: { show: true, onZero: false, lineStyle: { color: colours.line } },
    axisTick: { show: true, customValues: at, lineStyle: { color: colours.line }, length: 3 },
    axisLabel: {
      customValues: at,
      color: (value) => (value < -GAP ? colours.bad : colours.soft),
      fontSize: 11,
      hideOverlap: true,
      formatter: (value) => labels.get(value)?.label ?? nearestLabel(ticks, value),
    },
    splitLine: { show: false },
  };
}

// How far the left end of a chart is from its axis upwards, for its labels to have room.
function marginOf(scale, count, least) {
  return Math.max(least, ...scale.ticks(count).map(({ label }) => 14 + label.length * 6.5));
}

function nearestLabel(ticks, value) {
  return ticks.find((tick) => Math.abs(tick.at - value) < 1e-9)?.label ?? '';
}

// Bands behind the lanes of two scales.
function laneBands(x, y) {
  const { colours } = theme;
  const bands = [];
  if (y.lanes.length) bands.push([{ yAxis: y.bottom }, { yAxis: -GAP }]);
  if (x.lanes.length) bands.push([{ xAxis: x.bottom }, { xAxis: -GAP }]);
  return bands.length ? { silent: true, itemStyle: { color: colours.faint }, data: bands } : undefined;
}

const MOST_DOTS = 4000;

// Of many rows so many that a chart can draw: all that are in `always`, and of the others one of every so-many, which of them
// is decided by a hash: every so-manieth would draw stripes out of a grid.
function sample(rows, most, always = []) {
  if (rows.length <= most) return rows;
  const kept = new Set(always.slice(0, most / 4));
  const step = rows.length / (most - kept.size);
  for (let part = 0; part * step < rows.length; part++) {
    const at = Math.floor((part + hashed(part)) * step);
    if (at < rows.length) kept.add(rows[at]);
  }
  return [...kept];
}

// A number from 0 to 1 that has nothing to do with its neighbours' (the finalizer of MurmurHash3).
function hashed(number) {
  let hash = number ^ 0x9e3779b9;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4294967296;
}

// Rows that a thinned chart keeps: the best, and some of each lane.
function remarkable(rows, columns) {
  const kept = [...best(rows, 50)];
  const counts = new Map();
  for (const row of rows) {
    for (const column of columns) {
      const lane = data.table.lane(column, row);
      if (!lane || lane === 'text') continue;
      const key = lane + column.label;
      const count = counts.get(key) || 0;
      if (count < 100) { counts.set(key, count + 1); kept.push(row); }
    }
  }
  return kept;
}

function thinnedNote(drawn, all) {
  return drawn < all ? `${drawn.toLocaleString('en')} of ${counted(all, 'point')} are drawn, evenly chosen; the filter, the table and all averages use every one. ` : '';
}

// Whether a row has a number of a column that is no whole result.
function isHollow(row, column) {
  return !data.table.isWhole(row) && !data.table.lane(column, row);
}

// The mark of a row by its number of a column: in a lane a diamond, else a dot, hollow where the number is no whole result.
function mark(row, column, isInLane, colour, opacity) {
  const hollow = !isInLane && isHollow(row, column);
  return { symbol: isInLane ? 'diamond' : 'circle', itemStyle: { color: hollow ? 'transparent' : colour, borderColor: colour, borderWidth: hollow ? 1.5 : 0, opacity } };
}

// What hollow dots are, if there are any among these.
function hollowNote(rows, column) {
  return rows.some((row) => isHollow(row, column)) ? 'Hollow: stopped early, or not at its end; the number is the last that it reported. ' : '';
}

// The best of these rows by the metric that is chosen.
function best(rows, count) {
  const column = data.metric;
  if (!column) return [];
  const sign = data.isMaximised(column) ? -1 : 1;
  const good = [];
  for (const row of rows) if (data.table.isWhole(row) && !data.table.lane(column, row)) good.push(row);
  if (count === 1) return good.length ? [good.reduce((a, b) => (sign * (column.number(b) - column.number(a)) < 0 ? b : a))] : [];
  return good.sort((a, b) => sign * (column.number(a) - column.number(b))).slice(0, count);
}

function rowsOf(mask) {
  const rows = [];
  for (let row = 0; row < mask.length; row++) if (mask[row]) rows.push(row);
  return rows;
}

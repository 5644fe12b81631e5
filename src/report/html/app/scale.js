// Scales: where on an axis a cell stands. Numbers lie between 0 and 1; what is no finite number has lanes of its own below 0.

const LANES = ['+inf', '−inf', 'nan', 'missing', 'failed', 'not run', 'none', 'text'];
const LANE = 0.1;
const GAP = 0.07;
const MANY_CATEGORIES = 24;

const collator = new Intl.Collator('en', { numeric: true });

class Scale {
  // The scale of a column over these rows.
  constructor(column, rows) {
    this.column = column;
    this.lanes = [];
    this.isCategory = !column.isNumeric;
    this.isWhole = true;
    let [least, greatest, smallest] = [Infinity, -Infinity, Infinity];
    const seen = new Set();
    const categories = new Map();
    for (const row of rows) {
      const lane = this.laneOf(row);
      if (lane) { seen.add(lane); continue; }
      if (this.isCategory) { categories.set(column.text(row), column.value(row)); continue; }
      const number = column.number(row);
      if (number < least) least = number;
      if (number > greatest) greatest = number;
      if (number > 0 && number < smallest) smallest = number;
      this.isWhole &&= Number.isInteger(number);
    }
    this.lanes = LANES.filter((lane) => seen.has(lane));
    if (this.isCategory) {
      this.categories = [...categories.keys()].sort(collator.compare);
      this.values = this.categories.map((literal) => categories.get(literal));
      this.places = new Map(this.categories.map((category, at) => [category, at]));
      return;
    }
    // Whether there is no more than one number to show.
    this.isOne = least >= greatest;
    if (least > greatest) [least, greatest] = [0, 1];
    // Zero stands apart below what is logarithmic, a seventh of that away.
    this.hasZero = least === 0 && smallest < greatest;
    this.isLog = axes.isLog(column) && (least > 0 || this.hasZero);
    this.hasZero &&= this.isLog;
    if (least === greatest) {
      const around = Math.abs(least) / 10 || 1;
      [least, greatest] = [least - (this.isLog ? least / 2 : around), greatest + around];
    }
    [this.least, this.greatest] = [least, greatest];
    this.smallest = smallest;
    this.low = !this.isLog ? least : this.hasZero ? zeroOf(smallest, greatest) : Math.log10(least);
    this.high = this.isLog ? Math.log10(greatest) : greatest;
  }

  laneOf(row) {
    const lane = data.table.lane(this.column, row);
    return lane === 'text' && this.isCategory ? '' : lane;
  }

  lanePlace(lane) { return -GAP - LANE * (this.lanes.indexOf(lane) + 0.5); }

  // Where a row stands, and in which lane.
  place(row) {
    const lane = this.laneOf(row);
    if (lane) return this.lanePlace(lane);
    return this.isCategory ? (this.places.get(this.column.text(row)) + 0.5) / this.categories.length : this.of(this.column.number(row));
  }

  of(number) {
    const scaled = !this.isLog ? number : this.hasZero && number === 0 ? this.low : Math.log10(number);
    return placeBetween(scaled, this.low, this.high);
  }

  number(place) {
    const { low, high } = this;
    const unit = unitOf(low, high);
    const scaled = (low * unit + place * (high * unit - low * unit)) / unit;
    // Between zero and what it is apart from there is no number.
    if (this.hasZero && scaled < Math.log10(this.smallest) - 1e-9) return 0;
    return this.isLog ? 10 ** scaled : scaled;
  }

  // What a logarithmic one is said to be.
  get said() { return this.hasZero ? '(log, 0 apart)' : '(log)'; }

  get bottom() { return this.lanes.length ? -GAP - LANE * this.lanes.length : -0.04; }

  // Places with labels: numbers or categories, about so many, then the lanes.
  ticks(count) {
    const lanes = this.lanes.map((lane) => ({ at: this.lanePlace(lane), label: lane, isLane: true }));
    if (this.isCategory) {
      const step = Math.ceil(this.categories.length / Math.min(count * 2, MANY_CATEGORIES));
      const some = this.categories.map((category, at) => ({ at: (at + 0.5) / this.categories.length, label: shorten(category, 16) }));
      return [...lanes, ...some.filter((_, at) => at % step === 0)];
    }
    const { isWhole } = this;
    const numbers = this.hasZero ? [0, ...logTicks(this.smallest, this.greatest, count - 1, isWhole)] : (this.isLog ? logTicks : linearTicks)(this.least, this.greatest, count, isWhole);
    const digits = Math.max(4, ...numbers.slice(1).map((number, at) => digitsApart(numbers[at], number)));
    return [...lanes, ...numbers.map((number) => ({ at: this.of(number), label: figure(number, digits) }))];
  }

  // What a brush from one place to another asks for, as an expression; '' if it asks for nothing.
  expression(from, to) {
    const name = spelt(this.column.label);
    const asked = [];
    if (this.isCategory) {
      const chosen = this.values.filter((_, at) => { const place = (at + 0.5) / this.values.length; return place >= from && place <= to; });
      if (chosen.length) asked.push(`${name} in [${chosen.map((value) => (typeof value === 'string' ? textLiteral(value) : String(value))).join(', ')}]`);
    } else if (to >= 0 && from <= 1) {
      const bounds = [];
      if (from > 0.001) bounds.push(this.hasZero && this.number(from) === 0 ? `${name} > 0` : `${name} >= ${rounded(this.number(from), this, 'ceil')}`);
      if (to < 0.999) bounds.push(`${name} <= ${rounded(this.number(to), this, 'floor')}`);
      asked.push(bounds.length ? bounds.join(' and ') : `abs(${name}) < inf`);
    }
    const lanes = this.lanes.filter((lane) => this.lanePlace(lane) >= from && this.lanePlace(lane) <= to);
    const conditions = { '+inf': `${name} == inf`, '−inf': `${name} == -inf`, nan: `${name} != ${name}`, text: `str(${name}) != ''`, missing: `${name} is missing`, none: `${name} is missing` };
    for (const lane of lanes) {
      asked.push(lane === 'failed' ? "status in ['failed', 'timeout', 'killed']" : lane === 'not run' ? "status not in ['ok', 'stopped', 'failed', 'timeout', 'killed']" : conditions[lane]);
    }
    if (!asked.length) return '';
    return asked.length === 1 ? asked[0] : `(${[...new Set(asked)].join(' or ')})`;
  }
}

// What numbers are multiplied by before they are taken from each other: two may be further apart than a double can say.
function unitOf(low, high) { return Number.isFinite(high - low) ? 1 : 0.5; }

// Where a number stands between two: 0 is the lower one, 1 the higher.
function placeBetween(number, low, high) {
  const unit = unitOf(low, high);
  return (number * unit - low * unit) / (high * unit - low * unit);
}

// Where zero stands beside the logarithms of numbers between two.
function zeroOf(smallest, greatest) {
  return Math.log10(smallest) - (Math.log10(greatest) - Math.log10(smallest)) / 7;
}

// How many significant digits tell two numbers apart.
function digitsApart(least, greatest) {
  return digitsOfRange(Math.max(Math.abs(least), Math.abs(greatest)), greatest - least);
}

// The same of numbers of that size, which lie in that range.
function digitsOfRange(size, range) {
  const digits = Math.ceil(Math.log10(size / range)) + 1;
  return Number.isNaN(digits) ? 1 : Math.min(17, Math.max(1, digits));
}

// A bound with as few digits as tell it apart on the axis.
function rounded(number, scale, way) {
  const digits = digitsApart(scale.least, scale.greatest) + 3;
  if (digits > 14) return String(number);
  if (scale.isLog) return String(Number(number.toPrecision(digits)));
  const step = 10 ** Math.floor(Math.log10((scale.greatest - scale.least) / 2000));
  return String(Number((Math[way](number / step) * step).toPrecision(15)));
}

// Round numbers between two, whole ones between what is whole; the two themselves where doubles are too coarse for round ones between them.
function linearTicks(least, greatest, count, isWhole = false) {
  const parts = Math.max(1, count);
  const rough = greatest / parts - least / parts;
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  if (!(rough > Math.max(size * 2 ** -46, 1e-300))) return [least, greatest];
  const unit = 10 ** Math.floor(Math.log10(rough));
  // The nearest of these on a logarithmic scale, so that there are about as many ticks as were asked for.
  const round = unit * (rough / unit < 2 ** 0.5 ? 1 : rough / unit < 10 ** 0.5 ? 2 : rough / unit < 50 ** 0.5 ? 5 : 10);
  const step = isWhole ? Math.max(1, round) : round;
  const ticks = [];
  const last = Math.floor(greatest / step + 1e-9);
  for (let at = Math.ceil(least / step - 1e-9); at <= last; at++) ticks.push(Number((at * step).toPrecision(15)));
  return ticks;
}

function logTicks(least, greatest, count, isWhole = false) {
  const decades = Math.log10(greatest / least);
  const factors = decades < 0.7 ? null : decades < 2 ? [1, 2, 5] : [1];
  if (!factors) return linearTicks(least, greatest, count, isWhole).filter((tick) => tick > 0);
  const every = Math.max(1, Math.round(decades / Math.max(2, count)));
  const ticks = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(greatest)); power++) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= least * 0.999 && tick <= greatest * 1.001) ticks.push(Number(tick.toPrecision(6)));
    }
  }
  return ticks;
}

// Which axes are logarithmic: where the numbers ask for it, unless the reader has decided.
const axes = {
  chosen: new Map(),

  isLog(column) { return this.chosen.get(column) ?? this.suggested(column); },

  suggested(column) {
    column.asksForLog ??= asksForLog(column);
    return column.asksForLog;
  },

  // Columns of numbers that differ, none of which is below zero, whose axis may be either.
  candidates() {
    const { table } = data;
    return [...table.varying, ...table.metrics].filter((column) => column.isNumeric && (numbersIn(column)[0] === 0 ? aboveZero(column) : numbersIn(column)).length > 1 && numbersIn(column)[0] >= 0);
  },
};

// The finite numbers of a column, sorted; of a long column a sample.
function numbersIn(column) {
  if (column.sample) return column.sample;
  const step = Math.max(1, Math.floor(column.rows / 20000));
  const numbers = [];
  for (let row = 0; row < column.rows; row += step) {
    const number = column.number(row);
    if (Number.isFinite(number) && !column.isMissing(row)) numbers.push(number);
  }
  column.sample = Float64Array.from(numbers).sort();
  return column.sample;
}

// Those of them that are above zero.
function aboveZero(column) { return numbersIn(column).filter((number) => number > 0); }

// Positive but for zeros, over more than a decade and a half, and most of it crowded at the low end of a linear axis.
function asksForLog(column) {
  if (!column.isNumeric || numbersIn(column)[0] < 0) return false;
  const numbers = aboveZero(column);
  if (numbers.length < 3) return false;
  const [least, median, greatest] = [numbers[0], numbers[numbers.length >> 1], numbers[numbers.length - 1]];
  return greatest / least > 30 && (median - least) / (greatest - least) < 0.2;
}

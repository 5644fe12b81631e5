// The table: typed columns out of the page's data.

function bytesOf(id) {
  const element = $(id);
  if (!element) return null;
  const text = element.textContent;
  element.textContent = '';
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

async function unpacked(id) {
  const bytes = bytesOf(id);
  if (!bytes) return null;
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  // What goes wrong here is told to the reader of the stream too.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const chunks = [];
  let length = 0;
  const reader = readable.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    chunks.push(value);
    length += value.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) { whole.set(chunk, at); at += chunk.length; }
  return whole.buffer;
}

async function unpackedJson(id) {
  const buffer = await unpacked(id);
  return buffer ? JSON.parse(new TextDecoder().decode(buffer)) : null;
}

// A head of JSON and the body behind it.
function parted(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return { head, body: Math.ceil((4 + length) / 8) * 8 };
}

const literalNumber = (literal) => {
  if (literal === 'nan') return NaN;
  if (/^[+-]?inf$/.test(literal)) return literal[0] === '-' ? -Infinity : Infinity;
  const radix = /^([+-]?)(0[xob][0-9a-fA-F]+)$/.exec(literal);
  return radix ? (radix[1] === '-' ? -1 : 1) * Number(radix[2]) : Number(literal);
};

class Column {
  constructor(told, rows) {
    this.name = told.name;
    this.label = told.label;
    this.role = told.role;
    this.rows = rows;
    // Of each row: the number that it is, or NaN; whether there is anything at all.
    this.num = null;
  }

  // Missing is undefined.
  value(row) { return this.values[this.indices[row]]; }

  text(row) { return this.literals[this.indices[row]]; }

  isMissing(row) { return this.indices[row] === 0; }

  number(row) { return this.numbers[this.indices[row]]; }
}

class ListColumn extends Column {
  constructor(told, rows, buffer, body) {
    super(told, rows);
    const Kind = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[told.width];
    this.indices = new Kind(buffer, body + told.at, rows);
    this.literals = ['', ...told.values];
    this.kinds = ' ' + told.kinds;
    this.values = this.literals.map((literal, at) => {
      const kind = this.kinds[at];
      return at === 0 ? undefined : kind === 'n' ? literalNumber(literal) : kind === 'b' ? literal === 'true' : literal;
    });
    this.numbers = Float64Array.from(this.values, (value) => (typeof value === 'number' ? value : NaN));
    this.isNumeric = told.kinds.length > 0 && !/[^n]/.test(told.kinds);
    this.distinct = told.values.length;
  }

  isText(row) { return this.kinds[this.indices[row]] === 't'; }
}

class NumberColumn extends Column {
  constructor(told, rows, buffer, body) {
    super(told, rows);
    const planes = new Uint8Array(buffer, body + told.at, rows * 8);
    const bytes = new Uint8Array(rows * 8);
    for (let plane = 0; plane < 8; plane++) {
      for (let row = 0, from = plane * rows; row < rows; row++) bytes[row * 8 + plane] = planes[from + row];
    }
    this.all = new Float64Array(bytes.buffer);
    this.missing = told.missing === undefined ? null : new Uint8Array(buffer, body + told.missing, Math.ceil(rows / 8));
    this.unusual = new Map(told.unusual);
    this.isNumeric = true;
    this.distinct = rows;
  }

  isMissing(row) { return this.missing !== null && (this.missing[row >> 3] >> (row & 7) & 1) === 1; }

  number(row) { return this.all[row]; }

  value(row) { return this.isMissing(row) ? undefined : this.all[row]; }

  isText() { return false; }

  text(row) {
    if (this.isMissing(row)) return '';
    const number = this.all[row];
    return this.unusual.get(row) ?? (Number.isNaN(number) ? 'nan' : Number.isFinite(number) ? String(number) : number > 0 ? 'inf' : '-inf');
  }
}

class CommitColumn extends Column {
  constructor(told, rows, buffer, body) {
    super(told, rows);
    this.bytes = new Uint8Array(buffer, body + told.at, rows * 20);
    this.isNumeric = false;
    this.distinct = rows;
  }

  isMissing() { return false; }

  number() { return NaN; }

  isText() { return true; }

  value(row) { return this.text(row); }

  text(row) {
    let id = '';
    for (let at = row * 20; at < row * 20 + 20; at++) id += (this.bytes[at] < 16 ? '0' : '') + this.bytes[at].toString(16);
    return id;
  }
}

class Table {
  constructor(buffer) {
    const { head, body } = parted(buffer);
    this.rows = head.rows;
    this.columns = head.columns.map((told) => {
      const Kind = { list: ListColumn, numbers: NumberColumn, commits: CommitColumn }[told.form];
      return new Kind(told, head.rows, buffer, body);
    });
    const first = (role) => this.columns.find((column) => column.role === role);
    const attempt = (name) => this.columns.find((column) => column.role === 'attempt' && column.name === name);
    [this.point, this.sweep, this.status, this.reason] = ['point', 'sweep', 'status', 'reason'].map(first);
    [this.commit, this.seconds, this.start, this.end, this.command, this.host] = ['commit', 'seconds', 'start', 'end', 'command', 'host'].map(attempt);
    this.parameters = this.columns.filter((column) => column.role === 'parameter');
    this.metrics = this.columns.filter((column) => column.role === 'metric');
    this.varying = this.parameters.filter((column) => varies(column));
  }

  // The column that a name means, as in `gitsweep results`: its label, `param.NAME`, `metric.NAME`, or a name that only one bears.
  find(name) {
    const qualified = (column) => ({ parameter: 'param.', metric: 'metric.' })[column.role] + column.name === name;
    const label = this.columns.find((column) => column.label === name) || this.columns.find(qualified);
    if (label) return label;
    const bearers = this.columns.filter((column) => column.name === name);
    return bearers.length === 1 ? bearers[0] : undefined;
  }

  // What became of a row: good, bad (the program did not manage) or void (nobody knows yet).
  gravity(row) {
    const word = this.status ? this.status.text(row) : 'ok';
    return { ok: 'good', stopped: 'good', failed: 'bad', timeout: 'bad', killed: 'bad' }[word] || 'void';
  }

  // Whether a row is a whole result: what was stopped early, or never ended, is none, and is no best and in no average beside one.
  isWhole(row) { return !this.status || this.status.text(row) === 'ok'; }

  // What a chart's axis cannot show of a cell: '' if it is a finite number.
  lane(column, row) {
    if (column.isMissing(row)) {
      if (column.role !== 'metric') return 'none';
      return { good: 'missing', bad: 'failed', void: 'not run' }[this.gravity(row)];
    }
    const number = column.number(row);
    if (Number.isFinite(number)) return this.gravity(row) === 'bad' && column.role === 'metric' ? 'failed' : '';
    if (Number.isNaN(number)) return column.isNumeric || typeof column.value(row) === 'number' ? 'nan' : 'text';
    return number > 0 ? '+inf' : '−inf';
  }

  title(row) {
    const sweep = data.sweeps.length > 1 ? shorten(this.sweep.text(row), 40) + ' ' : '';
    return `${sweep}point ${this.point.text(row)}`;
  }
}

function varies(column) {
  if (column.rows < 2) return column.rows === 1;
  const first = column.value(0);
  for (let row = 1; row < column.rows; row++) {
    const value = column.value(row);
    if (value !== first && !(Number.isNaN(value) && Number.isNaN(first))) return true;
  }
  return false;
}

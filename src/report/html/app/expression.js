// Expressions as `gitsweep results --where` reads them, compiled to functions of a row: no text ever becomes code.
// Numbers are doubles here; a comparison with something calculated allows for their last digits, so that `0.1 + 0.2 == 0.3`.

const CONSTANTS = new Map(Object.entries({ true: true, True: true, false: false, False: false, missing: undefined, None: undefined, pi: Math.PI, inf: Infinity, nan: NaN }));
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'is not'];
const LEVELS = { or: 1, and: 2, '+': 5, '-': 5, '*': 6, '/': 6, '//': 6, '%': 6, '**': 8 };
const DEEPEST = 200;

// What a value counts as in arithmetic.
const numberOf = (value) => (typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : undefined);
const truth = (value) => (typeof value === 'number' ? value !== 0 : value === true);

const arithmetic = (run) => (a, b) => {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x === undefined || y === undefined) return undefined;
  return finite(run(x, y), x, y);
};
const modulo = (a, b) => { const rest = a % b; return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest; };
const divided = (run) => arithmetic((a, b) => (b === 0 ? NaN : run(a, b)));
const ARITHMETIC = {
  '+': (a, b) => (typeof a === 'string' && typeof b === 'string' ? a + b : arithmetic((x, y) => x + y)(a, b)),
  '-': arithmetic((a, b) => a - b),
  '*': arithmetic((a, b) => a * b),
  '/': divided((a, b) => a / b),
  '//': divided((a, b) => Math.round((a - modulo(a, b)) / b)),
  '%': divided(modulo),
  '**': arithmetic((a, b) => a ** b),
};

// Whether a and b are in this order: undefined is missing, which is in none.
function compares(operator, a, b, isCalculated) {
  if (a === undefined || b === undefined) return false;
  if (operator === 'in' || operator === 'not in') return typeof a === 'string' && typeof b === 'string' && b.includes(a) === (operator === 'in');
  if (typeof a !== typeof b || typeof a === 'boolean') {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x === undefined || y === undefined) return operator === '!=';
    return compares(operator, x, y, isCalculated);
  }
  if (isCalculated && Number.isFinite(a) && Number.isFinite(b) && a !== b && Math.abs(a - b) <= 4 * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b))) b = a;
  switch (operator) {
    case '==': return a === b;
    case '!=': return a !== b;
    case '<': return a < b;
    case '<=': return a <= b;
    case '>': return a > b;
    default: return a >= b;
  }
}

class Parser {
  constructor(text, table) {
    Object.assign(this, { text, table, words: words(text), at: 0, depth: 0 });
  }

  get word() { return this.words[this.at]; }

  is(symbol) { return this.word.kind === 'symbol' && this.word.value === symbol; }

  accept(symbol) { return this.is(symbol) ? this.words[this.at++] : undefined; }

  expected(what) {
    const { word } = this;
    const found = word.kind === 'end' ? 'the end' : `\`${this.text.slice(word.start, word.end)}\``;
    let hint;
    if (word.kind === 'name' && what !== 'a value') hint = nearest(word.value, ['and', 'or', 'not', 'in', 'is']);
    if (this.is('if')) hint = 'a choice is written `b if a else c`';
    if (this.is('[')) hint = 'a list stands only on the right of `in`';
    if (this.is('(')) hint = 'a product needs its `*`';
    return new Fault(`expected ${what}, found ${found}`, word.start, word.end, hint);
  }

  require(symbol, what) {
    const word = this.accept(symbol);
    if (!word) throw this.expected(what);
    return word;
  }

  nested(parse) {
    if (++this.depth > DEEPEST) throw new Fault('the expression is nested too deeply', this.word.start, this.word.end);
    const parsed = parse();
    this.depth--;
    return parsed;
  }

  // A node: { run: row => value, start, end, isLiteral, isCalculated, isMissing }.
  whole() {
    const node = this.expression();
    if (this.word.kind !== 'end') throw this.expected('an operator or the end');
    return node;
  }

  expression() {
    return this.nested(() => {
      const then = this.any();
      if (!this.accept('if')) return then;
      const condition = this.condition(this.any());
      this.require('else', '`else`');
      const otherwise = this.expression();
      const run = (row) => (truth(condition.run(row)) ? then.run(row) : otherwise.run(row));
      return { run, start: then.start, end: otherwise.end, isCalculated: then.isCalculated || otherwise.isCalculated };
    });
  }

  condition(node) {
    if (node.isLiteral && (typeof node.literal === 'string' || typeof node.literal === 'number')) {
      throw new Fault(`${typeof node.literal === 'string' ? `the text '${node.literal}'` : `the number ${node.literal}`} is not a condition`, node.start, node.end,
        'to compare with several values write `x in [a, b]`');
    }
    return node;
  }

  logical(symbol, next, join) {
    const first = next();
    if (!this.is(symbol)) return first;
    const nodes = [this.condition(first)];
    while (this.accept(symbol)) nodes.push(this.condition(next()));
    const runs = nodes.map((node) => node.run);
    return { run: join(runs), start: first.start, end: nodes[nodes.length - 1].end };
  }

  any() { return this.logical('or', () => this.all(), (runs) => (row) => runs.some((run) => truth(run(row)))); }

  all() { return this.logical('and', () => this.not(), (runs) => (row) => runs.every((run) => truth(run(row)))); }

  not() {
    const word = this.accept('not');
    if (!word) return this.comparison();
    const node = this.nested(() => this.condition(this.not()));
    return { run: (row) => !truth(node.run(row)), start: word.start, end: node.end };
  }

  operator() {
    const { word } = this;
    const next = this.words[this.at + 1];
    const follows = (symbol) => next && next.kind === 'symbol' && next.value === symbol;
    if (word.kind !== 'symbol') return undefined;
    if (word.value === 'not') return follows('in') ? 'not in' : undefined;
    if (word.value === 'is') return follows('not') ? 'is not' : 'is';
    return COMPARISONS.includes(word.value) ? word.value : undefined;
  }

  comparison() {
    const first = this.sum();
    const steps = [];
    for (let operator = this.operator(); operator; operator = this.operator()) {
      this.at += operator.includes(' ') ? 2 : 1;
      const isIn = operator === 'in' || operator === 'not in';
      const right = isIn ? this.collection() : this.sum();
      if (operator.startsWith('is')) {
        if (!right.isLiteral || (right.literal !== undefined && typeof right.literal !== 'boolean')) {
          throw new Fault('expected `missing` after `is`', right.start, right.end, 'values compare with `==`');
        }
        operator = operator === 'is' ? '==' : '!=';
      }
      steps.push({ operator, right });
    }
    if (steps.length === 0) return first;
    const { end } = steps[steps.length - 1].right;
    const isAbsent = (node) => node.isLiteral && node.literal === undefined;
    const absent = [first, ...steps.map((step) => step.right)].find(isAbsent);
    if (absent) {
      const [{ operator, right }] = steps;
      if (steps.length > 1 || !['==', '!='].includes(operator)) {
        throw new Fault('`missing` can only be asked for', absent.start, absent.end, 'write `x is missing` or `x is not missing`');
      }
      const asked = isAbsent(right) ? first : right;
      return { run: (row) => (asked.run(row) === undefined) === (operator === '=='), start: first.start, end };
    }
    const list = steps.slice(0, -1).find((step) => step.right.items);
    if (list) throw new Fault('a list cannot be compared', list.right.start, list.right.end, 'put the `in` before it into brackets');
    let left = first;
    const tests = steps.map(({ operator, right }) => {
      const [a, isCalculated] = [left.run, left.isCalculated || right.isCalculated];
      left = right;
      if (right.items) {
        return (row) => {
          const value = a(row);
          return value !== undefined && right.items.some((item) => compares('==', value, item.run(row), isCalculated)) === (operator === 'in');
        };
      }
      return (row) => compares(operator, a(row), right.run(row), isCalculated);
    });
    return { run: tests.length === 1 ? tests[0] : (row) => tests.every((test) => test(row)), start: first.start, end };
  }

  levels(level, next) {
    let left = next();
    while (this.word.kind === 'symbol' && LEVELS[this.word.value] === level) {
      const operator = ARITHMETIC[this.words[this.at++].value];
      const [a, right] = [left.run, next()];
      const b = right.run;
      left = { run: (row) => operator(a(row), b(row)), start: left.start, end: right.end, isCalculated: true };
    }
    return left;
  }

  sum() { return this.levels(5, () => this.levels(6, () => this.sign())); }

  sign() {
    const word = this.accept('-') || this.accept('+');
    if (!word) return this.power();
    const { run, end, isLiteral, literal } = this.nested(() => this.sign());
    const signed = (value) => { const number = numberOf(value); return number === undefined ? undefined : word.value === '-' ? -number : number; };
    return { run: (row) => signed(run(row)), start: word.start, end, isLiteral, literal: isLiteral ? signed(literal) : undefined };
  }

  power() {
    const base = this.primary();
    if (!this.accept('**')) return base;
    const exponent = this.nested(() => this.sign());
    return { run: (row) => ARITHMETIC['**'](base.run(row), exponent.run(row)), start: base.start, end: exponent.end, isCalculated: true };
  }

  primary() {
    const { word } = this;
    if (word.kind === 'end' || (word.kind === 'symbol' && word.value !== '(')) throw this.expected('a value');
    this.at++;
    const { start, end } = word;
    if (word.kind === 'symbol') {
      const inner = this.expression();
      return { ...inner, start, end: this.require(')', '`)`').end };
    }
    if (word.kind === 'number' || word.kind === 'text') return { run: () => word.value, isLiteral: true, literal: word.value, start, end };
    if (word.kind === 'name' && this.is('(')) return this.call(word);
    if (word.kind === 'name' && CONSTANTS.has(word.value)) {
      const literal = CONSTANTS.get(word.value);
      return { run: () => literal, isLiteral: true, literal, start, end };
    }
    return { run: this.column(word), start, end };
  }

  column(word) {
    const column = this.table.find(word.value);
    if (column) return (row) => column.value(row);
    const labels = this.table.columns.map((column) => column.label);
    const hint = nearest(word.value, labels) || (labels.length <= 12 ? `the columns are ${labels.join(', ')}` : undefined);
    throw new Fault(`there is no \`${word.value}\``, word.start, word.end, hint);
  }

  call(word) {
    const known = Object.hasOwn(FUNCTIONS, word.value) ? FUNCTIONS[word.value] : undefined;
    const names = Object.keys(FUNCTIONS);
    if (!known) throw new Fault(`there is no function \`${word.value}\``, word.start, word.end, nearest(word.value, names) || `the functions are ${names.join(', ')}`);
    this.at++;
    const { items, end } = this.items(')');
    const [least, most, run] = known;
    if (items.length < least || items.length > most) {
      const takes = most === Infinity ? `at least ${least}` : least === most ? least : `${least} or ${most}`;
      throw new Fault(`\`${word.value}\` takes ${takes} ${takes === 1 ? 'value' : 'values'}, not ${items.length}`, word.start, end);
    }
    const called = (row) => {
      const values = items.map((item) => item.run(row));
      return values.includes(undefined) ? undefined : run(...values);
    };
    return { run: called, start: word.start, end, isCalculated: true };
  }

  items(close) {
    const items = [];
    let comma = false;
    for (;;) {
      const word = this.accept(close);
      if (word) return { items, comma, end: word.end };
      items.push(this.expression());
      if (this.accept(',')) comma = true;
      else if (!this.is(close)) throw this.expected(`\`,\` or \`${close}\``);
    }
  }

  collection() {
    const { word } = this;
    const close = this.is('[') ? ']' : this.is('(') ? ')' : undefined;
    if (!close) return this.sum();
    const before = this.at++;
    const { items, comma, end } = this.items(close);
    if (close === ')' && items.length === 1 && !comma) {
      this.at = before;
      return this.sum();
    }
    return { items, run: () => undefined, start: word.start, end };
  }
}

// A function of a row that says whether the expression holds.
function compile(text, table) {
  const parser = new Parser(text, table);
  const node = parser.condition(parser.whole());
  return { test: (row) => truth(node.run(row)), value: node.run };
}

// The known name that is meant, if one is close.
function nearest(given, known) {
  const lower = given.toLowerCase();
  const allowed = Math.max(1, Math.floor(lower.length / 3));
  let best;
  for (const name of known) {
    const candidate = name.toLowerCase();
    const distance = changes(lower, candidate);
    const fits = (distance <= allowed && distance < lower.length) || distance === 0 || (lower.length >= 2 && candidate.startsWith(lower));
    if (fits && (!best || distance < best.distance)) best = { name, distance };
  }
  return best && `did you mean \`${best.name}\`?`;
}

// How many letters differ, two that changed places counting once.
function changes(a, b) {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  for (let j = 0; j <= b.length; j++) rows[0][j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}

// A name as an expression has to spell it.
const spelt = (name) => (/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}\p{N}_]+)*$/u.test(name) && !KEYWORDS.includes(name) && !CONSTANTS.has(name) ? name : '`' + name + '`');

// A text as an expression has to spell it.
const textLiteral = (text) => "'" + text.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\n/g, '\\n').replace(/\t/g, '\\t') + "'";

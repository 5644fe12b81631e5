// The table: only the rows in view are elements, so that 100,000 are as quick as 36.

const ROW_HEIGHT = 28;
const SHOWN_AT_ONCE = 12;
const MOST_ON_PAPER = 1000;

const grid = {
  columns: [],
  sorts: [], // [column, -1 or 1], the first counts most
  order: null, // rows as they stand
  focus: 0, // where the keyboard is, an index into `order`
  chosen: new Set(), // rows that are ticked

  start() {
    const { table } = data;
    const optional = [table.sweep && data.sweeps.length > 1 ? table.sweep : null, table.point, ...table.varying, ...table.metrics, table.status, table.reason, table.seconds, table.commit];
    this.columns = optional.filter((column) => column && (![table.reason, table.seconds].includes(column) || Array.from({ length: column.rows }, (_, row) => row).some((row) => !column.isMissing(row))));
    this.all = table.columns;
    this.head = h('thead', {}, h('tr', { 'aria-rowindex': 1 }));
    this.body = h('tbody', {});
    this.element = h('table', { role: 'grid', 'aria-label': 'Points', 'aria-multiselectable': 'true' }, this.head, this.body);
    this.before = h('div', { class: 'spacer' });
    this.after = h('div', { class: 'spacer' });
    this.box = h('div', { class: 'window', id: 'window', tabindex: -1 }, this.before, this.element, this.after);
    $('grid').replaceChildren(this.box);
    this.box.addEventListener('scroll', () => requestAnimationFrame(() => this.draw()));
    this.body.addEventListener('keydown', (event) => this.press(event));
    this.body.addEventListener('click', (event) => this.click(event));
    this.body.addEventListener('focusin', (event) => { const at = Number(event.target.closest('tr')?.dataset.at); if (!Number.isNaN(at)) this.focus = at; });
    this.controls();
    this.heads();
    new ResizeObserver(() => this.draw()).observe(this.box);
  },

  controls() {
    const boxes = this.all.map((column) => h('label', {}, h('input', { type: 'checkbox', checked: this.columns.includes(column), onchange: (event) => {
      this.columns = this.all.filter((other) => (other === column ? event.target.checked : this.columns.includes(other)));
      this.heads();
      this.draw(true);
    } }), h('span', { dir: 'auto' }, ` ${shorten(column.label, 40)}`)));
    $('table-controls').replaceChildren(
      h('details', { class: 'menu', id: 'columns' }, h('summary', {}, 'Columns'), h('div', { class: 'sheet' }, boxes)),
      h('button', { type: 'button', id: 'download', onclick: () => this.download() }, 'Download as CSV'),
      h('button', { type: 'button', id: 'copy-commit', onclick: () => this.copyCommit() }, 'Copy commit id'),
      h('button', { type: 'button', id: 'untick', hidden: true, onclick: () => { this.chosen.clear(); this.chosenChanged(); this.draw(true); } }, 'Untick all'));
  },

  heads() {
    const sorted = new Map(this.sorts.map(([column, way], at) => [column, { way, at }]));
    const head = (column) => {
      const sort = sorted.get(column);
      const mark = sort ? (sort.way > 0 ? ' ↑' : ' ↓') + (this.sorts.length > 1 ? sort.at + 1 : '') : '';
      return h('th', { scope: 'col', class: column.isNumeric ? 'number' : null, 'aria-sort': sort ? (sort.way > 0 ? 'ascending' : 'descending') : 'none' },
        h('button', { type: 'button', dir: 'auto', title: `${visible(column.label)}: sort; with Shift as a further key`, onclick: (event) => this.sortBy(column, event.shiftKey) }, shorten(column.label, 28), h('span', { 'aria-hidden': 'true' }, mark)));
    };
    this.head.firstChild.replaceChildren(h('th', { scope: 'col', class: 'tick' }, h('span', { class: 'unseen' }, 'ticked')), ...this.columns.map(head));
    this.element.setAttribute('aria-colcount', this.columns.length + 1);
  },

  sortBy(column, isFurther) {
    const known = this.sorts.find(([sorted]) => sorted === column);
    const next = !known ? [column, 1] : known[1] > 0 ? [column, -1] : null;
    const others = isFurther ? this.sorts : this.sorts.filter(([sorted]) => sorted === column);
    const kept = others.map((sort) => (sort[0] === column ? next : sort)).filter(Boolean);
    this.sorts = known && others.includes(known) ? kept : [...kept, next].filter(Boolean);
    this.heads();
    this.arrange();
    this.head.querySelectorAll('button')[this.columns.indexOf(column)]?.focus();
    say(next ? `sorted by ${column.label}, ${next[1] > 0 ? 'ascending' : 'descending'}` : 'not sorted');
  },

  arrange() {
    const order = Uint32Array.from(filter.rows);
    if (this.sorts.length) {
      const keys = this.sorts.map(([column, way]) => [ranks(column), way]);
      const [[first, sign]] = keys;
      if (keys.length === 1) order.sort((a, b) => compareRanks(first[a], first[b], sign) || a - b);
      else {
        order.sort((a, b) => {
          for (const [rank, way] of keys) { const before = compareRanks(rank[a], rank[b], way); if (before) return before; }
          return a - b;
        });
      }
    }
    this.order = order;
    this.focus = Math.min(this.focus, Math.max(0, order.length - 1));
    this.element.setAttribute('aria-rowcount', order.length + 1);
    this.draw(true);
  },

  draw(isForced = false) {
    if (!this.order) return;
    const headHeight = this.head.offsetHeight || ROW_HEIGHT;
    const visibleRows = Math.ceil((this.box.clientHeight || 560) / ROW_HEIGHT);
    const most = this.isOnPaper ? MOST_ON_PAPER : visibleRows + 2 * SHOWN_AT_ONCE;
    const first = this.isOnPaper ? 0 : Math.max(0, Math.min(Math.floor(this.box.scrollTop / ROW_HEIGHT) - SHOWN_AT_ONCE, this.order.length - visibleRows));
    const last = Math.min(this.order.length, first + most);
    if (!isForced && this.first === first && this.last === last) return;
    const hadFocus = this.body.contains(document.activeElement);
    [this.first, this.last] = [first, last];
    this.before.style.height = `${first * ROW_HEIGHT}px`;
    this.after.style.height = `${(this.order.length - last) * ROW_HEIGHT}px`;
    const rows = [];
    for (let at = first; at < last; at++) rows.push(this.row(at));
    this.body.replaceChildren(...rows);
    this.element.style.top = `${headHeight}px`;
    if (!this.order.length) this.body.append(h('tr', {}, h('td', { colspan: this.columns.length + 1, class: 'nothing' }, 'No point passes the filter.')));
    const target = this.body.querySelector(`tr[data-at="${this.focus}"]`) || this.body.querySelector('tr[data-at]');
    if (target) {
      target.tabIndex = 0;
      if (hadFocus && Number(target.dataset.at) === this.focus) target.focus({ preventScroll: true });
    }
  },

  // Paper has all rows, or says how many it has not.
  print(isPrinting) {
    this.isOnPaper = isPrinting;
    this.draw(true);
    $('table-about').textContent = isPrinting && this.order.length > this.last ? `The first ${this.last.toLocaleString('en')} of ${counted(this.order.length, 'row')}.` : '';
  },

  row(at) {
    const row = this.order[at];
    const { table } = data;
    const cells = this.columns.map((column) => {
      const isOff = column.role === 'metric' && table.lane(column, row);
      const kind = [column.isNumeric && 'number', isOff && 'off', column === table.status && table.gravity(row)].filter(Boolean).join(' ');
      const text = column === table.commit ? column.text(row).slice(0, 10) : cellText(column, row);
      return h('td', { role: 'gridcell', class: kind || null, title: text.endsWith('…') ? visible(column.text(row)).slice(0, 2000) : null }, h('span', { dir: 'auto' }, text));
    });
    return h('tr', { 'data-at': at, 'aria-rowindex': at + 2, 'aria-selected': String(this.chosen.has(row)), tabindex: -1 },
      h('td', { role: 'gridcell', class: 'tick' }, h('span', { 'aria-hidden': 'true' }, this.chosen.has(row) ? '☑' : '☐')), cells);
  },

  click(event) {
    const line = event.target.closest('tr[data-at]');
    if (!line) return;
    this.move(Number(line.dataset.at), false);
    const row = this.order[this.focus];
    if (event.target.closest('.tick')) this.tick(row);
    else openPoint(row);
  },

  tick(row) {
    if (!this.chosen.delete(row)) this.chosen.add(row);
    this.chosenChanged();
    this.draw(true);
    say(`${data.table.title(row)} ${this.chosen.has(row) ? 'ticked' : 'not ticked'}`);
  },

  chosenChanged() {
    $('untick').hidden = this.chosen.size === 0;
    const view = views.all.find((view) => view.id === 'traces');
    if (view) { view.isStale = true; views.refresh(view); }
  },

  move(to, isFocused = true) {
    this.body.querySelector('tr[tabindex="0"]')?.setAttribute('tabindex', -1);
    this.focus = Math.max(0, Math.min(this.order.length - 1, to));
    const top = this.focus * ROW_HEIGHT;
    const room = this.box.clientHeight - this.head.offsetHeight - ROW_HEIGHT;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top > this.box.scrollTop + room) this.box.scrollTop = top - room;
    this.draw();
    const line = this.body.querySelector(`tr[data-at="${this.focus}"]`);
    if (line) { line.tabIndex = 0; if (isFocused) line.focus({ preventScroll: true }); }
  },

  press(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW_HEIGHT) - 2);
    const moves = { ArrowDown: this.focus + 1, ArrowUp: this.focus - 1, PageDown: this.focus + page, PageUp: this.focus - page, Home: 0, End: this.order.length - 1 };
    const row = this.order[this.focus];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in moves) this.move(moves[event.key]);
    else if (event.key === 'Enter') openPoint(row);
    else if (event.key === ' ') this.tick(row);
    else if (event.key === 'c') this.copyCommit();
    else return;
    event.preventDefault();
  },

  copyCommit() {
    const row = this.order[this.focus];
    if (row !== undefined && data.table.commit) copy(data.table.commit.text(row));
  },

  download() {
    const lines = [this.columns.map((column) => field(column.label, true)).join(',')];
    for (const row of this.order) lines.push(this.columns.map((column) => field(column.text(row), typeof column.value(row) === 'string')).join(','));
    download(`${data.told.sweeps.length === 1 ? data.sweeps[0].branch.replace(/[^\w.-]+/g, '_') : 'sweeps'}.csv`, 'text/csv;charset=utf-8', lines.join('\n') + '\n');
    say(`downloaded ${counted(this.order.length, 'row')}`);
  },
};

// Of each row its place among the values of a column: numbers, then text, then nan, then missing.
function ranks(column) {
  if (column.ranked) return column.ranked;
  const { rows } = column;
  if (column instanceof NumberColumn && !column.missing) return (column.ranked = column.all);
  const key = (value) => (value === undefined ? 3 : Number.isNaN(value) ? 2 : typeof value === 'string' ? 1 : 0);
  const order = Array.from({ length: column instanceof ListColumn ? column.values.length : rows }, (_, at) => at);
  const valueOf = column instanceof ListColumn ? (at) => column.values[at] : (at) => column.value(at);
  const values = order.map(valueOf);
  order.sort((a, b) => key(values[a]) - key(values[b]) || (typeof values[a] === 'string' ? collator.compare(values[a], values[b]) : Number(values[a]) - Number(values[b])) || 0);
  const place = new Float64Array(order.length);
  let rank = 0;
  order.forEach((at, index) => {
    if (index > 0 && values[at] !== values[order[index - 1]]) rank++;
    place[at] = key(values[at]) >= 2 ? NaN : rank;
  });
  column.ranked = column instanceof ListColumn ? Float64Array.from({ length: rows }, (_, row) => place[column.indices[row]]) : place;
  return column.ranked;
}

// NaN comes last either way.
function compareRanks(a, b, way) {
  if (a === b) return 0;
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return way * (a < b ? -1 : 1);
}

// The one filter: an expression that the reader types, and ranges that were brushed; every view shows what passes.

const filter = {
  text: '',
  typed: null,
  chips: new Map(), // by the view that made it: { expression, test }
  mask: null, // of each row, whether it passes
  rows: null, // those that pass
  listeners: [],

  // The mask without what one view has brushed itself, so that it can show what it leaves out.
  maskWithout(view) {
    if (!this.chips.has(view)) return this.mask;
    const tests = [this.typed, ...[...this.chips].filter(([name]) => name !== view).map(([, chip]) => chip.test)].filter(Boolean);
    const mask = new Uint8Array(data.table.rows);
    for (let row = 0; row < mask.length; row++) mask[row] = tests.every((test) => test(row)) ? 1 : 0;
    return mask;
  },

  brush(view, expression) {
    if (expression) {
      const { test } = compile(expression, data.table);
      this.chips.set(view, { expression, test });
    } else if (!this.chips.delete(view)) {
      return;
    }
    this.apply(view);
  },

  type(text) {
    this.text = text;
    const said = $('filter-said');
    said.replaceChildren();
    try {
      this.typed = text.trim() ? compile(text, data.table).test : null;
      $('filter').removeAttribute('aria-invalid');
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      $('filter').setAttribute('aria-invalid', 'true');
      const caret = ' '.repeat([...text.slice(0, fault.start)].length) + '^'.repeat(Math.max(1, [...text.slice(fault.start, fault.end)].length));
      said.append(h('span', {}, visible(fault.message) + (fault.hint ? `: ${visible(fault.hint)}` : '')), h('pre', {}, visible(text) + '\n' + caret));
      return;
    }
    this.apply('typed');
  },

  clear() {
    const views = [...this.chips.keys()];
    this.chips.clear();
    $('filter').value = '';
    this.type('');
    views.forEach((view) => this.listeners.forEach((listen) => listen('cleared', view)));
  },

  apply(origin) {
    const { rows } = data.table;
    const tests = [this.typed, ...[...this.chips.values()].map((chip) => chip.test)].filter(Boolean);
    const mask = new Uint8Array(rows);
    const passing = new Uint32Array(rows);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      if (tests.every((test) => test(row))) {
        mask[row] = 1;
        passing[count++] = row;
      }
    }
    this.mask = mask;
    this.rows = passing.subarray(0, count);
    this.show();
    this.listeners.forEach((listen) => listen('changed', origin));
  },

  show() {
    const { rows } = data.table;
    const count = this.rows.length;
    const shown = count === rows ? counted(rows, 'point') : `${count.toLocaleString('en')} of ${counted(rows, 'point')}`;
    if ($('count').textContent !== shown) {
      $('count').textContent = shown;
    }
    $('bar').classList.toggle('filtered', count !== rows);
    $('reset').hidden = !this.text && this.chips.size === 0;
    $('chips').replaceChildren(...[...this.chips].map(([view, chip]) => h('li', {},
      h('code', { dir: 'auto' }, visible(chip.expression)),
      h('button', { type: 'button', 'aria-label': `Remove ${visible(chip.expression)}`, onclick: () => {
        this.brush(view, null);
        this.listeners.forEach((listen) => listen('cleared', view));
        $('filter').focus();
      } }, '×'))));
  },

  onChange(listen) {
    this.listeners.push(listen);
  },
};

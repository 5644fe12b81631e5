// One point, in full: parameters, metrics, attempts, the end of its log, its images, and how to have its code before you.

let logs;

async function logOf(row) {
  logs ??= unpackedJson('data-logs').then((told) => new Map(told || []));
  return (await logs).get(row);
}

function openPoint(row) {
  const { table } = data;
  const dialog = $('point');
  const opener = document.activeElement;
  const pairs = (columns) => h('table', { class: 'pairs' }, h('tbody', {}, columns.map((column) => h('tr', {}, h('th', { scope: 'row', dir: 'auto' }, visible(column.label)),
    h('td', { dir: 'auto', class: table.lane(column, row) && column.role === 'metric' ? 'off' : null }, column.isMissing(row) ? cellText(column, row) : visible(column.text(row)) + unit(column, row))))));
  const part = (title, ...children) => h('section', {}, h('h3', {}, title), ...children);
  const id = table.commit?.text(row) ?? '';
  const sweep = data.sweeps.find((sweep) => sweep.branch === table.sweep?.text(row)) ?? data.sweeps[0];
  const variables = sweep.outside.flatMap(([name, variables]) => {
    const column = table.parameters.find((column) => column.name === name);
    return column && !column.isMissing(row) ? variables.map((variable) => `export ${variable}=${quoted(column.text(row))}`) : [];
  });
  const ran = table.command && !table.command.isMissing(row) ? table.command.text(row) : null;
  const commands = [`git switch --detach ${id}`, ...variables, ran ?? sweep.command ?? ''].filter(Boolean).join('\n');
  const facts = table.columns.filter((column) => column.role === 'attempt' && column !== table.command && !column.isMissing(row));
  const attempts = data.attempts.get(row);
  const log = h('pre', { class: 'log', tabindex: 0, 'aria-label': 'End of the log' }, 'reading…');
  const pictures = data.told.pictures.map((picture, at) => ({ ...picture, at })).filter((picture) => picture.row === row);
  const step = (by) => {
    const at = grid.order.indexOf(row) + by;
    return at >= 0 && at < grid.order.length ? () => openPoint(grid.order[at]) : null;
  };
  const move = (label, by) => h('button', { type: 'button', disabled: !step(by), onclick: step(by) ?? undefined }, label);
  dialog.replaceChildren(...[
    h('header', {}, h('h2', { id: 'point-title', tabindex: -1, dir: 'auto' }, table.title(row)), h('span', { class: `badge ${table.gravity(row)}` }, table.status?.text(row) ?? ''),
      h('span', { class: 'moves' }, move('Previous', -1), move('Next', 1), h('button', { type: 'button', class: 'close', onclick: () => dialog.close() }, 'Close'))),
    table.reason && !table.reason.isMissing(row) ? h('p', { class: 'reason', dir: 'auto' }, visible(table.reason.text(row))) : null,
    h('div', { class: 'columns' }, part('Parameters', pairs(table.parameters)), part('Metrics', table.metrics.length ? pairs(table.metrics) : h('p', {}, 'none'))),
    part('The same again', h('pre', { class: 'commands', tabindex: 0, 'aria-label': 'Commands' }, visibleLines(commands)),
      h('button', { type: 'button', onclick: () => copy(commands) }, 'Copy the commands'), ' ', h('button', { type: 'button', onclick: () => copy(id) }, 'Copy commit id'),
      h('p', { class: 'about' }, 'or, in a checkout of its own: ', h('code', {}, `gitsweep exec ${id.slice(0, 10)}`))),
    part(attempts ? 'The attempt that counts' : 'The run', h('div', { class: 'columns' }, pairs(facts.slice(0, Math.ceil(facts.length / 2))), pairs(facts.slice(Math.ceil(facts.length / 2))))),
    attempts ? part('All attempts', h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'All attempts' }, attemptTable(attempts))) : null,
    pictures.length ? part('Images', ...pictures.map((picture) => h('img', { src: pictureSource(picture.at), alt: visible(picture.name) }))) : null,
    part('End of the log', log),
  ].filter(Boolean));
  if (!dialog.open) {
    dialog.showModal();
    dialog.onclose = () => {
      // It is told later: by then the browser has given the focus back, where it could, and the reader may have moved on.
      const now = document.activeElement;
      if (now && now !== document.body && !dialog.contains(now)) return;
      if (opener?.isConnected) opener.focus(); else grid.move(grid.focus);
    };
  }
  dialog.scrollTop = 0;
  $('point-title').focus();
  logOf(row).then((text) => { log.textContent = text === undefined ? (ran ? 'The log is not on this page.' : 'It has not run.') : text || 'It is empty.'; }, () => { log.textContent = 'The logs of this page are damaged.'; });
}

// What a fact about a run is in.
function unit(column, row) {
  if (column.role !== 'attempt') return '';
  if (column.name === 'seconds') return ` s${column.number(row) >= 100 ? ` (${span(column.number(row))})` : ''}`;
  return column.name === 'memory' ? ` bytes (${figure(column.number(row) / 1e6, 3)} MB)` : '';
}

const visibleLines = (text) => text.split('\n').map(visible).join('\n');

function attemptTable(attempts) {
  const names = [...new Set(attempts.flatMap((record) => Object.keys(record.metrics || {})))];
  const cells = (record) => [record.attempt, record.status, record.seconds === undefined ? '' : span(record.seconds), record.start ?? '', record.host ?? '', ...names.map((name) => record.metrics?.[name] ?? ''), record.reason ?? ''];
  return h('table', {}, h('thead', {}, h('tr', {}, ['attempt', 'status', 'time', 'start', 'host', ...names, 'reason'].map((name) => h('th', { scope: 'col', dir: 'auto' }, shorten(name, 40))))),
    h('tbody', {}, attempts.map((record) => h('tr', {}, cells(record).map((cell) => h('td', { dir: 'auto' }, visible(cell)))))));
}

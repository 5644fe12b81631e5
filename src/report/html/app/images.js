// Images that runs left, on the grid of two parameters, side by side.

const MOST_IMAGES = 400;
const album = { names: [], name: '', x: null, y: null, size: 160 };

function pictureSource(at) {
  const { kind } = data.told.pictures[at];
  return `data:${kind};base64,${$(`data-picture-${at}`).textContent}`;
}

function imagesControls(view) {
  const columns = data.table.varying;
  const redraw = () => { view.isStale = true; views.refresh(view, true); };
  const choose = (label, key) => h('label', {}, `${label} `, h('select', { onchange: (event) => { album[key] = columns[Number(event.target.value)] ?? null; redraw(); } },
    h('option', { value: -1 }, 'none'), columns.map((column, at) => h('option', { value: at, selected: column === album[key] }, shorten(column.label, 40)))));
  const which = album.names.length > 1 ? h('label', {}, 'Image ', h('select', { onchange: (event) => { album.name = album.names[Number(event.target.value)]; redraw(); } },
    album.names.map((name, at) => h('option', { value: at, selected: name === album.name }, shorten(name, 40))))) : null;
  const size = h('label', { class: 'slider' }, 'Size', h('input', { type: 'range', min: 60, max: 480, step: 20, value: album.size, oninput: (event) => {
    album.size = Number(event.target.value);
    document.querySelectorAll('#images-grid img').forEach((image) => { image.style.width = `${album.size}px`; });
  } }));
  $('images-controls').replaceChildren(...[which, choose('Across', 'x'), choose('Down', 'y'), size].filter(Boolean));
}

function drawImages(view) {
  const { pictures } = data.told;
  if (!pictures.length) { $('images').hidden = true; return; }
  if (!view.isReady) {
    view.isReady = true;
    album.names = [...new Set(pictures.map((picture) => picture.name))];
    [album.name] = album.names;
    [album.y, album.x] = data.table.varying.length > 1 ? data.table.varying : [null, data.table.varying[0] ?? null];
    imagesControls(view);
  }
  const shown = pictures.map((picture, at) => ({ ...picture, at })).filter((picture) => picture.name === album.name && filter.mask[picture.row]);
  const place = (column, row) => (column ? bins(column).of(row) : 0);
  const cells = new Map();
  for (const picture of shown.slice(0, MOST_IMAGES)) {
    const key = `${place(album.x, picture.row) ?? 'none'} ${place(album.y, picture.row) ?? 'none'}`;
    cells.set(key, [...(cells.get(key) || []), picture]);
  }
  const lines = (column) => {
    const labels = column ? bins(column).labels.map((label, at) => [at, label]) : [[0, '']];
    return column ? [...labels, ['none', '–']] : labels;
  };
  const used = (which) => new Set([...cells.keys()].map((key) => key.split(' ')[which]));
  const [usedX, usedY] = [used(0), used(1)];
  const across = lines(album.x).filter(([at]) => usedX.has(String(at)));
  const down = lines(album.y).filter(([at]) => usedY.has(String(at)));
  const head = h('thead', {}, h('tr', {}, h('td', { class: 'corner' }, album.y ? `${shorten(album.y.label, 20)} ↓  ` : '', album.x ? `${shorten(album.x.label, 20)} →` : ''), across.map(([, label]) => h('th', { scope: 'col', dir: 'auto' }, label))));
  const rows = down.map(([y, label]) => h('tr', {}, h('th', { scope: 'row', dir: 'auto' }, label), across.map(([x]) => h('td', {}, (cells.get(`${x} ${y}`) || []).map((picture) => {
    const title = `${data.table.title(picture.row)}${data.metric ? `, ${data.metric.label} ${cellText(data.metric, picture.row)}` : ''}`;
    const image = h('img', { src: pictureSource(picture.at), alt: `${visible(picture.name)} of ${title}`, loading: 'lazy' });
    image.style.width = `${album.size}px`;
    return h('button', { type: 'button', class: 'picture', title, onclick: () => openPoint(picture.row) }, image);
  })))));
  $('images-grid').replaceChildren(h('table', { class: 'album' }, head, h('tbody', {}, rows)));
  $('images-about').textContent = `${counted(shown.length, 'image')} called ${visible(album.name)}${shown.length > MOST_IMAGES ? `, of which ${MOST_IMAGES} are shown: filter to see others` : ''}. Click one to open its point.`;
}

// Light and dark: as the reader's system has it, until the reader decides. Charts take their colours from the style sheet.

const VIRIDIS = ['#440154', '#472d7b', '#3b528b', '#2c728e', '#21918c', '#28ae80', '#5ec962', '#addc30', '#fde725'];
// Okabe and Ito's colours, which people see apart whatever their eyes.
const SERIES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8c6bb1', '#6b6b6b'];
const SERIES_IN_THE_DARK = ['#4fa8e0', '#f0884a', '#3cc69a', '#e094c0', '#f0b840', '#8accf5', '#b59ad8', '#a0a0a0'];

const seriesColour = (at) => (theme.isDark ? SERIES_IN_THE_DARK : SERIES)[at % SERIES.length];

const theme = {
  get isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  },

  colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim(); },

  get colours() {
    this.known ??= Object.fromEntries(['ink', 'soft', 'line', 'paper', 'card', 'accent', 'bad', 'lane', 'faint'].map((name) => [name, this.colour(name)]));
    return this.known;
  },

  // Paper is white: while it is printed, everything is drawn in the light.
  print(isPrinting) {
    const { dataset } = document.documentElement;
    if (isPrinting) this.chosen = dataset.theme;
    if (isPrinting) dataset.theme = 'light';
    else if (this.chosen) dataset.theme = this.chosen;
    else delete dataset.theme;
    this.known = null;
    grid.print(isPrinting);
    colourKey();
    for (const view of views.all) {
      if ($(view.id).hidden) continue;
      view.isStale = true;
      views.refresh(view, true);
      view.charts.forEach((element) => charts.get(element)?.resize());
    }
  },

  start() {
    const button = $('theme');
    const show = () => {
      this.known = null;
      button.textContent = this.isDark ? 'Light mode' : 'Dark mode';
    };
    show();
    button.addEventListener('click', () => {
      document.documentElement.dataset.theme = this.isDark ? 'light' : 'dark';
      show();
      views.restyle();
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { show(); views.restyle(); });
  },
};

// A colour of viridis, 0 to 1. Of thin things on a dark page the dark end is left out, and on a light one the light end.
function viridis(place, isThin = false) {
  const [from, to] = !isThin ? [0, 1] : theme.isDark ? [0.3, 1] : [0, 0.9];
  const at = (from + Math.min(1, Math.max(0, place)) * (to - from)) * (VIRIDIS.length - 1);
  const [low, high] = [VIRIDIS[Math.floor(at)], VIRIDIS[Math.ceil(at)]];
  const part = (hex, from) => parseInt(hex.slice(from, from + 2), 16);
  const mixed = [1, 3, 5].map((from) => Math.round(part(low, from) + (part(high, from) - part(low, from)) * (at % 1)));
  return `rgb(${mixed.join(',')})`;
}

// What gives each row its colour: the sweep, the status or a column.
const colouring = {
  choice: '',

  // A function of a row, and what to say about it.
  get() {
    const { table } = data;
    const { colours } = theme;
    if (this.choice === 'sweep') {
      const names = data.sweeps.map((sweep) => sweep.branch);
      return (row) => seriesColour(Math.max(0, names.indexOf(table.sweep.text(row))));
    }
    const column = table.find(this.choice);
    if (!column) return (row) => (table.gravity(row) === 'bad' ? colours.bad : colours.accent);
    const scale = new Scale(column, filter.rows);
    if (scale.isCategory) return (row) => (scale.laneOf(row) ? colours.lane : seriesColour(scale.places.get(column.text(row)) ?? 0));
    return (row) => (scale.laneOf(row) ? (scale.laneOf(row) === 'failed' ? colours.bad : colours.lane) : viridis(scale.of(column.number(row)), true));
  },
};

// Drives a report in a real Chromium and prints what it saw as JSON: node drive.mjs PAGE SCENARIO [FOLDER for pictures]
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [file, scenario, pictures] = process.argv.slice(2);
const address = pathToFileURL(file).href;
const executablePath = process.env.GITSWEEP_TEST_CHROMIUM || '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const seen = { console: [], requests: [], dialogs: 0 };

// Keeps the charts that a page makes, by the ids of their elements.
function watchCharts() {
  let library;
  window.drawn = new Map();
  const init = (element, ...rest) => {
    const chart = library.init(element, ...rest);
    window.drawn.set(element.id || `parameters-${[...element.parentElement.children].indexOf(element)}`, chart);
    return chart;
  };
  Object.defineProperty(window, 'echarts', { set(told) { library = told; }, get() { return library && { init }; } });
}

async function open(options = {}, { isReady = true } = {}) {
  const { javaScriptEnabled = true } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  context.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) seen.requests.push(request.url());
  });
  const page = await context.newPage();
  if (javaScriptEnabled) await page.addInitScript(watchCharts);
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) seen.console.push(message.text()); });
  page.on('pageerror', (error) => seen.console.push(String(error.stack || error)));
  page.on('dialog', (dialog) => { seen.dialogs++; dialog.dismiss(); });
  await page.goto(address);
  if (isReady) await page.waitForSelector('html[data-ready]', { timeout: 60000 });
  return page;
}

const count = (page) => page.textContent('#count');
const counts = async (page, wanted) => {
  await page.waitForFunction((wanted) => (typeof wanted === 'string' ? document.getElementById('count').textContent === wanted : document.getElementById('count').textContent !== wanted[0]), wanted, { timeout: 10000 });
  return count(page);
};
const cells = (page, column) => page.$$eval('#window tbody tr', (rows, column) => rows.map((row) => row.children[column].textContent), column);
const heads = (page) => page.$$eval('#window thead th', (heads) => heads.map((head) => head.textContent.trim()));

async function drag(page, selector, [fromX, fromY], [toX, toY]) {
  const element = page.locator(selector).first();
  await element.scrollIntoViewIfNeeded();
  await page.waitForFunction((selector) => document.querySelector(`${selector} canvas`), selector);
  await page.waitForTimeout(300);
  const box = await element.boundingBox();
  await page.mouse.move(box.x + fromX * box.width, box.y + fromY * box.height);
  await page.mouse.down();
  for (let step = 1; step <= 8; step++) {
    await page.mouse.move(box.x + (fromX + ((toX - fromX) * step) / 8) * box.width, box.y + (fromY + ((toY - fromY) * step) / 8) * box.height);
  }
  await page.mouse.up();
}

async function everything(page) {
  for (const id of await page.$$eval('main section:not([hidden])', (sections) => sections.map((section) => section.id))) {
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    await page.waitForTimeout(120);
  }
}

const scenarios = {
  // Everything that a reader does with the page.
  async tour() {
    const page = await open();
    const told = { points: await count(page), heads: await heads(page), sections: await page.$$eval('main section:not([hidden])', (s) => s.map((section) => section.id)) };
    await everything(page);
    if (pictures) await page.screenshot({ path: `${pictures}/tour.png`, fullPage: true });
    told.canvases = await page.$$eval('canvas', (canvases) => canvases.length);

    await page.fill('#filter', process.env.FILTER);
    told.filtered = await counts(page, [told.points]);
    await page.fill('#filter', process.env.WRONG);
    await page.waitForSelector('#filter[aria-invalid]');
    told.wrong = await page.textContent('#filter-said');
    await page.click('#reset');
    told.cleared = await counts(page, told.points);

    // A rectangle over the left half of the first small chart, then a range on the first of the parallel axes.
    await drag(page, '#parameters-charts .chart', [0.25, 0.2], [0.6, 0.8]);
    told.brushed = await counts(page, [told.points]);
    told.chip = await page.textContent('#chips code');
    await page.click('#chips button');
    told.unbrushed = await counts(page, told.points);
    const x = await page.$eval('#parallel-chart', (element) => 50 / element.clientWidth);
    await drag(page, '#parallel-chart', [x, 0.2], [x, 0.5]);
    told.ranged = await counts(page, [told.points]);
    told.range = await page.textContent('#chips code');

    const download = async () => {
      const [file] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
      return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
    };
    told.download = await download();
    await page.click('#reset');
    await counts(page, told.points);
    told.whole = await download();

    const metric = told.heads.indexOf(process.env.SORT);
    await page.click(`#window thead th:nth-child(${metric + 1}) button`);
    told.sorted = await cells(page, metric);
    await page.click(`#window thead th:nth-child(${metric + 1}) button`);
    told.reversed = await cells(page, metric);
    told.sort = await page.getAttribute(`#window thead th:nth-child(${metric + 1})`, 'aria-sort');

    // By keyboard alone: into the rows, two down, open, read, close, the focus is back.
    await page.focus('#window tbody tr[tabindex="0"]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const row = await page.evaluate(() => document.activeElement.textContent);
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    await page.waitForFunction(() => document.querySelector('.log').textContent !== 'reading…');
    told.point = await page.innerText('dialog');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog:not([open])', { state: 'attached' });
    told.isBack = row === await page.evaluate(() => document.activeElement.textContent);
    await page.keyboard.press('Home');
    await page.keyboard.press(' ');
    told.ticked = await page.getAttribute('#window tbody tr', 'aria-selected');
    await page.keyboard.press('c');
    await page.waitForFunction(() => document.getElementById('say').textContent.startsWith('copied'));
    return told;
  },

  // What the tools for accessibility say, in both modes, with a point open and without.
  async access() {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const violations = [];
    for (const colorScheme of ['light', 'dark']) {
      const page = await open({ colorScheme, bypassCSP: true });
      await everything(page);
      const check = async (state) => {
        await page.evaluate(axe);
        const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
        violations.push(...found.violations.map(({ id, nodes }) => `${colorScheme}, ${state}: ${id}: ${nodes.slice(0, 3).map((node) => node.html + ' ' + node.any.map((check) => check.message).join(' ')).join(' | ')}`));
      };
      await check('page');
      await page.fill('#filter', 'nonsense <');
      await page.waitForSelector('#filter[aria-invalid]');
      await check('wrong filter');
      await page.fill('#filter', '');
      await page.click('#columns summary');
      await check('columns');
      await page.keyboard.press('Escape');
      await page.focus('#window tbody tr[tabindex="0"]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('dialog[open]');
      await check('point');
      if (pictures) await page.screenshot({ path: `${pictures}/point-${colorScheme}.png` });
      await page.context().close();
    }
    return { violations };
  },

  // A page whose every field tries something.
  async hostile() {
    const page = await open();
    await everything(page);
    const told = { points: await count(page), heads: await heads(page), texts: await page.innerText('body') };
    for (let row = 0; row < 3; row++) {
      await page.focus('#window tbody tr[tabindex="0"]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('dialog[open]');
      await page.waitForFunction(() => document.querySelector('.log').textContent !== 'reading…');
      told.point = await page.innerText('dialog');
      await page.keyboard.press('Escape');
      await page.keyboard.press('ArrowDown');
    }
    for (const [x, y] of [[0.3, 0.5], [0.5, 0.5], [0.7, 0.7]]) {
      const box = await page.locator('#heatmap-chart').boundingBox();
      if (box) await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      await page.waitForTimeout(60);
    }
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
    told.download = readFileSync(await file.path(), 'utf8');
    told.acted = await page.evaluate(() => [window.acted, document.querySelectorAll('[onerror], [onload], iframe, object, embed').length, document.querySelectorAll('script').length]);
    told.title = await page.title();
    return told;
  },

  // Series and images that runs left.
  async left() {
    const page = await open();
    await everything(page);
    const told = {
      sections: await page.$$eval('main section:not([hidden])', (sections) => sections.map((section) => section.id)),
      images: await page.$$eval('#images-grid img', (images) => images.map((image) => [image.naturalWidth, image.alt])),
      rows: await page.$$eval('#images-grid tbody th', (heads) => heads.map((head) => head.textContent)),
      about: await page.textContent('#traces-about'),
      columns: await page.$$eval('#traces-controls option', (options) => options.map((option) => option.textContent)),
      lines: await page.evaluate(() => window.drawn.get('traces-chart').getOption().series.map((line) => line.name.split(' ').at(-1))),
      traces: await page.getAttribute('#traces-chart', 'aria-label'),
    };
    if (pictures) await page.screenshot({ path: `${pictures}/left.png`, fullPage: true });
    await page.focus('#window tbody tr[tabindex="0"]');
    await page.keyboard.press(' ');
    await page.locator('#traces').scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.getElementById('traces-about').textContent.startsWith('The points that are ticked'));
    told.ticked = await page.getAttribute('#traces-chart', 'aria-label');
    return told;
  },

  // What charts show, as they were told to.
  async charts() {
    const page = await open();
    await everything(page);
    if (pictures) await page.screenshot({ path: `${pictures}/charts.png`, fullPage: true });
    const told = await page.evaluate(() => {
      const option = (id) => window.drawn.get(id)?.getOption();
      const labels = (axis) => axis.data ?? axis.axisLabel.customValues.map((value) => axis.axisLabel.formatter(value));
      const series = (id, name) => option(id)?.series.find((series) => series.id === name);
      const small = [...window.drawn.keys()].filter((id) => id.startsWith('parameters-'));
      const heat = option('heatmap-chart');
      return {
        widths: small.map((id) => document.querySelectorAll('#parameters-charts .chart')[Number(id.split('-')[1])].clientWidth),
        ticks: small.map((id) => labels(option(id).xAxis[0])),
        medians: small.map((id) => series(id, 'medians')?.type ?? null),
        hollow: small.map((id) => series(id, 'points').data.filter((dot) => dot.itemStyle.color === 'transparent').map((dot) => dot.value[2])),
        record: series('history-chart', 'best').data.map((step) => step[2]),
        front: series('pareto-chart', 'front')?.data.length,
        dashed: option('parallel-chart').series[0].data.filter((line) => line.lineStyle.type === 'dashed').map((line) => line.row),
        last: option('parallel-chart').series[0].data.at(-1).row,
        cells: heat.series[0].data.map(({ value, cell }) => ({ number: value[2], n: cell.numbers.length, rows: cell.rows, isDashed: cell.isHollow })),
        sides: [labels(heat.xAxis[0]), labels(heat.yAxis[0])],
        names: [heat.xAxis[0].name, heat.yAxis[0].name],
      };
    });
    return { ...told, key: await page.textContent('#colour-key'), abouts: await page.$$eval('main .about', (abouts) => abouts.map((about) => about.textContent).join('\n')) };
  },

  // What is on paper, for which charts are too wide that were drawn for the screen.
  async paper() {
    const page = await open();
    await everything(page);
    const before = await count(page);
    await page.fill('#filter', process.env.FILTER);
    await counts(page, [before]);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    const wide = await page.$$eval('main section:not([hidden]) canvas', (all) => all.map((canvas) => {
      for (const drawn of [canvas, canvas.parentElement]) drawn.style.width = '3000px';
      return canvas.getBoundingClientRect().width - canvas.closest('.chart').getBoundingClientRect().width;
    }).filter((excess) => excess > 1));
    return {
      wide,
      rows: await page.locator('#window tbody tr').count(),
      filter: await page.isVisible('#filter'),
      key: await page.isVisible('#colour-key'),
      controls: await page.isVisible('#table-controls'),
    };
  },

  // What is said of the point in the middle of a chart when the mouse is on it.
  async hover() {
    const page = await open();
    await everything(page);
    const chart = page.locator('#history-chart');
    await chart.scrollIntoViewIfNeeded();
    // What is above it may still be drawn, and move it.
    for (let round = 0; round < 2; round += 1) {
      const box = await chart.boundingBox();
      for (let y = 0.3 * box.height; y < 0.7 * box.height; y += 5) {
        // The axis takes some room on the left.
        for (let x = 20; x < 60; x += 5) {
          await page.mouse.move(box.x + box.width / 2 + x, box.y + y);
          await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
          const tip = await page.$$eval('.tip tr', (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent).join(' ')));
          if (tip.length) return { tip, table: await page.innerText('#table') };
        }
      }
    }
    return { tip: [] };
  },

  // Without scripts.
  async plain() {
    const page = await open({ javaScriptEnabled: false }, { isReady: false });
    return { text: await page.innerText('body'), rows: await page.locator('noscript table tbody tr, .plain table tbody tr').count() };
  },

  // How long it takes until the page can be used, and until a filter is done.
  async times() {
    const start = Date.now();
    const page = await open();
    const ready = Date.now() - start;
    const [filtered, drawn] = await page.evaluate(async (text) => {
      const input = document.getElementById('filter');
      const before = performance.now();
      input.value = text;
      document.getElementById('filter-form').requestSubmit();
      const filtered = performance.now() - before;
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return [filtered, performance.now() - before];
    }, process.env.FILTER);
    const shown = await count(page);
    const scroll = await page.evaluate(async () => {
      const box = document.getElementById('window');
      const before = performance.now();
      for (let step = 1; step <= 20; step++) {
        box.scrollTop = (box.scrollHeight * step) / 20;
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      }
      return (performance.now() - before) / 20;
    });
    const before = Date.now();
    await everything(page);
    return { ready, filtered, drawn, shown, scroll, everything: Date.now() - before, heap: await page.evaluate(() => performance.memory?.usedJSHeapSize) };
  },
};

try {
  const told = await scenarios[scenario]();
  console.log(JSON.stringify({ ...told, ...seen }));
} finally {
  await browser.close();
}

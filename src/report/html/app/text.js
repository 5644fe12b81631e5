// Text: elements made of it, what of it would act unseen, numbers for reading, and CSV.

// An element with these attributes and children; text becomes text nodes, never markup.
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

const $ = (id) => document.getElementById(id);

// Control characters, marks that reorder text and those that nobody sees.
const ACTS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

function visible(text) {
  return String(text).replace(ACTS, (c) => {
    const known = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[c];
    if (known) return known;
    const code = c.codePointAt(0);
    return code < 0x80 ? '\\x' + code.toString(16).padStart(2, '0') : '\\u{' + code.toString(16) + '}';
  });
}

// The text without its middle if it is long: names that are long differ at their ends.
function shorten(text, most) {
  const shown = visible(text);
  if (shown.length <= most) return shown;
  const end = Math.floor((most - 1) / 2);
  return shown.slice(0, most - 1 - end) + '…' + shown.slice(shown.length - end);
}

// A number to about `digits` digits: 0.4165, 12300, 1.2e-7, −3.
function figure(number, digits = 4) {
  if (Number.isNaN(number)) return 'nan';
  if (!Number.isFinite(number)) return number > 0 ? 'inf' : '−inf';
  if (number === 0) return '0';
  const magnitude = Math.abs(number);
  let text;
  if (magnitude >= 10 ** Math.max(6, digits) || magnitude < 1e-4) {
    text = number.toExponential(Math.max(0, digits - 1)).replace(/\.?0+e/, 'e').replace('e+', 'e');
  } else if (magnitude >= 10 ** (digits - 1)) {
    text = String(Math.round(number * 10) / 10);
    if (magnitude >= 10 ** digits) text = String(Math.round(number));
  } else {
    text = String(Number(number.toPrecision(digits)));
  }
  return text.replace('-', '−').replace('e−', 'e-');
}

function counted(number, thing) {
  return `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;
}

// Seconds for people.
function span(seconds) {
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 100) return `${figure(seconds, 3)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  return `${figure(seconds / 3600, 3)} h`;
}

// A field of CSV. Text that a spreadsheet would take for a formula gets an apostrophe in front; numbers are as they are.
function field(text, isText) {
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text);
  let safe = isText && !isNumber && /^[\s]*[=+\-@\t\r|%]/.test(text) ? "'" + text : text;
  if (/[",\n\r]/.test(safe)) safe = '"' + safe.replace(/"/g, '""') + '"';
  return safe;
}

// Hands the reader a file.
function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = h('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

// Tells those who cannot see what has changed.
function say(text) {
  $('say').textContent = text;
}

// A word for the shell.
function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : "'" + word.replace(/'/g, "'\\''") + "'";
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages from disk may not write to the clipboard in every browser.
    const area = h('textarea', { readonly: true, class: 'unseen' });
    area.value = text;
    (document.querySelector('dialog[open]') || document.body).append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  say(`copied ${shorten(text, 60)}`);
}

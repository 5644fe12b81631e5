// The words of an expression, each with its place.

class Fault extends Error {
  constructor(message, start, end, hint) {
    super(message);
    Object.assign(this, { start, end, hint });
  }
}

const SYMBOLS = ['===', '!==', '<>', '=<', '=>', '**', '//', '==', '!=', '<=', '>=', '&&', '||', '<', '>', '+', '-', '*', '/', '%', '^', '!', '(', ')', '[', ']', ',',
  '=', '&', '|', '~', '?', '≤', '≥', '≠', '×', '·', '−', '‘', '“'];
const SAME = { '&&': 'and', '||': 'or', '^': '**', '!': 'not' };
const INSTEAD = { '===': '==', '!==': '!=', '<>': '!=', '=<': '<=', '=>': '>=', '=': '==', '&': 'and', '|': 'or', '~': 'not', '?': 'b if a else c', '≤': '<=', '≥': '>=',
  '≠': '!=', '×': '*', '·': '*', '−': '-', '‘': "'", '“': '"' };
const KEYWORDS = ['and', 'or', 'not', 'in', 'is', 'if', 'else'];

function words(text) {
  const found = [];
  let at = 0;
  const NUMBER = /(0[xob][0-9a-zA-Z_]*)|(?:\d|\.\d)(?:[eE][+-](?=\d)|[\w.])*/uy;
  const NAME = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*/uy;
  const take = (pattern) => { pattern.lastIndex = at; return pattern.exec(text)?.[0]; };
  while (at < text.length) {
    const c = text[at];
    const start = at;
    if (/\s/.test(c)) { at++; continue; }
    let word;
    if (/[0-9]/.test(c) || (c === '.' && /[0-9]/.test(text[at + 1] || ''))) {
      const literal = take(NUMBER);
      if (!/^((\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?|0x[\da-fA-F]+|0o[0-7]+|0b[01]+)$/.test(literal)) throw new Fault(`\`${literal}\` is not a number`, at, at + literal.length);
      at += literal.length;
      word = { kind: 'number', value: literalNumber(literal) };
    } else if (c === '"' || c === "'") {
      let value = '';
      for (at++; at < text.length && text[at] !== c; at++) {
        if (text[at] !== '\\') { value += text[at]; continue; }
        const escaped = text[++at] ?? '';
        value += { n: '\n', t: '\t', '\\': '\\', "'": "'", '"': '"' }[escaped] ?? '\\' + escaped;
      }
      if (at >= text.length) throw new Fault('this text does not end', start, start + 1, `close it with ${c}`);
      at++;
      word = { kind: 'text', value };
    } else if (c === '`') {
      const end = text.indexOf('`', at + 1);
      if (end < 0) throw new Fault('this name does not end', start, start + 1, 'close it with `');
      if (end === at + 1) throw new Fault('a name is missing between the backquotes', start, start + 2);
      word = { kind: 'quoted', value: text.slice(at + 1, end) };
      at = end + 1;
    } else if (take(NAME)) {
      const name = take(NAME);
      at += name.length;
      word = KEYWORDS.includes(name) ? { kind: 'symbol', value: name } : { kind: 'name', value: name };
    } else {
      const symbol = SYMBOLS.find((symbol) => text.startsWith(symbol, at));
      if (!symbol) throw new Fault(`unexpected "${String.fromCodePoint(text.codePointAt(at))}"`, at, at + 1);
      at += symbol.length;
      if (INSTEAD[symbol]) throw new Fault(`\`${symbol}\` is not an operator here`, start, at, `write \`${INSTEAD[symbol]}\``);
      word = { kind: 'symbol', value: SAME[symbol] || symbol };
    }
    found.push({ ...word, start, end: at });
  }
  const end = text.trimEnd().length;
  found.push({ kind: 'end', start: end, end });
  return found;
}

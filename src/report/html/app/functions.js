// The functions that an expression may call; undefined is a missing value, and so is the result where there is none.

const finite = (number, ...given) => (Number.isFinite(number) || given.some((x) => !Number.isFinite(x)) ? number : undefined);

const real = (run) => (x) => {
  const number = numberOf(x);
  return number === undefined ? undefined : finite(run(number), number);
};

// Half to even, as Python rounds.
function halfEven(number) {
  const floor = Math.floor(number);
  const rest = number - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

const numbersOf = (values) => {
  const numbers = values.map(numberOf);
  return numbers.includes(undefined) ? undefined : numbers;
};

const read = (value) => {
  if (typeof value !== 'string') return numberOf(value);
  const text = value.trim();
  return /^[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|inf|nan|0[xob][\da-fA-F]+)$/.test(text) ? literalNumber(text) : undefined;
};

const whole = (round) => (x) => {
  const number = numberOf(x);
  return Number.isFinite(number) ? round(number) : undefined;
};

const FUNCTIONS = {
  abs: [1, 1, real(Math.abs)],
  min: [1, Infinity, (...x) => { const n = numbersOf(x); return n && n.reduce((a, b) => (b < a ? b : a)); }],
  max: [1, Infinity, (...x) => { const n = numbersOf(x); return n && n.reduce((a, b) => (b > a ? b : a)); }],
  round: [1, 2, (x, digits = 0) => {
    const numbers = numbersOf([x, digits]);
    if (!numbers || !Number.isFinite(numbers[0])) return undefined;
    const scale = 10 ** numbers[1];
    const scaled = numbers[0] * scale;
    return Number.isFinite(scaled) ? halfEven(scaled) / scale : numbers[0];
  }],
  floor: [1, 1, whole(Math.floor)],
  ceil: [1, 1, whole(Math.ceil)],
  sqrt: [1, 1, real(Math.sqrt)],
  exp: [1, 1, real(Math.exp)],
  log: [1, 1, real(Math.log)],
  ln: [1, 1, real(Math.log)],
  log10: [1, 1, real(Math.log10)],
  log2: [1, 1, real(Math.log2)],
  sin: [1, 1, real(Math.sin)],
  cos: [1, 1, real(Math.cos)],
  tan: [1, 1, real(Math.tan)],
  tanh: [1, 1, real(Math.tanh)],
  pow: [2, 2, (a, b) => ARITHMETIC['**'](a, b)],
  int: [1, 1, (x) => whole(Math.trunc)(read(x))],
  float: [1, 1, read],
  str: [1, 1, (x) => String(x)],
  len: [1, 1, (x) => (typeof x === 'string' ? [...x].length : undefined)],
  bool: [1, 1, (x) => (typeof x === 'string' ? undefined : truth(x))],
};

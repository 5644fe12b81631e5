// What the page's evaluator says of expressions: reads {row, expressions} from standard input, prints what each gives.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const source = (name) => readFileSync(fileURLToPath(new URL(`../../src/report/html/app/${name}.js`, import.meta.url)), 'utf8');
const { row, expressions } = JSON.parse(readFileSync(0, 'utf8'));
const context = vm.createContext({ document: null });
vm.runInContext(['text', 'columns', 'words', 'expression', 'functions'].map(source).join('\n') + '\nglobalThis.page = { compile, Fault };', context);
const columns = Object.entries(row).map(([label, value]) => {
  const number = { nan: NaN, inf: Infinity }[value?.number];
  return { label, name: label, role: 'attempt', value: () => (value === null ? undefined : number ?? value) };
});
const table = { columns, find: (name) => columns.find((column) => column.label === name) };
const given = expressions.map((text) => {
  try {
    return context.page.compile(text, table).test(0);
  } catch (fault) {
    if (!(fault instanceof context.page.Fault)) throw fault;
    return [fault.message, fault.start, fault.end];
  }
});
console.log(JSON.stringify(given));

import assert from 'node:assert/strict';
import Papa from 'papaparse';
import { delimitedRecords } from '../../../src/datasets/table/delimited.js';
import type { Records } from '../../../src/datasets/table/source.js';

const parsed = (text: string, delimiter: string) =>
  Papa.parse<string[]>(text.replace(/(\r?\n)+$/, ''), { delimiter, skipEmptyLines: true }).data;

/** Quotes around whole cells only, doubled inside, or within a cell that begins with another letter. */
const inOrder = /^(("([^"]|"")*"|([^",\n][^,\n]*)?)([,\n]|$))*$/;

const all = Array.from({ length: 16 }, (_, c) => c);

/** Cells of each record, as many as it has. */
function cellsOf({ length, columns }: Records): unknown[][] {
  return Array.from({ length }, (_, k) =>
    columns.map(column => column[k]).filter(cell => cell !== undefined),
  );
}

function read(text: string, delimiter: string): unknown[][] {
  return cellsOf(delimitedRecords(text, delimiter, all, true));
}

/** Many short texts of few letters, the same ones every time. */
function* texts(): Generator<string> {
  const letters = ['a', 'b', ',', ',', '"', '\n', '\n', ' '];
  let state = 5;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let k = 0; k < 20_000; k++) {
    const length = 1 + Math.floor(12 * random());
    yield Array.from({ length }, () => letters[Math.floor(8 * random())]).join('');
  }
}

describe('records of delimited text', () => {
  for (const [what, text] of Object.entries({
    'plain cells': 'a,b\nc,d\n',
    'no line end at the end': 'a,b\nc,d',
    'quoted cells': '"a","b, c"\n"line\nbreak",d\n',
    'doubled quotes': '"say ""yes""",""""\n"""",x\n',
    'empty cells': ',\na,\n,b\n"",""\n',
    'blank lines': '\n\na,b\n\n\nc,d\n\n',
    'line ends of Windows': 'a,b\r\n"c\r\nd",e\r\n\r\nf,g\r\n',
    'quotes within a cell': 'it"s,5" wide\na"b",c\n',
    'a quote that stays open': 'a,"b\nc,d\n',
    'blanks around quotes': '"a" ,b\n "c",d\n',
    'letters of all kinds': 'größer,大\n"😀",ñ\n',
    'one cell': 'a\nb\n',
  }))
    it(`${what}: as papaparse has them`, () => {
      assert.deepEqual(read(text, ','), parsed(text, ','));
      const other = text.replaceAll(',', '\t');
      assert.deepEqual(read(other, '\t'), parsed(other, '\t'));
    });

  it('any text of few letters: as papaparse has it, or refused where its quotes are in disorder', () => {
    let refused = 0;
    for (const text of texts()) {
      let records: unknown[][];
      try {
        records = read(text, ',');
      } catch (error) {
        assert.ok(error instanceof RangeError && !inOrder.test(text), JSON.stringify(text));
        refused++;
        continue;
      }
      assert.deepEqual(records, parsed(text, ','), JSON.stringify(text));
    }
    assert.ok(refused < 2000, `${refused} were refused`);
  });

  it('in two pieces, and each by itself: the same', () => {
    let looked = 0;
    for (const text of texts()) {
      if (!inOrder.test(text)) continue;
      looked++;
      const cut = text.lastIndexOf('\n') + 1;
      const first = delimitedRecords(text.slice(0, cut), ',', all, false);
      const rest = delimitedRecords(text.slice(first.end), ',', all, true);
      const whole = delimitedRecords(text, ',', all, true);
      const records = cellsOf(whole);
      assert.deepEqual([...cellsOf(first), ...cellsOf(rest)], records, JSON.stringify(text));
      for (const [k, start] of whole.starts.entries()) {
        const alone = text.slice(start, whole.starts[k + 1] ?? whole.end);
        assert.deepEqual(read(alone, ','), [records[k]], JSON.stringify(text));
      }
    }
    assert.ok(looked > 5000, `${looked} were looked at`);
  });

  it('only the cells that are wanted, in that order', () => {
    const text = 'a,b,c\n"d",e\n\nf,"g,","h"\n';
    const { columns, starts, end } = delimitedRecords(text, ',', [2, -1, 0, 2], true);
    const c = ['c', undefined, 'h'];
    assert.deepEqual(columns, [c, [null, null, null], ['a', 'd', 'f'], c]);
    assert.deepEqual([...starts, end], [0, 6, 13, text.length]);
  });
});

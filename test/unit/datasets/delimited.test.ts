import assert from 'node:assert/strict';
import Papa from 'papaparse';
import { delimitedRecords } from '../../../src/datasets/table/delimited.js';

const parsed = (text: string, delimiter: string) =>
  Papa.parse<string[]>(text.replace(/(\r?\n)+$/, ''), { delimiter, skipEmptyLines: true }).data;

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
    'a quote too many': '"a" b,c\nd,e\n',
    'a quote that stays open': 'a,"b\nc,d\n',
    'blanks around quotes': '"a" ,b\n "c",d\n',
    'letters of all kinds': 'größer,大\n"😀",ñ\n',
    'one cell': 'a\nb\n',
  }))
    it(`${what}: as papaparse has them`, () => {
      assert.deepEqual(delimitedRecords(text, ','), parsed(text, ','));
      const other = text.replaceAll(',', '\t');
      assert.deepEqual(delimitedRecords(other, '\t'), parsed(other, '\t'));
    });

  it('any text of few letters: as papaparse has it', () => {
    const letters = ['a', 'b', ',', ',', '"', '\n', '\n', ' '];
    let state = 5;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    for (let k = 0; k < 20_000; k++) {
      const length = 1 + Math.floor(12 * random());
      const text = Array.from({ length }, () => letters[Math.floor(8 * random())]).join('');
      assert.deepEqual(delimitedRecords(text, ','), parsed(text, ','), JSON.stringify(text));
    }
  });
});

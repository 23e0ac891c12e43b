import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Dataset } from '../../../src/datasets/dataset.js';
import { openDataset } from '../../../src/datasets/open.js';
import { discover } from '../../../src/discovery/index.js';
import { type DatasetOptions, noOptions } from '../../../src/protocol/datasetOptions.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import { put, scratch } from '../../support/scratch.js';

/** A file of this name with this content, opened. */
async function opened(name: string, content: string | Uint8Array, options = {}): Promise<Dataset> {
  const file = put(join(scratch('table'), name), content);
  return openDataset(file, { ...noOptions, ...options });
}

async function refused(
  name: string,
  content: string | Uint8Array,
  code: string,
  says: RegExp,
  options: Partial<DatasetOptions> = {},
) {
  await assert.rejects(opened(name, content, options), error => {
    const { code: given, message } = noticeOf(error);
    assert.equal(given, code, message);
    assert.equal(basename(message.split(': ')[0]), name);
    assert.match(message, says);
    assert.doesNotMatch(message, /\{\w+\}|\n|undefined/);
    return true;
  });
}

const labelsOf = (dataset: Dataset) => [...dataset.labels].map(y => dataset.classes[y]);
const codesOf = (dataset: Dataset) => dataset.notices.map(n => n.code);

describe('tables of texts', () => {
  const csv =
    'text,label\r\n"Play, please",music\r\n"two\nlines and a ""quote""",weather\r\n\r\nplain 5" text,music\r\n';

  it('are read with quotes, newlines in quotes, blank lines and CRLF', async () => {
    const dataset = await opened('intents.csv', csv);
    assert.deepEqual([dataset.content, dataset.size], ['text', 3]);
    assert.deepEqual(labelsOf(dataset), ['music', 'weather', 'music']);
    const texts = await Promise.all([0, 1, 2].map(i => dataset.read(i)));
    assert.deepEqual(
      texts.map(content => content.kind === 'text' && content.text),
      ['Play, please', 'two\nlines and a "quote"', 'plain 5" text'],
    );
    assert.equal(dataset.sampleName(1), 'intents.csv#2');
    assert.equal(dataset.sampleFile(1), dataset.path);
  });

  for (const [name, content] of Object.entries({
    'semicolons.csv': 'text;label\na b;x\nc, d;y\n',
    'tabs.tsv': 'text\tlabel\na b\tx\nc, d\ty\n',
    'mark.csv': '\uFEFFtext,label\na b,x\n"c, d",y',
    'lines.jsonl': '{"text":"a b","label":"x"}\n{"label":"y","text":"c, d"}\n',
  }))
    it(`come in other forms: ${name}`, async () => {
      const dataset = await opened(name, content);
      assert.deepEqual(labelsOf(dataset), ['x', 'y']);
      const second = await dataset.read(1);
      assert.equal(second.kind === 'text' && second.text, 'c, d');
    });

  it('may be pairs', async () => {
    const dataset = await opened(
      'nli.csv',
      'premise,hypothesis,label\nIt rains.,It is wet.,0\nIt rains.,It is dry.,2\n',
    );
    const content = await dataset.read(0);
    assert.deepEqual(content.kind === 'text' && [content.text, content.pair], [
      'It rains.',
      'It is wet.',
    ]);
  });

  it('that are longer than a piece are indexed to the byte', async () => {
    const words = Array.from({ length: 60_000 }, (_, i) => `é${'x'.repeat(i % 50)} "${i}"`);
    const rows = words.map(
      (w, i) => `"${w.replaceAll('"', '""')}",${i % 7 ? 'odd one' : 'seventh'}`,
    );
    const dataset = await opened('long.csv', `text,label\n${rows.join('\n')}\n`);
    assert.equal(dataset.size, 60_000);
    const inRow = Array.from({ length: 5000 }, (_, k) => 20_000 + k);
    const read = await Promise.all(
      [0, 1, 31_234, 59_999, 7, ...inRow].map(async i => ({ i, content: await dataset.read(i) })),
    );
    const labels = labelsOf(dataset);
    for (const { i, content } of read) {
      assert.equal(content.kind === 'text' && content.text, words[i]);
      assert.equal(labels[i], i % 7 ? 'odd one' : 'seventh');
    }
  });
});

describe('manifests of images', () => {
  it('have paths relative to the file, splits, groups and ids', async () => {
    const folder = scratch('manifest');
    put(join(folder, 'images', 'a b.png'), 'a');
    const file = put(
      join(folder, 'manifest.csv'),
      'path,label,split,patient,id\nimages/a b.png,cat,train,p1,one\nimages\\c.png,dog,test,p2,two\nimages/d.png,cat,val,p1,three\n',
    );
    const dataset = await openDataset(file);
    assert.equal(dataset.content, 'image');
    assert.deepEqual(dataset.splits, ['train', 'test', 'val']);
    assert.deepEqual([...(dataset.groups ?? [])], [0, 1, 0]);
    assert.deepEqual(
      [0, 1, 2].map(i => dataset.sampleId?.(i)),
      ['one', 'two', 'three'],
    );
    assert.equal(dataset.sampleFile(1), join(folder, 'images', 'c.png'));
    assert.equal((await dataset.read(0)).file, join(folder, 'images', 'a b.png'));
    await assert.rejects(async () => dataset.read(2), /d\.png: the file cannot be read/);
    // The folder stands for its one file of data.
    assert.equal((await openDataset(folder)).path, file);
  });

  it('need no usual names where there is nothing else that a column could be', async () => {
    const dataset = await opened('dogs.csv', 'image_id,breed\na.jpg,boxer\nb.jpg,collie\n');
    assert.deepEqual([dataset.content, labelsOf(dataset)], ['image', ['boxer', 'collie']]);
    await refused(
      'dogs.csv',
      'image_id,breed,age\na.jpg,boxer,2\n',
      'dataset.noLabelColumn',
      /breed/,
    );
  });

  it('never lead out of their folder', async () => {
    const dataset = await opened(
      'manifest.csv',
      'file,label\na.png,x\n../../etc/secret.png,y\n/etc/other.png,y\nb.png,y\nsub/../c.png,x\n',
    );
    assert.deepEqual(
      [0, 1, 2].map(i => dataset.sampleName(i)),
      ['a.png', 'b.png', 'c.png'],
    );
    assert.deepEqual(codesOf(dataset), ['dataset.pathsOutside']);
  });

  it('leave out rows without a label or in a split that is not known, and say so', async () => {
    const dataset = await opened(
      'manifest.csv',
      `image,label,split\n${'a.png,x,train\n'.repeat(20)}b.png,,train\nc.png,y,dev2\nd.png,y,test\n`,
    );
    assert.deepEqual(codesOf(dataset), ['dataset.rowsUnlabelled', 'dataset.splitsUnknown']);
    assert.equal(dataset.size, 21);
    assert.equal(dataset.sampleName(20), 'd.png');
  });
});

describe('tables of numbers', () => {
  it('leave a label out of the features also where other columns are to be predicted', async () => {
    const dataset = await opened('two.csv', 'a,b,age,label\n1,2,30,0\n3,4,41,1\n', {
      ...noOptions,
      targets: ['age'],
    });
    const row = await dataset.read(1);
    assert.deepEqual(row.kind === 'numbers' && [...row.values], [3, 4]);
    assert.deepEqual([...(dataset.numbers?.values ?? [])], [30, 41]);
  });

  const csv =
    'id,width,height,species,patient\n1,1.5,2,setosa,a\n2,,3e-1,virginica,b\n3,2,7,setosa,a\n';

  it('give all columns that are numbers, less label, id, group and split', async () => {
    const dataset = await opened('iris.csv', csv);
    assert.equal(dataset.content, 'numbers');
    const rows = await Promise.all([0, 1].map(i => dataset.read(i)));
    assert.deepEqual(
      rows.map(row => row.kind === 'numbers' && [...row.values]),
      [
        [1.5, 2],
        [Number.NaN, 0.3],
      ],
    );
    assert.deepEqual([...(dataset.groups ?? [])], [0, 1, 0]);
    assert.deepEqual(
      dataset.notices.map(n => [n.code, n.params.columns ?? n.params.column]),
      [
        ['dataset.features', 'width, height'],
        ['dataset.groups', 'patient'],
      ],
    );
  });

  it('may have labels that are numbers, one or several', async () => {
    const table = 'a,b,weight,age\n1,2,70.5,30\n3,4,80.25,41\n5,6,,50\n';
    const dataset = await opened('people.csv', table, { targets: ['weight', 'age'] });
    assert.deepEqual(dataset.numbers?.names, ['weight', 'age']);
    assert.deepEqual([...(dataset.numbers?.values ?? [])], [70.5, 30, 80.25, 41]);
    assert.deepEqual([dataset.classes, dataset.size], [[], 2]);
    const row = await dataset.read(1);
    assert.deepEqual(row.kind === 'numbers' && [...row.values], [3, 4]);
  });
});

describe('labels of tables', () => {
  const table = (labels: readonly (string | number)[]) =>
    `text,label\n${labels.map((y, i) => `t ${i},${y}`).join('\n')}\n`;

  it('are classes in the order of numbers, with gaps; of false and true; of names', async () => {
    assert.deepEqual((await opened('a.csv', table([10, 9, -1, 9]))).classes, ['-1', '9', '10']);
    assert.deepEqual((await opened('a.csv', table(['true', 'false']))).classes, ['false', 'true']);
    assert.deepEqual((await opened('a.csv', table(['b', 'a', 'Z']))).classes, ['Z', 'a', 'b']);
  });

  for (const [name, content] of Object.entries({
    'classes.txt': 'zero\none\ntwo\n',
    'class_to_idx.json': { one: 1, zero: 0, two: 2 },
    'labels.json': { 0: 'zero', 1: 'one', 2: 'two' },
    'labels.txt': '0 zero\n1 one\n2 two\n',
    'imagenet_class_index.json': { 0: ['n0', 'zero'], 1: ['n1', 'one'], 2: ['n2', 'two'] },
  }))
    it(`are named by ${name}`, async () => {
      const folder = scratch('classes');
      put(join(folder, name), content);
      const dataset = await openDataset(put(join(folder, 'data.csv'), table([2, 0, 2])));
      assert.deepEqual(dataset.classes, ['zero', 'one', 'two']);
      assert.deepEqual(labelsOf(dataset), ['two', 'zero', 'two']);
      assert.deepEqual(
        dataset.notices.map(({ code, params }) => [code, params.count, params.names]),
        [['dataset.classesUnused', 1, 'one']],
      );
    });

  it('that look like measurements are asked about', async () => {
    const fractions = table([1.5, 2.25, 3]);
    await refused('a.csv', fractions, 'dataset.continuous', /--targets label, or as classes/);
    assert.equal((await opened('a.csv', fractions, { classes: true })).classes.length, 3);
    const many = table(Array.from({ length: 300 }, (_, i) => i));
    await refused('a.csv', many, 'dataset.continuous', /300 different numbers/);
    // As many classes with samples enough are classes.
    const classes = table(Array.from({ length: 3000 }, (_, i) => i % 200));
    assert.equal((await opened('a.csv', classes)).classes.length, 200);
  });

  it('that are nearly all different are captions or names, unless the user says so', async () => {
    const captions = table(Array.from({ length: 150 }, (_, i) => `a photo of ${i}`));
    await refused('a.csv', captions, 'dataset.labelsDiffer', /150 different texts for 150 samples/);
    assert.equal((await opened('a.csv', captions, { classes: true })).classes.length, 150);
    // Few samples of many classes are classes.
    const pairs = table(Array.from({ length: 300 }, (_, i) => `class ${i % 150}`));
    assert.equal((await opened('a.csv', pairs)).classes.length, 150);
  });

  it('are chosen by name where several columns may be meant', async () => {
    const csv = 'text,fine_label,coarse_label\na,cat,animal\nb,car,thing\n';
    await refused('a.csv', csv, 'dataset.whichLabel', /fine_label, coarse_label/);
    const dataset = await opened('a.csv', csv, { columns: { label: 'coarse_label' } });
    assert.deepEqual(dataset.classes, ['animal', 'thing']);
    await refused('a.csv', csv, 'dataset.noColumn', /"other"; there are text/, {
      columns: { label: 'other' },
    });
  });
});

describe('tables that are none fail with a cure', () => {
  it('empty, binary, UTF-16, one column, no label, nothing to look at', async () => {
    await refused('a.csv', '', 'dataset.emptyTable', /empty/);
    await refused('a.csv', '\n\n', 'dataset.emptyTable', /empty/);
    await refused('a.csv', new Uint8Array([0xff, 0xfe, 65, 0]), 'dataset.notUtf8', /UTF-8/);
    const broken = Buffer.concat([Buffer.from('text,label\na,x\n'), Buffer.from([0xc3, 0x28])]);
    await refused('a.csv', broken, 'dataset.notUtf8', /Save it as UTF-8/);
    await refused('a.csv', 'only\n1\n2\n', 'dataset.notTable', /one column/);
    await refused('a.csv', 'text,thing\na,b\n', 'dataset.noLabelColumn', /text, thing/);
    await refused('a.csv', 'label,thing\na,b\n', 'dataset.noContentColumn', /label, thing/);
    await refused('a.jsonl', '[1,2]\n', 'dataset.notJsonLines', /no object/);
    await refused('a.jsonl', '{"text":"a","label":1}\n{"te', 'dataset.notJsonLines', /JSON/);
  });

  it('an open quote, with bounded memory', async () => {
    const folder = scratch('quote');
    const file = join(folder, 'open.csv');
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `text,label\na,x\n"${'never closed\n'.repeat(1_800_000)}`);
    await assert.rejects(openDataset(file), error => {
      assert.match(noticeOf(error).message, /row 2 does not end within 16 MB/);
      return true;
    });
  });

  it('are not found by themselves unless they are labelled data', async () => {
    const folder = scratch('found');
    put(join(folder, 'metrics.csv'), 'epoch,loss\n1,0.5\n2,0.4\n');
    put(join(folder, 'notes.csv'), 'a,b\nc,d\n');
    put(join(folder, 'intents.csv'), 'text,label\na b,x\nc d,y\n');
    put(join(folder, 'signs', 'manifest.csv'), 'text,label\na b,x\nc d,y\n');
    put(join(folder, 'two.csv'), 'text,fine_label,coarse_label\na b,x,p\nc d,y,q\n');
    put(join(folder, 'log.csv'), 'step,loss,fine_label,coarse_label\n1,2,3,4\n5,6,7,8\n');
    const { datasets } = await discover(folder, { exclude: [] });
    assert.deepEqual(
      datasets.map(({ name, layout, content, size, classes }) => [
        name,
        layout,
        content,
        size,
        classes,
      ]),
      [
        ['intents', 'table', 'text', 2, 2],
        // The file's own name says nothing.
        ['signs', 'table', 'text', 2, 2],
        // Which of two columns is the label is asked when it is scored.
        ['two', 'table', 'text', 2, null],
      ],
    );
  });
});

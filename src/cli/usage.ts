import { defaultMeasures } from '../pipeline/index.js';

/** What `--help` prints. */
export const usage = `transferlens: which of my pretrained models should I fine-tune on this data?

  transferlens list DIR [--json]
      The models and labelled datasets below a folder.

  transferlens score MODEL_OR_DIR... --data DATASET [options]
      Runs each model once over the data and ranks them. Predictions with labels of their own need no --data.

  --measures a,b | all        measures to compute (default: ${defaultMeasures.join(',')})
  --intent fine-tune|retrain-head
                              what comes next: it decides which score ranks (default: fine-tune)
  --split train|val|test|all  part of the dataset (default: train where there is one, else all)
  --rows A:B                  rows A to B-1 of that part, in its own order
  --columns label=A,group=B   columns of a table by role: label, image, text, pair, group, split, id
  --targets A,B               columns whose numbers are the labels, in the place of classes
  --classes                   take for classes what looks like something else: labels that are numbers
                              or nearly all differ, folders of folders
  --pixel-range LOW:HIGH      numbers of arrays of images that are black and white (default: told by their values)
  --max-samples N|all         size of the stratified sample (default: 2000, or 50 a class)
  --seed S                    seed of everything random (default: 0)
  --threads N                 inference threads (default: by the machine)
  --cache DIR | --no-cache    where predictions are kept (default: the system's cache folder)
  --format table|json|csv|tsv|md|html
                              form of the result (html: the panel as one page); --json is short for
                              --format json
  --locale en|zh-cn           language of an html page (default: the terminal's)
  --next                      print a script that trains the first of the ranking; the verdict goes to
                              standard error, the result to --out
  --out FILE                  write the result there instead of standard output

Exit code: 0 all models scored, 3 some or all failed, 2 bad usage or unreadable dataset, 130 on Ctrl+C, 1 otherwise.
`;

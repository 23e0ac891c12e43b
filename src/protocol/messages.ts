/**
 * Every text that is made outside the editor, in English: code -> template.
 * A template names the file first, then what is wrong, then the cure; it is also the key of its translation
 * in `l10n/bundle.l10n.*.json`. Codes are part of the command line's JSON: never change one, only add.
 */
export const messages = {
  internal: 'Unexpected problem: {detail}. The log has the details.',

  // models
  'model.empty': '{file}: the file is empty. Copy or export the model again.',
  'model.unreadable': '{file}: the file cannot be read ({detail}). Check its permissions.',

  // datasets
  'dataset.notFound': '{file}: no such file or folder. Check the path.',

  // predictions store
  'store.full':
    '{file}: the disk is full. Free some space or choose another cache folder, then retry; what was computed is kept.',

  // pipeline
  'process.died':
    '{file}: the process that ran this model ended unexpectedly ({detail}). Retry resumes where it was.',
} as const;

export type MessageCode = keyof typeof messages;

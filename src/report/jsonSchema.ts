import * as z from 'zod';
import { reportSchema } from './schema.js';

/** The report's schema as JSON Schema: what `media/report.schema.json` publishes. Readers ignore fields they do not know. */
export function reportJsonSchema(): object {
  return {
    ...z.toJSONSchema(reportSchema, { io: 'input' }),
    title: 'TransferLens report',
    description:
      'Transferability of source models to a target dataset. Scores are in nats, higher is better; a number that is not finite is null with a note.',
  };
}

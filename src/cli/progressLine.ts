import type { WriteStream } from 'node:tty';
import type { RunProgress } from '../protocol/job.js';
import { duration } from '../report/format.js';
import { printable } from '../report/table.js';

/** One line of progress on a terminal, redrawn in place; silent where the stream is not one. */
export class ProgressLine {
  private shown = false;

  constructor(private readonly stream: WriteStream) {}

  show(progress: RunProgress): void {
    if (!this.stream.isTTY) return;
    const text = words(progress).slice(0, (this.stream.columns ?? 80) - 1);
    this.stream.write(`\r\u001b[K${text}`);
    this.shown = true;
  }

  clear(): void {
    if (this.shown) this.stream.write('\r\u001b[K');
    this.shown = false;
  }
}

function words({ phase, models, secondsLeft }: RunProgress): string {
  if (phase === 'listing') return 'Reading the dataset…';
  const over = models.filter(m => m.state === 'scored' || m.state === 'failed').length;
  const current = models.find(m => m.state === 'running');
  const parts = [`${over}/${models.length} models`];
  if (current) {
    parts.push(`${printable(current.name)} ${current.done}/${current.total}`);
    if (current.imagesPerSecond) parts.push(`${Math.round(current.imagesPerSecond)} images/s`);
  }
  if (secondsLeft !== null && phase === 'inference') parts.push(`${duration(secondsLeft)} left`);
  return parts.join(' · ');
}

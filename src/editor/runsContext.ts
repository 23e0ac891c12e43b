import type * as vscode from 'vscode';
import type { Runs } from './runs.js';
import { setContext } from './setContext.js';

/**
 * Keeps menus and the walkthrough told of runs, so that they offer only what can be done: `running`, `hasRun` (one is shown, which can
 * be run again), `hasReport` (it can be exported), `hasRanking` (it came to its end, and models are ranked) and `comparable` (there are
 * two or more).
 */
export function registerRunsContext(runs: Runs): vscode.Disposable {
  const tell = async () => {
    const { status, report } = runs.state();
    setContext('running', runs.running);
    setContext('hasRun', status !== 'empty');
    setContext('hasReport', report !== null);
    setContext('hasRanking', status === 'done' && (report?.ranking.order.length ?? 0) > 0);
    setContext('comparable', (await runs.kept()) > 1);
  };
  void tell();
  return runs.onDidFinish(tell);
}

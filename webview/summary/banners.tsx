import type { ComponentChildren } from 'preact';
import { Again } from '../again.js';
import { Button } from '../controls.js';
import { count } from '../format.js';
import { ask } from '../host.js';
import { list, noticeText, t } from '../l10n.js';
import { panel, refused } from '../state.js';
import './banners.css';

/** What stands above everything: no trust, changed files, a request that was refused. */
export function Banners() {
  const state = panel.value;
  if (!state) return null;
  return (
    <>
      {!state.trusted && (
        <Banner
          kind="warning"
          action={
            <Button onPress={() => ask(host => host.manageTrust(null))}>{t('Manage Trust')}</Button>
          }
        >
          {t('This workspace is not trusted: stored scores are shown, no model is loaded or run.')}
        </Banner>
      )}
      {state.stale.length > 0 && (
        <Banner kind="warning" action={<Again />}>
          {stale(state.stale)}
        </Banner>
      )}
      {refused.value && <Banner kind="error">{noticeText(refused.value)}</Banner>}
    </>
  );
}

function stale(paths: readonly string[]): string {
  // Models of different folders are often called alike: the folder tells them apart.
  const folder = panel.value?.folder ?? '';
  const names = paths.map(path => (path.startsWith(folder) ? path.slice(folder.length) : path));
  if (names.length > 3)
    return t('{n} files changed on disk since this run: its scores may no longer hold.', {
      n: count(names.length),
    });
  return t('{files} changed on disk since this run: its scores may no longer hold.', {
    files: list(names),
  });
}

interface BannerProps {
  kind: 'warning' | 'error';
  action?: ComponentChildren;
  children: ComponentChildren;
}

function Banner({ kind, action, children }: BannerProps) {
  return (
    <div class={`banner ${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <span class="banner-mark" aria-hidden="true">
        {kind === 'error' ? '✕' : '!'}
      </span>
      <span class="banner-text">{children}</span>
      {action}
    </div>
  );
}

import { list, noticeText, t } from '../l10n.js';
import { panel } from '../state.js';
import './warnings.css';

/** What limits the verdict, each with its reason and its cure. */
export function Warnings() {
  const report = panel.value?.report;
  if (!report?.warnings.length) return null;
  const names = new Map(report.models.map(({ id, name }) => [id, name]));
  return (
    <ul class="warnings" aria-label={t('Warnings')}>
      {report.warnings.map((warning, i) => (
        <li key={i}>
          <span class="banner-mark" aria-hidden="true">
            !
          </span>
          <span>
            {noticeText(warning)}
            {warning.models.length > 0 && (
              <span class="quiet">
                {' '}
                {t('({models})', { models: list(warning.models.map(id => names.get(id) ?? id)) })}
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

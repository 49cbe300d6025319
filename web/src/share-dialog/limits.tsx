import type { Share } from '@kingshare/client';
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { Field } from '../components/field';
import { texts } from '../texts';

const spans = { hour: 3_600, day: 86_400, week: 604_800, month: 2_592_000 };
type Span = keyof typeof spans | 'custom' | 'never';

const toLocalInput = (time: Date) => new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** The expiry and download limit of a new or existing share. */
export function Limits({ share }: { share?: Share }) {
  const { share: t } = texts.value;
  const id = useId();
  const initialSpan: Span = !share || share.state === 'expired' ? 'week' : share.expires_at ? 'custom' : 'never';
  const span = useSignal<Span>(initialSpan);
  const usedUp = share?.state === 'used_up';
  const inAWeek = new Date(Date.now() + spans.week * 1000);
  return (
    <div class="limits">
      <div class="field">
        <label for={id}>{t.expires}</label>
        <select
          class="input"
          id={id}
          autofocus={share !== undefined && !usedUp}
          name="span"
          value={span.value}
          onChange={(event) => (span.value = event.currentTarget.value as Span)}
        >
          <option value="hour">{t.in.hour}</option>
          <option value="day">{t.in.day}</option>
          <option value="week">{t.in.week}</option>
          <option value="month">{t.in.month}</option>
          <option value="custom">{t.in.custom}</option>
          <option value="never">{t.never}</option>
        </select>
      </div>
      <Field
        label={t.limit}
        name="limit"
        type="number"
        inputMode="numeric"
        min={usedUp ? share.download_count + 1 : 1}
        autofocus={usedUp}
        step={1}
        placeholder={t.limitNone}
        defaultValue={(usedUp ? share.download_count + 1 : share?.max_downloads)?.toString() ?? ''}
      />
      {span.value === 'custom' && (
        <Field
          label={t.at}
          name="at"
          type="datetime-local"
          required
          min={toLocalInput(new Date())}
          defaultValue={toLocalInput(initialSpan === 'custom' ? new Date(share!.expires_at!) : inAWeek)}
        />
      )}
    </div>
  );
}

export function readLimits(fields: FormData): { expires_at: string | null; max_downloads: number | null } {
  const span = String(fields.get('span')) as Span;
  const limit = Number(fields.get('limit'));
  const at = span === 'never' ? null : span === 'custom' ? new Date(String(fields.get('at'))) : new Date(Date.now() + spans[span] * 1000);
  return { expires_at: at?.toISOString() ?? null, max_downloads: limit > 0 ? limit : null };
}

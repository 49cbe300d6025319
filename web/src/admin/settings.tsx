import type { Setting } from '@kingshare/client';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { EmptyState } from '../components/empty-state';
import { Icon } from '../components/icon';
import { Loading } from '../components/loading';
import { client } from '../state/client';
import { adminTexts } from '../texts/admin';
import { formats } from '../texts/format';
import { LoadError } from '../components/load-error';

const units: Record<string, number> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** Parses a size setting into bytes, for display in the page's usual format. Returns null for other settings. */
function sizeOf(value: string | null): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(KiB|MiB|GiB|TiB)$/.exec(value ?? '') ?? [];
  return unit ? Number(amount) * units[unit]! : null;
}

export function Settings() {
  const t = adminTexts.value.settings;
  const all = useSignal<Setting[] | 'failed' | null>(null);
  const search = useSignal('');
  const changedOnly = useSignal(false);
  const load = () =>
    client.settings().then(
      (settings) => (all.value = settings),
      () => (all.value = 'failed'),
    );
  useEffect(() => void load(), []);

  if (all.value === 'failed') return <LoadError title={adminTexts.value.loadFailed} retry={() => void load()} />;
  if (!all.value) return <Loading />;
  const searchText = search.value.trim().toLowerCase();
  const found = all.value.filter(({ key, is_default }) => key.includes(searchText) && !(changedOnly.value && is_default));
  return (
    <>
      <p class="soft part-text">{t.text}</p>
      <div class="toolbar">
        <div class="search" role="search">
          <Icon name="search" size={18} />
          <input
            class="input"
            type="search"
            aria-label={t.search}
            placeholder={t.search}
            value={search.value}
            onInput={(event) => (search.value = event.currentTarget.value)}
          />
        </div>
        <label class="choice">
          <input type="checkbox" class="checkbox" checked={changedOnly.value} onChange={() => (changedOnly.value = !changedOnly.value)} />
          {t.changed}
        </label>
      </div>
      {found.length === 0 ? (
        <EmptyState icon="search" title={t.none} />
      ) : (
        <table class="settings">
          <thead class="visually-hidden">
            <tr>
              <th scope="col">{t.key}</th>
              <th scope="col">{t.value}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((setting) => (
              <tr key={setting.key}>
                <th scope="row">{setting.key}</th>
                <td>
                  <span class={setting.is_default ? 'soft' : 'given'}>{setting.value ?? t.secret}</span>
                  {sizeOf(setting.value) !== null && <span class="small soft">{formats.value.bytes(sizeOf(setting.value)!)}</span>}
                  {!setting.is_default && <span class="small soft">{t.standard(setting.default)}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

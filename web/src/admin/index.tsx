import '../styles/files.css';
import '../styles/share-dialog.css';
import '../styles/admin.css';
import type { ComponentType } from 'preact';
import { PageHead } from '../components/page';
import { Tabs } from '../components/tabs';
import { navigate, query } from '../router';
import { texts } from '../texts';
import { adminTexts } from '../texts/admin';
import { Connections } from './connections';
import { Notice } from './notice';
import { Settings } from './settings';
import { Users } from './users';

const parts = { users: Users, connections: Connections, notice: Notice, settings: Settings } satisfies Record<string, ComponentType>;
type Part = keyof typeof parts;
const names = Object.keys(parts) as Part[];

export function Admin() {
  const t = adminTexts.value;
  const asked = query.value.get('part') as Part | null;
  const chosen = asked && asked in parts ? asked : 'users';
  const Content = parts[chosen];
  return (
    <>
      <PageHead title={texts.value.nav.admin} text={t.text} />
      <Tabs
        label={texts.value.nav.admin}
        tabs={names.map((key) => ({ key, title: t.parts[key] }))}
        chosen={chosen}
        onChoose={(part) => navigate(`/admin?part=${part}`, { replace: true })}
      >
        <Content />
      </Tabs>
    </>
  );
}

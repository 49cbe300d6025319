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

const sections = { users: Users, connections: Connections, notice: Notice, settings: Settings } satisfies Record<string, ComponentType>;
type Section = keyof typeof sections;
const names = Object.keys(sections) as Section[];

export function Admin() {
  const t = adminTexts.value;
  const requested = query.value.get('part') as Section | null;
  const chosen = requested && requested in sections ? requested : 'users';
  const Content = sections[chosen];
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

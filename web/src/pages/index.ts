import type { ComponentType } from 'preact';
import type { IconName } from '../components/icon';
import { lazy } from '../chunks/lazy';
import type { Texts } from '../texts/en';
import { Files } from './files';
import { Register } from './register';
import { SetUp } from './set-up';
import { SignIn } from './sign-in';

interface MemberPage {
  path: string;
  name: keyof Texts['nav'] & ('files' | 'shares' | 'received' | 'activity' | 'people' | 'admin');
  icon: IconName;
  page: ComponentType & { preload?: () => void };
  /** For administrators only. */
  admin?: boolean;
}

export const memberPages: MemberPage[] = [
  { path: '/files', name: 'files', icon: 'files', page: Files },
  { path: '/shares', name: 'shares', icon: 'link', page: lazy(() => import('./shares').then((m) => m.Shares)) },
  { path: '/received', name: 'received', icon: 'inbox', page: lazy(() => import('./received').then((m) => m.Received)) },
  { path: '/activity', name: 'activity', icon: 'activity', page: lazy(() => import('./activity').then((m) => m.Activity)) },
  { path: '/people', name: 'people', icon: 'people', page: lazy(() => import('./people').then((m) => m.People)) },
  {
    path: '/admin',
    name: 'admin',
    icon: 'shield',
    page: lazy(() => import('../admin').then((m) => m.Admin), { admin: true }),
    admin: true,
  },
];

export const guestPages: Record<string, ComponentType> = {
  '/signin': SignIn,
  '/setup': SetUp,
  '/register': Register,
};

/** Pages for signed-in users and guests alike, reached by a link. */
export const openPages: Record<string, ComponentType> = {
  '/reset': lazy(() => import('./reset').then((m) => m.Reset), { prefetched: false }),
};

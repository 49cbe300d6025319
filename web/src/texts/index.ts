import { en } from './en';
import { translated } from './translated';

export const texts = translated(en, { de: () => import('./de').then((module) => module.de) });

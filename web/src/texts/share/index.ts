import { translated } from '../translated';
import { en } from './en';

export const shareTexts = translated(en, { de: () => import('./de').then((module) => module.de) });

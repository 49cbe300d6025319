/** The path under which the server stands, like `/share`; empty where it has the whole host. The server writes it into its pages. */
export const base = document.documentElement.dataset.base ?? '';

/** The address of a page of ours: `/files` is `/share/files` there. */
export const under = (path: string) => base + path;

/** The page that a path of the browser's means: the opposite of `under`. */
export const within = (pathname: string) =>
  base && (pathname === base || pathname.startsWith(`${base}/`)) ? pathname.slice(base.length) || '/' : pathname;

/** The server's path prefix, such as `/share`, or empty. The server writes it into its pages. */
export const base = document.documentElement.dataset.base ?? '';

/** Adds the prefix to a path: `/files` becomes `/share/files`. */
export const under = (path: string) => base + path;

/** Removes the prefix from a path; the inverse of `under`. */
export const within = (pathname: string) =>
  base && (pathname === base || pathname.startsWith(`${base}/`)) ? pathname.slice(base.length) || '/' : pathname;

/** The server's path prefix, such as `/share`, or empty. The server writes it into its pages. */
export const base = document.documentElement.dataset.base ?? '';

/** Adds the prefix to a path: `/files` becomes `/share/files`. */
export const withBase = (path: string) => base + path;

/** Removes the prefix from a path; the inverse of `withBase`. */
export const withoutBase = (pathname: string) =>
  base && (pathname === base || pathname.startsWith(`${base}/`)) ? pathname.slice(base.length) || '/' : pathname;

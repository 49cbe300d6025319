const shapes = {
  activity: 'M2 10h3.5L8 4l4 12 2.5-6H18',
  alert: 'M10 3 1.8 17h16.4L10 3Zm0 5v4m0 2.4v.1',
  archive: 'M3 4h14v4H3zm1.2 4v8h11.6V8M8 11h4',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  check: 'm4 10.5 4 4 8-9',
  clock: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM10 6v4.2l2.8 1.8',
  close: 'm5 5 10 10M15 5 5 15',
  copy: 'M7 7V3.5h9.5V13H13M3.5 7H13v9.5H3.5z',
  down: 'm5.5 8 4.5 4.5L14.5 8',
  download: 'M10 3v10m0 0 4-4m-4 4L6 9M3.5 16.5h13',
  edit: 'm4 13.5-.8 3.3 3.3-.8L16 6.5 13.5 4 4 13.5Z',
  eye: 'M1.8 10S4.8 4.5 10 4.5 18.2 10 18.2 10 15.2 15.5 10 15.5 1.8 10 1.8 10ZM10 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6Z',
  files: 'M5 2.5h6.5L15.5 7v10.5H5zm6.2 0V7h4.3',
  folder: 'M2.5 15.5v-11H8l1.8 2.3h7.7v8.7z',
  globe: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM2.8 10h14.4M10 2.5c2 2 3 4.6 3 7.5s-1 5.5-3 7.5c-2-2-3-4.6-3-7.5s1-5.5 3-7.5Z',
  inbox: 'M2.5 11.5 5 4h10l2.5 7.5v5h-15zm0 0h4.5l1 2.2h4l1-2.2h4.5',
  info: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM10 9.2v4.3m0-7v.1',
  leave: 'M12 3H4v14h8M8.5 10H17m0 0-3-3m3 3-3 3',
  link: 'M8.3 11.7a3.3 3.3 0 0 0 4.7 0l3-3A3.3 3.3 0 0 0 11.3 4l-.8.8m1.2 3.5a3.3 3.3 0 0 0-4.7 0l-3 3A3.3 3.3 0 0 0 8.7 16l.8-.8',
  lock: 'M4.5 9h11v8h-11zm2.3 0V6.2a3.2 3.2 0 0 1 6.4 0V9',
  moon: 'M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5Z',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  pause: 'M7 4.5v11m6-11v11',
  people:
    'M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2 16.5c.3-3 2.5-4.8 5.5-4.8s5.2 1.8 5.5 4.8M13 3.8a3 3 0 0 1 0 5.5m2 2.8c1.8.7 2.9 2.2 3 4.4',
  play: 'M6.5 4v12l9.5-6z',
  plus: 'M10 4v12M4 10h12',
  qr: 'M3 3h5v5H3zm9 0h5v5h-5zM3 12h5v5H3zm9 0h2v2h-2zm3 3h2v2h-2z',
  retry: 'M16 6.5A7 7 0 1 0 17 10m0-6.5v3.5h-3.5',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12Zm4.3-1.7L17.5 17.5',
  send: 'M10 13V3m0 0L6.5 6.5M10 3l3.5 3.5M6 9.5H4v8h12v-8h-2',
  settings: 'M3 6h7m4 0h3M3 14h3m4 0h7M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  shield: 'M10 2.5 3.5 5v5c0 4 2.7 6.5 6.5 7.5 3.8-1 6.5-3.5 6.5-7.5V5z',
  sun: 'M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM10 1.5V3m0 14v1.5M1.5 10H3m14 0h1.5M4 4l1 1m10 10 1 1m0-12-1 1M5 15l-1 1',
  trash: 'M3.5 5.5h13M8 5.5V3h4v2.5m-7 0L6 17h8l1-11.5M8.5 8.5v5.5m3-5.5v5.5',
  up: 'm5.5 12 4.5-4.5 4.5 4.5',
  upload: 'M10 13V3m0 0L6 7m4-4 4 4M3.5 16.5h13',
  user: 'M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3.5 17.5c.4-3.5 3-5.5 6.5-5.5s6.1 2 6.5 5.5',
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width={name === 'more' ? 2.4 : 1.5}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={shapes[name]} />
    </svg>
  );
}

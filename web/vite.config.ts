import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

// Where `npm run dev` finds a server: KINGSHARE_URL, or a fresh `./dev run`.
const server = process.env.KINGSHARE_URL ?? 'http://localhost:8080';
const forwarded = { target: server, changeOrigin: false };
const proxy = { '/api': forwarded, '/ws': { ...forwarded, ws: true } };

// Nothing inline and nothing foreign: this is what the server sends along with every page.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; " +
  "img-src 'self' blob: data:; media-src 'self' blob:; frame-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Vite calls its helper for each `import()`; replacement survives a broken connection. */
function chunkLoader(): Plugin {
  const helper = '\0vite/preload-helper.js';
  const replacement = fileURLToPath(new URL('src/chunks/import-chunk.ts', import.meta.url));
  let used = false;
  return {
    name: 'chunk-loader',
    apply: 'build',
    enforce: 'pre',
    load(id) {
      if (id !== helper) return null;
      used = true;
      return `export { importChunk as __vitePreload } from ${JSON.stringify(replacement)};`;
    },
    generateBundle() {
      if (!used) this.error(`Vite no longer asks for ${helper}: adapt chunk-loader`);
    },
  };
}

const entries = ['index.html', 'share.html'].filter((entry) => existsSync(new URL(entry, import.meta.url)));

export default defineConfig({
  plugins: [chunkLoader()],
  // The server puts its prefix before the addresses in pages; scripts and styles find each other from where they are.
  experimental: { renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `/${file}` : { relative: true }) },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  server: { proxy },
  preview: { proxy, headers: { 'Content-Security-Policy': policy } },
  build: {
    target: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: entries },
  },
});

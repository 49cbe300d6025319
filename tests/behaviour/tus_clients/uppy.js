// Uploads files with Uppy. The job is {paths, options}; stdin accepts the commands pause and resume.
import { File } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import Uppy from '@uppy/core';
import Tus from '@uppy/tus';

globalThis.File ??= File; // Node.js 18 does not define it globally

const { paths, options } = JSON.parse(process.argv[2]);
const uppy = new Uppy({ debug: false }).use(Tus, { retryDelays: Array(500).fill(5), ...options });

for (const path of paths) {
  const data = readFileSync(path); // outside of browsers, tus-js-client does not accept a Blob
  uppy.addFile({ name: basename(path), type: 'application/x-uppy', data: Object.assign(data, { size: data.length }) });
}

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'pause') uppy.pauseAll();
  if (line === 'resume') uppy.resumeAll();
  console.log(line === 'pause' ? 'paused' : 'resumed');
});

uppy.on('upload-success', (file, response) => console.log('there', file.name, response.uploadURL));
const { successful, failed } = await uppy.upload();
for (const file of failed) console.log('failed', file.name, file.error);
console.log('done', successful.length);
process.exit(failed.length);

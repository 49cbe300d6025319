// Uploads a file with tus-js-client. The job is {path, source, storage, options}; stdin accepts the commands pause and resume.
import { createReadStream, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { FileUrlStorage, Upload } from 'tus-js-client';

const { path, source, storage, options } = JSON.parse(process.argv[2]);
const sources = {
  file: () => createReadStream(path),
  buffer: () => readFileSync(path),
  stream: () => createReadStream(path).pipe(new PassThrough()),
};

const upload = new Upload(sources[source](), {
  retryDelays: Array(500).fill(5),
  ...(storage && { urlStorage: new FileUrlStorage(storage) }),
  ...options,
  onUploadUrlAvailable: () => console.log('there', upload.url),
  onError: (error) => end(1, 'failed', error.message),
  onSuccess: () => end(0, 'done', upload.url),
});

function end(status, ...words) {
  console.log(...words);
  process.exit(status);
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  if (line === 'pause') {
    await upload.abort();
    console.log('paused');
  }
  if (line === 'resume') upload.start();
});

const previous = await upload.findPreviousUploads();
if (previous.length > 0) {
  console.log('again', previous[0].uploadUrl);
  upload.resumeFromPreviousUpload(previous[0]);
}
upload.start();

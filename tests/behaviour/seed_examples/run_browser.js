// Runs browser.js as a page would, with a WebSocket that knows where the test's server is.
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const vm = require('vm');

const Real = globalThis.WebSocket ?? require('ws');

globalThis.WebSocket = class extends Real {
  constructor(url) {
    super(url.replace('ws://localhost:8080/ws?token=your_jwt_token', process.env.KINGSHARE_WS));
  }
};
globalThis.handleFileUploaded = (data) => console.log('File uploaded:', data.filename, data.size);
globalThis.handleUserOnline = (data) => console.log('User online:', data.username);

vm.runInThisContext(fs.readFileSync(path.join(__dirname, 'browser.js'), 'utf8'), 'browser.js');

// Each line that the test says is run in the page.
readline.createInterface({ input: process.stdin }).on('line', (line) => vm.runInThisContext(line));

// Runs browser.js as in a page, with a WebSocket redirected to the test's server.
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

// Each line on stdin is evaluated in the page.
readline.createInterface({ input: process.stdin }).on('line', (line) => vm.runInThisContext(line));

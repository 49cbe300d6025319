// Preloaded before node.js: redirects its `ws` to the test's server.
const Module = require('module');

const load = Module._load;
const Real = require('ws');

class WebSocket extends Real {
  constructor(url) {
    super(url.replace('ws://localhost:8080/ws?token=your_jwt_token', process.env.KINGSHARE_WS));
  }
}

Module._load = (request, ...rest) => (request === 'ws' ? WebSocket : load(request, ...rest));

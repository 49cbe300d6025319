// A plain client on top of `ws`: prints every message as a line, and sends every line of stdin with compression.
const readline = require('readline');
const WebSocket = require('ws');

const ws = new WebSocket(process.env.KINGSHARE_WS, 'kingshare.v1', { perMessageDeflate: { threshold: 0 } });
const lines = readline.createInterface({ input: process.stdin });

ws.on('open', () => console.log('open', ws.protocol, ws.extensions));
ws.on('message', (data, binary) => console.log(binary ? 'binary' : 'text', data.toString()));
ws.on('ping', () => console.log('ping'));
ws.on('pong', (data) => console.log('pong', data.toString()));
ws.on('error', (error) => console.log('error', error.message));
ws.on('close', (code) => { console.log('close', code); lines.close(); });
lines.on('line', (line) => (line === 'ping' ? ws.ping('anybody?') : line === 'close' ? ws.close(1000) : ws.send(line)));

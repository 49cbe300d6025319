const WebSocket = require('ws');

const ws = new WebSocket('ws://localhost:8080/ws?token=your_jwt_token');

ws.on('open', function open() {
    console.log('Connected to WebSocket');
});

ws.on('message', function message(data) {
    const message = JSON.parse(data);
    console.log('Received:', message);
});

ws.on('error', function error(err) {
    console.error('WebSocket error:', err);
});

ws.on('close', function close() {
    console.log('WebSocket connection closed');
});

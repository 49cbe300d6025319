const ws = new WebSocket('ws://localhost:8080/ws?token=your_jwt_token');

ws.onopen = function(event) {
    console.log('Connected to WebSocket');
};

ws.onmessage = function(event) {
    const message = JSON.parse(event.data);
    console.log('Received:', message);
    
    switch(message.type) {
        case 'FileUploaded':
            handleFileUploaded(message.data);
            break;
        case 'UserOnline':
            handleUserOnline(message.data);
            break;
        // Handle other message types...
    }
};

ws.onerror = function(error) {
    console.error('WebSocket error:', error);
};

ws.onclose = function(event) {
    console.log('WebSocket connection closed');
};

// Send authentication message
function authenticate(token) {
    ws.send(JSON.stringify({
        type: 'Authenticate',
        data: { token: token }
    }));
}

// Send ping
function sendPing() {
    ws.send(JSON.stringify({ type: 'Ping' }));
}

/** Events of a connection. `closed` is the last. */
export interface SocketEvents {
  opened(): void;
  message(text: string): void;
  /** `retryAfter` in seconds, from the response of a refused handshake. */
  closed(code: number, reason: string, retryAfter?: number): void;
}

export interface Socket {
  send(text: string): void;
  /** Closes the connection. No events follow, not even `closed`. */
  close(code: number): void;
}

/** Starts connecting. */
export type Connect = (url: string, protocols: string[], events: SocketEvents) => Socket;

type WebSocketLike = Pick<WebSocket, 'send' | 'close' | 'onopen' | 'onmessage' | 'onclose' | 'onerror'>;

/** Wraps a standard WebSocket as a Socket. */
export function wrapWebSocket(socket: WebSocketLike, events: SocketEvents): Socket {
  const detach = () => {
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.onerror = () => {};
  };
  socket.onopen = () => events.opened();
  // The protocol has no binary messages; pass them on as malformed text.
  socket.onmessage = ({ data }) => events.message(typeof data === 'string' ? data : '');
  // Do not wait for onclose: it may come late, and with a code of our side.
  socket.onerror = () => {
    detach();
    socket.close();
    events.closed(1006, '');
  };
  socket.onclose = ({ code, reason }) => {
    detach();
    events.closed(code, reason);
  };
  return {
    send: (text) => socket.send(text),
    close: (code) => {
      detach();
      socket.close(code);
    },
  };
}

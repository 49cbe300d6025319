/** What a connection tells its owner; nothing after `closed`. */
export interface SocketEvents {
  opened(): void;
  message(text: string): void;
  /** `retryAfter` in seconds, where a refused handshake said so. */
  closed(code: number, reason: string, retryAfter?: number): void;
}

export interface Socket {
  send(text: string): void;
  /** Close it. Whether or not the other side answers, `closed` comes no more. */
  close(code: number): void;
}

/** Begins to connect. */
export type Connect = (url: string, protocols: string[], events: SocketEvents) => Socket;

type WebSocketLike = Pick<WebSocket, 'send' | 'close' | 'onopen' | 'onmessage' | 'onclose' | 'onerror'>;

/** A WebSocket of the browser's kind as a Socket. */
export function adopt(socket: WebSocketLike, events: SocketEvents): Socket {
  const forget = () => {
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.onerror = () => {};
  };
  socket.onopen = () => events.opened();
  // A binary message is none of this protocol's; as text it is nonsense.
  socket.onmessage = ({ data }) => events.message(typeof data === 'string' ? data : '');
  // Its close may be long in coming, and with a code that is our own complaint.
  socket.onerror = () => {
    forget();
    socket.close();
    events.closed(1006, '');
  };
  socket.onclose = ({ code, reason }) => {
    forget();
    events.closed(code, reason);
  };
  return {
    send: (text) => socket.send(text),
    close: (code) => {
      forget();
      socket.close(code);
    },
  };
}

// Invalid WebSocket frames, and close codes.
import { closeCodes } from '../../dist/index.js';
import { close, frame } from './scripted-server.js';

export const invalidFrames = {
  'an opcode that there is not': frame(3, 'x'),
  'a control opcode that there is not': frame(11, 'x'),
  'bits that are reserved': frame(1, '{}', { reserved: 7 }),
  'a mask': frame(1, '{}', { mask: true }),
  'text that is not UTF-8': frame(1, Buffer.from([0xc3, 0x28])),
  'a continuation of nothing': frame(0, 'x'),
  'a message within a message': Buffer.concat([frame(1, '{', { fin: false }), frame(1, '}')]),
  'a ping in pieces': frame(9, 'x', { fin: false }),
  'a ping that is too long': frame(9, Buffer.alloc(200)),
  'a close of one byte': frame(8, 'x'),
  'a close with a code that nobody may send': close(1005),
  HTTP: Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
  'nothing but the end of the connection': Buffer.alloc(0),
};

/** The close codes of the protocol, and some unknown ones. */
export const closeCodeCases = { ...closeCodes, 1003: { retry: true }, 1014: { retry: true }, 3000: { retry: true }, 4000: { retry: true } };

// generate_protocol.js PROTOCOL_FOLDER OUT.ts: generates TypeScript types and constants of the protocol from wire.json and openapi.yaml.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

const [folder, target] = process.argv.slice(2);
const wire = JSON.parse(readFileSync(join(folder, 'wire.json'), 'utf8'));
const { schemas } = parse(readFileSync(join(folder, 'openapi.yaml'), 'utf8')).components;

// Skipped schemas: those that wire.json defines more precisely, those of forms and HTML pages, and lists, which are Page<T>.
const left_out = /^(ErrorCode|Event|Problem|Health|UploadForm|UploadedFiles|SharePasswordForm|\w+List|NextCursor|RefreshRequest)$/;
// Avoids a clash with the browser's File.
const renamed = { File: 'FileInfo' };

const quoted = (text) => `'${text.replaceAll("'", "\\'")}'`;
const comment = (text, indent = '') => (text ? `${indent}/** ${text.trim().replace(/\s+/g, ' ')} */\n` : '');

function schema_type(schema) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop();
    return renamed[name] ?? name;
  }
  if (schema.enum) return schema.enum.map(quoted).join(' | ');
  const types = [schema.type].flat().map((type) => {
    if (type === 'integer') return 'number';
    if (type === 'array') return `${schema_type(schema.items)}[]`;
    if (type === 'object' && schema.properties) return object(schema);
    if (type === 'object') return `Record<string, ${schema_type(schema.additionalProperties)}>`;
    return type;
  });
  return types.join(' | ');
}

function object(schema) {
  const required = new Set(schema.required);
  const members = Object.entries(schema.properties).map(
    ([name, member]) => `${comment(member.description, '  ')}  ${name}${required.has(name) ? '' : '?'}: ${schema_type(member)};\n`,
  );
  return `{\n${members.join('')}}`;
}

function declaration([name, schema]) {
  const type = schema_type(schema);
  const named = renamed[name] ?? name;
  const body = type.startsWith('{') ? `export interface ${named} ${type}` : `export type ${named} = ${type};`;
  return `${comment(schema.description)}${body}\n`;
}

const wire_types = { string: 'string', u64: 'number', f64: 'number', bool: 'boolean', ErrorCode: 'ErrorCode', Level: 'Level' };

function message_map(name, about, messages) {
  const members = messages.map(({ type, data, since }) => {
    const fields = Object.entries({ ...data, ...since }).map(([field, kind]) =>
      kind.endsWith('?') ? `${field}?: ${wire_types[kind.slice(0, -1)] ?? 'Uuid'}` : `${field}: ${wire_types[kind] ?? 'Uuid'}`);
    return `  ${type}: ${fields.length > 0 ? `{ ${fields.join('; ')} }` : 'undefined'};\n`;
  });
  return `${comment(about)}export interface ${name} {\n${members.join('')}}\n`;
}

const js_types = { u64: 'number', f64: 'number', bool: 'boolean' };

function field_types({ type, data }) {
  const always = Object.entries(data ?? {}).filter(([, kind]) => !kind.endsWith('?'));
  const fields = always.map(([field, kind]) => `${field}: '${js_types[kind] ?? 'string'}'`);
  return `  ${type}: {${fields.length > 0 ? ` ${fields.join(', ')} ` : ''}},\n`;
}

const out = [
  '// Generated from protocol/ by tools/generate_protocol.js.\n',
  `${comment('What went wrong, for programs.')}export type ErrorCode =\n${wire.errors.map(({ code }) => `  | ${quoted(code)}`).join('\n')};\n`,
  `${comment('How serious a notice is.')}export type Level = ${wire.levels.map(quoted).join(' | ')};\n`,
  message_map('EventData', 'What each event says, by its type.', wire.messages),
  message_map('ReplyData', 'What the server answers to one connection alone, by its type.', wire.replies),
  message_map('RequestData', 'What a client may send, by its type.', wire.requests),
  `${comment('The WebSocket close codes that the server uses: whether to come back after it, and why it comes.')}` +
    'export const closeCodes: Readonly<Record<number, { name: string; retry: boolean; why: string }>> = {\n' +
    `${wire.closes.map(({ code, name, retry, why }) => `  ${code}: { name: ${quoted(name)}, retry: ${retry}, why: ${quoted(why)} },\n`).join('')}};\n`,
  `${comment('What the fields of the messages of a server are, in the words of `typeof`.')}` +
    'export const messageFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {\n' +
    `${[...wire.messages, ...wire.replies, { type: 'Pong' }, { type: 'Ping' }].map(field_types).join('')}};\n`,
  `${comment('The types of the events, for loops over all.')}export const eventTypes = [${wire.messages.map(({ type }) => quoted(type)).join(', ')}] as const;\n`,
  ...Object.entries(schemas).filter(([name]) => !left_out.test(name)).map(declaration),
];

mkdirSync(dirname(target), { recursive: true });
// Keep the mtime of an unchanged file, so that dependents are not rebuilt.
if (!existsSync(target) || readFileSync(target, 'utf8') !== out.join('\n')) writeFileSync(target, out.join('\n'));

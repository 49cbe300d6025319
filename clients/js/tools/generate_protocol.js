// generate_protocol.js PROTOCOL_FOLDER OUT.ts: generates TypeScript types and constants of the protocol from wire.json and openapi.yaml.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

const [folder, target] = process.argv.slice(2);
const wire = JSON.parse(readFileSync(join(folder, 'wire.json'), 'utf8'));
const { schemas } = parse(readFileSync(join(folder, 'openapi.yaml'), 'utf8')).components;

// Skipped schemas: those that wire.json defines more precisely, those of forms and HTML pages, and lists, which are Page<T>.
const skippedSchemas = /^(ErrorCode|Event|Problem|Health|UploadForm|UploadedFiles|SharePasswordForm|\w+List|NextCursor|RefreshRequest)$/;
// Avoids a clash with the browser's File.
const renamed = { File: 'FileInfo' };

const quoted = (text) => `'${text.replaceAll("'", "\\'")}'`;
const comment = (text, indent = '') => (text ? `${indent}/** ${text.trim().replace(/\s+/g, ' ')} */\n` : '');

function schemaType(schema) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop();
    return renamed[name] ?? name;
  }
  if (schema.enum) return schema.enum.map(quoted).join(' | ');
  const types = [schema.type].flat().map((type) => {
    if (type === 'integer') return 'number';
    if (type === 'array') return `${schemaType(schema.items)}[]`;
    if (type === 'object' && schema.properties) return object(schema);
    if (type === 'object') return `Record<string, ${schemaType(schema.additionalProperties)}>`;
    return type;
  });
  return types.join(' | ');
}

function object(schema) {
  const required = new Set(schema.required);
  const members = Object.entries(schema.properties).map(
    ([name, member]) => `${comment(member.description, '  ')}  ${name}${required.has(name) ? '' : '?'}: ${schemaType(member)};\n`,
  );
  return `{\n${members.join('')}}`;
}

function declaration([name, schema]) {
  const type = schemaType(schema);
  const named = renamed[name] ?? name;
  const body = type.startsWith('{') ? `export interface ${named} ${type}` : `export type ${named} = ${type};`;
  return `${comment(schema.description)}${body}\n`;
}

const wireTypes = { string: 'string', u64: 'number', f64: 'number', bool: 'boolean', ErrorCode: 'ErrorCode', Level: 'Level' };

function messageMap(name, about, messages) {
  const members = messages.map(({ type, data, since }) => {
    const fields = Object.entries({ ...data, ...since }).map(([field, kind]) =>
      kind.endsWith('?') ? `${field}?: ${wireTypes[kind.slice(0, -1)] ?? 'Uuid'}` : `${field}: ${wireTypes[kind] ?? 'Uuid'}`,
    );
    return `  ${type}: ${fields.length > 0 ? `{ ${fields.join('; ')} }` : 'undefined'};\n`;
  });
  return `${comment(about)}export interface ${name} {\n${members.join('')}}\n`;
}

const jsTypes = { u64: 'number', f64: 'number', bool: 'boolean' };

function fieldTypes({ type, data }) {
  const always = Object.entries(data ?? {}).filter(([, kind]) => !kind.endsWith('?'));
  const fields = always.map(([field, kind]) => `${field}: '${jsTypes[kind] ?? 'string'}'`);
  return `  ${type}: {${fields.length > 0 ? ` ${fields.join(', ')} ` : ''}},\n`;
}

const out = [
  '// Generated from protocol/ by tools/generate_protocol.js.\n',
  `${comment('Error codes of the server.')}export type ErrorCode =\n${wire.errors.map(({ code }) => `  | ${quoted(code)}`).join('\n')};\n`,
  `${comment('Severity of a notification.')}export type Level = ${wire.levels.map(quoted).join(' | ')};\n`,
  messageMap('EventData', 'Data of each event, by type.', wire.messages),
  messageMap('ReplyData', 'Data of each reply to a single connection, by type.', wire.replies),
  messageMap('RequestData', 'Data of each message from the client, by type.', wire.requests),
  `${comment('WebSocket close codes of the server, with the reason and whether to reconnect.')}` +
    'export const closeCodes: Readonly<Record<number, { name: string; retry: boolean; why: string }>> = {\n' +
    `${wire.closes.map(({ code, name, retry, why }) => `  ${code}: { name: ${quoted(name)}, retry: ${retry}, why: ${quoted(why)} },\n`).join('')}};\n`,
  `${comment('Field types of the messages from the server, as returned by `typeof`.')}` +
    'export const messageFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {\n' +
    `${[...wire.messages, ...wire.replies, { type: 'Pong' }, { type: 'Ping' }].map(fieldTypes).join('')}};\n`,
  `${comment('All event types.')}export const eventTypes = [${wire.messages.map(({ type }) => quoted(type)).join(', ')}] as const;\n`,
  ...Object.entries(schemas)
    .filter(([name]) => !skippedSchemas.test(name))
    .map(declaration),
];

mkdirSync(dirname(target), { recursive: true });
// Keep the mtime of an unchanged file, so that dependents are not rebuilt.
if (!existsSync(target) || readFileSync(target, 'utf8') !== out.join('\n')) writeFileSync(target, out.join('\n'));

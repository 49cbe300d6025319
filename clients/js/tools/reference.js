// reference.js [OUT.md]: generates the API reference as Markdown from the source, to a file or to standard output.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));
const program = ts.createProgram([entry], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  types: ['node'],
});
const checker = program.getTypeChecker();

const sections = [
  ['The server', ['KingShare', 'KingShareOptions', 'KingShareError', 'LocalErrorCode', 'ErrorCode']],
  ['Signing in', ['Auth', 'PersonalTokens', 'TokenStore', 'Tokens', 'MemoryTokens']],
  ['Lists', ['List', 'Page', 'PageOptions']],
  ['Files', ['Files', 'FileListOptions', 'FileOrder', 'ContentOptions', 'Body', 'FileInfo']],
  [
    'Uploads',
    [
      'Upload',
      'UploadContent',
      'UploadOptions',
      'UploadState',
      'UploadProgress',
      'UnfinishedUpload',
      'UploadStorage',
      'MemoryUploadStorage',
      'WebUploadStorage',
    ],
  ],
  [
    'Shares',
    ['Shares', 'PublicShares', 'PublicShareOptions', 'CreateShareRequest', 'UpdateShareRequest', 'Share', 'ReceivedShare', 'PublicShare', 'ShareState'],
  ],
  [
    'The live channel',
    [
      'Live',
      'LiveOptions',
      'LiveState',
      'LiveHandlers',
      'LiveMessage',
      'CursorStore',
      'WebCursor',
      'Event',
      'LiveEvent',
      'EventType',
      'EventData',
      'Reply',
      'ReplyData',
      'Request',
      'RequestData',
      'Events',
      'HistoryOptions',
      'closeCodes',
      'eventTypes',
    ],
  ],
];

const exported = new Map(
  checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry))).map((symbol) => {
    const real = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return [symbol.name, real];
  }),
);
const named = new Set(sections.flatMap(([, names]) => names));
sections.push(['Users and server', [...exported.keys()].filter((name) => !named.has(name) && name !== 'messageFields')]);

const about = (symbol) => ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, ' ').trim();
const code = (text) => `\`\`\`ts\n${text.trim()}\n\`\`\`\n`;

function isHidden(member) {
  const flags = ts.getCombinedModifierFlags(member);
  return Boolean(flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) || (member.name && ts.isPrivateIdentifier(member.name));
}

/** Returns the signature of a class member, without body or initializer. */
function head(member) {
  const text = member.getText();
  if (!member.body) return text.replace(/;$/, '').replace(/\s*=[^>][\s\S]*$/, '');
  return text
    .slice(0, member.body.getStart() - member.getStart())
    .trim()
    .replace(/^async |\basync \*|^\*/, '');
}

function member(node) {
  const symbol = checker.getSymbolAtLocation(node.name);
  const text = symbol ? about(symbol) : '';
  return `- \`${head(node)
    .replace(/^override /, '')
    .replace(/\s+/g, ' ')}\`${text && `: ${text}`}\n`;
}

function classText(declaration) {
  const maker = declaration.members.find((one) => ts.isConstructorDeclaration(one));
  const given = (maker?.parameters ?? []).map((one) => one.getText().replace(/^(private|public) (readonly )?/, ''));
  const makable = ['KingShare', 'KingShareError', 'MemoryTokens', 'MemoryUploadStorage', 'WebUploadStorage', 'WebCursor'];
  const make = makable.includes(declaration.name.text) ? `- \`new ${declaration.name.text}(${given.join(', ')})\`\n` : '';
  const members = declaration.members.filter((one) => !isHidden(one) && one.name && !one.name.getText().startsWith('[') && one.name.getText() !== 'then');
  return make + members.map(member).join('');
}

function text(declaration) {
  if (ts.isClassDeclaration(declaration)) return `\n${classText(declaration)}`;
  if (ts.isVariableDeclaration(declaration))
    return code(`const ${declaration.name.getText()}: ${declaration.type?.getText() ?? checker.typeToString(checker.getTypeAtLocation(declaration))}`);
  return code(declaration.getText().replace(/^export /, ''));
}

const out = [
  '# `@kingshare/client`: API reference\n',
  'Generated from the source by `npm run reference -w clients/js`. See the [README](../clients/js/README.md) for an introduction and [live.md](live.md) for the live channel.\n',
];
for (const [title, names] of sections) {
  out.push(`## ${title}\n`);
  for (const name of names) {
    const symbol = exported.get(name);
    if (!symbol) throw new Error(`${name} is not exported`);
    out.push(`### ${name}\n`, ...(about(symbol) ? [`${about(symbol)}\n`] : []), text(symbol.declarations[0]));
  }
}
const markdown = out.join('\n').replace(/\n{3,}/g, '\n\n');
if (process.argv[2]) writeFileSync(process.argv[2], markdown);
else process.stdout.write(markdown);

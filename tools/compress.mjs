// compress.mjs FOLDER: writes name.br and name.gz beside each file if that saves at least a tenth.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

function files(folder) {
    return readdirSync(folder).flatMap((name) => {
        const path = join(folder, name);
        return statSync(path).isDirectory() ? files(path) : [path];
    });
}

const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
for (const path of files(process.argv[2])) {
    const plain = readFileSync(path);
    for (const [suffix, packed] of [
        [".br", brotliCompressSync(plain, best)],
        [".gz", gzipSync(plain, { level: 9 })],
    ]) {
        if (packed.length < 0.9 * plain.length) writeFileSync(path + suffix, packed);
    }
}

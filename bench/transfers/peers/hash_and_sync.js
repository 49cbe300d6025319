// A typical durable upload in Node.js: streams the body to a file with its SHA-256, fsync, rename, 201. Does not sync the directory after
// the rename, which is less than full durability.
import { createHash, randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

const { PORT, UPLOADS } = process.env;

async function receive(request) {
    const name = randomUUID();
    const partial = join(UPLOADS, `${name}.part`);
    const hash = createHash("sha256");
    let size = 0;
    const file = await open(partial, "wx");
    try {
        await file.writeFile(
            (async function* () {
                for await (const piece of request) {
                    hash.update(piece);
                    size += piece.length;
                    yield piece;
                }
            })(),
        );
        await file.sync();
        await file.close();
        await rename(partial, join(UPLOADS, name));
    } catch (error) {
        await file.close().catch(() => {});
        await rm(partial, { force: true });
        throw error;
    }
    return { id: name, size, sha256: hash.digest("hex") };
}

function answer(response, status, value) {
    const body = JSON.stringify(value);
    response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
    response.end(body);
}

createServer((request, response) => {
    if (request.method !== "POST") return answer(response, 405, {});
    receive(request).then(
        (file) => answer(response, 201, file),
        (error) => answer(response, 500, { error: error.message }),
    );
}).listen(Number(PORT), "127.0.0.1");

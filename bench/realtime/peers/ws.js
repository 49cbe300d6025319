// Server with `ws` as in its documentation: checks a JWT at the upgrade, answers Ping with Pong, and broadcasts messages to a channel.
import crypto from "node:crypto";
import http from "node:http";
import { WebSocketServer } from "ws";

const { PORT, SECRET } = process.env;
const pong = JSON.stringify({ type: "Pong" });
const channels = new Map();
const server = http.createServer((_, response) => response.writeHead(404).end());
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });

function userOf(token) {
    const [head, body, signature] = token.split(".");
    const expected = crypto.createHmac("sha256", SECRET).update(`${head}.${body}`).digest();
    const given = Buffer.from(signature, "base64url");
    if (given.length !== expected.length || !crypto.timingSafeEqual(given, expected)) return null;
    if (JSON.parse(Buffer.from(head, "base64url")).alg !== "HS256") return null;
    const claims = JSON.parse(Buffer.from(body, "base64url"));
    return claims.exp * 1000 > Date.now() ? claims.sub : null;
}

server.on("upgrade", (request, socket, head) => {
    const user = userOf(new URL(request.url, "http://localhost").searchParams.get("token") ?? "..");
    if (!user) return socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
    sockets.handleUpgrade(request, socket, head, (connection) => {
        if (!channels.has(user)) channels.set(user, new Set());
        const channel = channels.get(user);
        channel.add(connection);
        connection.on("close", () => {
            channel.delete(connection);
            if (channel.size === 0) channels.delete(user);
        });
        connection.on("message", (message) => {
            const { type, to, text } = JSON.parse(message);
            if (type === "Ping") return connection.send(pong);
            const data = Buffer.from(text);
            for (const other of to ? (channels.get(to) ?? []) : sockets.clients) other.send(data, { binary: false });
        });
        connection.send('{"type":"AuthenticationResult","data":{"success":true}}');
    });
});
server.listen(Number(PORT), "127.0.0.1", 4096);

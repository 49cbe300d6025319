// @tus/server with its file store, set up as in its documentation.
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const { PORT, UPLOADS } = process.env;
const server = new Server({ path: "/files", datastore: new FileStore({ directory: UPLOADS }) });
server.listen(Number(PORT), "127.0.0.1");
